"""Wagtail's own tasks (search index, references, file clean-up) on the same queue as ours."""

from __future__ import annotations

import threading
from typing import Any

from celery import shared_task
from django.db import IntegrityError, OperationalError, transaction
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

# Indexing looks, then inserts: the threads of one worker take turns, or the second would find a row that was not there
# when it looked, and print a trace. Two workers may still meet; that one is tried again.
_turn = threading.RLock()


@shared_task(
    name="lxp.run_django_task",
    autoretry_for=(OperationalError, IntegrityError),
    retry_backoff=5,
    max_retries=5,
    ignore_result=True,
)
def run_django_task(path: str, arguments: list[Any], keywords: dict[str, Any]) -> None:
    """Run one task of django-tasks, named by its dotted path."""
    with _turn:
        import_string(path).func(*arguments, **keywords)


class CeleryTaskBackend(BaseTaskBackend):
    """Hands each task to Celery once the transaction has committed; a lost one is found again by `reconcile`."""

    supports_defer = True

    def enqueue(self, task: Task, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TaskResult:
        self.validate_task(task)
        task_id = get_random_id()
        transaction.on_commit(
            lambda: run_django_task.apply_async(
                (task.module_path, list(args), dict(kwargs)), task_id=task_id, eta=task.run_after
            ),
            robust=True,
        )
        return TaskResult(
            task=task,
            id=task_id,
            status=TaskResultStatus.READY,
            enqueued_at=None,
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
