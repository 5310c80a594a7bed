"""The queue and its schedule: embedded on this disk by default, Redis or RabbitMQ by one setting."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

from lxp.serving import disk_queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lxp.config.settings.development")
QUEUE_DIR = settings.VAR_DIR / "queue"

app = Celery("lxp", task_cls="celery.contrib.django.task:DjangoTask")
app.conf.update(
    broker_url=settings.BROKER_URL or disk_queue.URL,
    broker_connection_retry_on_startup=True,
    task_always_eager=getattr(settings, "CELERY_ALWAYS_EAGER", False),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=bool(settings.BROKER_URL),
    worker_send_task_events=False,
    timezone=settings.TIME_ZONE,
    beat_schedule={
        "publish what is scheduled": {"task": "lxp.tasks.publish_scheduled", "schedule": timedelta(minutes=1)},
        "reconcile": {
            "task": "lxp.tasks.reconcile",
            "schedule": timedelta(minutes=5),
            "options": {"expires": 290},  # a long run is not followed by a row of others
        },
        "roles of today": {"task": "lxp.tasks.sync_roles", "schedule": timedelta(minutes=30)},
        "anchor the ledger": {"task": "skills_graph.tasks.anchor_ledger_task", "schedule": timedelta(hours=6)},
        "clear old sessions": {"task": "lxp.tasks.clear_sessions", "schedule": timedelta(hours=12)},
        "look at links": {
            "task": "content.tasks.look_at_links_task",
            "schedule": crontab(hour=4, minute=15, day_of_week=1),
        },
        "send digests": {
            "task": "lxp.tasks.send_digests",
            "schedule": timedelta(minutes=10),
            "options": {"expires": 540},
        },
        "send notices": {
            "task": "lxp.tasks.send_notices",
            "schedule": timedelta(minutes=1),
            "options": {"expires": 50},
        },
        "build the search index anew": {"task": "lxp.tasks.rebuild_index", "schedule": crontab(hour=3, minute=30)},
    },
    beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
)
if not settings.BROKER_URL:
    # One folder for both directions: what the web process puts in, the worker takes out.
    app.conf.broker_transport_options = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
    if not app.conf.task_always_eager:
        # It must exist before any command sends its first task; `lxp serve` explains a disk that refuses.
        with suppress(OSError):
            (QUEUE_DIR / "taken").mkdir(parents=True, exist_ok=True)
app.autodiscover_tasks()
app.set_default()  # for every thread: without it only the first thread would know this queue
