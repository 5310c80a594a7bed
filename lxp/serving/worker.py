"""The worker and its schedule in one process, so that they start and end together."""

from __future__ import annotations

import logging
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery, current_app
from celery.beat import EmbeddedService
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready
from django.conf import settings

from lxp.serving import disk_queue

# A long job, a run of digests and a reconciliation may each hold one; what somebody waits for still finds a thread.
THREADS = 4


def run_worker() -> None:
    """Work off the queue and send what is planned, until told to stop."""
    app: Celery = current_app._get_current_object()
    with _embedded_queue(app):
        beat = EmbeddedService(app, thread=True, schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"))
        beat.start()
        worker = _worker(app)
        worker.start()
        beat.stop()
    raise SystemExit(worker.exitcode)


@contextmanager
def _embedded_queue(app: Celery) -> Iterator[None]:
    """What the last worker had taken and not finished is queued again, and so is what this one leaves."""
    if app.conf.broker_url != disk_queue.URL:
        yield
        return
    folder = Path(app.conf.broker_transport_options["data_folder_in"])
    disk_queue.put_back_taken(folder, was_killed=True)
    yield
    disk_queue.put_back_taken(folder, was_killed=False)


def _worker(app: Celery) -> Any:
    # The tasks are JSON, so that root, whom a container has, risks no more than elsewhere.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    worker_ready.connect(_ignore_hangup, weak=False)
    return app.Worker(
        hostname="worker@lxp",
        pool="threads",
        concurrency=THREADS,
        loglevel=logging.WARNING,
        quiet=True,
        redirect_stdouts=False,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )


def _ignore_hangup(**arguments: object) -> None:
    """Celery answers SIGHUP by starting this program anew; here the supervisor does that."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
