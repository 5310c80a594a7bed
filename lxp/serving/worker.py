"""The worker and its schedule in one process, so that they start and end together."""

from __future__ import annotations

import logging
import signal
import warnings

from celery import Celery, current_app
from celery.beat import EmbeddedService
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready
from django.conf import settings

THREADS = 2


def run_worker() -> None:
    """Work off the queue and send what is planned, until told to stop."""
    # The tasks are JSON, so that root, whom a container has, risks no more than elsewhere.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app: Celery = current_app._get_current_object()
    beat = EmbeddedService(app, thread=True, schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"))
    beat.start()
    worker = app.Worker(
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
    worker_ready.connect(_ignore_hangup, weak=False)
    worker.start()
    beat.stop()
    raise SystemExit(worker.exitcode)


def _ignore_hangup(**arguments: object) -> None:
    """Celery answers SIGHUP by starting this program anew; here the supervisor does that."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
