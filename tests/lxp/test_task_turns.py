"""The threads of one worker take turns at Wagtail's tasks."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

from lxp.task_backend import run_django_task

running: list[str] = []
seen: list[int] = []


def note_how_many_run() -> None:
    running.append("one")
    time.sleep(0.05)
    seen.append(len(running))
    running.pop()


noted = SimpleNamespace(func=note_how_many_run)


def test_two_tasks_in_one_process_never_run_at_once() -> None:
    path = f"{__name__}.noted"
    threads = [threading.Thread(target=run_django_task.run, args=(path, [], {})) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1, 1, 1, 1]
