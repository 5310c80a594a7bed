"""The embedded queue: a folder with one file per task, which stays until the task has been done.

kombu's own transport for folders deletes the file before the task runs, so that a killed worker loses it, and lets the
worker read a file that is still being written. Here a file is written aside and moved in; the worker moves it to a
folder of its own, and deletes it when it acknowledges the task. What a killed worker had taken is queued again when the
next one starts.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem

logger = logging.getLogger(__name__)
URL = "disk://localhost"
MOST_DEATHS = 5
TRANSPORT_ALIASES["disk"] = f"{__name__}:Transport"


class Channel(filesystem.Channel):
    """Messages as files `<time>-<uuid>-<deaths of workers>.<queue>.msg`; the name is the delivery tag."""

    do_restore = False  # files that were not acknowledged are put back by `put_back_taken`

    @property
    def taken_folder(self) -> Path:
        return Path(self.data_folder_in) / "taken"

    def _put(self, queue: str, payload: dict[str, Any], **options: Any) -> None:  # type: ignore[override] # as kombu's
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}-0.{queue}.msg"
        aside = Path(self.data_folder_in) / f"{name}.new"
        aside.write_text(json.dumps(payload), encoding="utf-8")
        aside.rename(aside.with_suffix(""))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for name in sorted(os.listdir(self.data_folder_in)):  # noqa: PTH208 - names, not a Path for each
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = self.taken_folder / name
            try:
                (Path(self.data_folder_in) / name).rename(taken)
            except FileNotFoundError:
                continue  # another worker was first
            message: dict[str, Any] = json.loads(taken.read_text(encoding="utf-8"))
            message["properties"]["delivery_tag"] = name
            return message
        raise Empty

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self._forget(delivery_tag)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        super().basic_reject(delivery_tag, requeue)  # which puts a new file in when it is to run again
        self._forget(delivery_tag)

    def _forget(self, name: str) -> None:
        (self.taken_folder / name).unlink(missing_ok=True)
        Transport.task_ended.set()


class Transport(filesystem.Transport):
    """Looks again as soon as a task has ended, else at the polling interval."""

    Channel = Channel
    task_ended = threading.Event()

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self.task_ended.clear()
            try:
                self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[union-attr]
            except Empty:
                if deadline is not None and time.monotonic() >= deadline:
                    raise TimeoutError from None
                self.task_ended.wait(self.polling_interval)
            else:
                return


def put_back_taken(folder: Path, *, was_killed: bool) -> None:
    """Queue again what a worker had taken and not finished; a task that has seen too many workers die is laid aside.

    Call while no worker takes from this folder.
    """
    (folder / "taken").mkdir(parents=True, exist_ok=True)
    for taken in sorted((folder / "taken").glob("*.msg")):
        identity, _, queue = taken.name.partition(".")
        identity, _, deaths = identity.rpartition("-")
        count = int(deaths) + was_killed
        if count <= MOST_DEATHS:
            taken.rename(folder / f"{identity}-{count}.{queue}")
        else:
            aside = folder / "failed" / taken.name
            aside.parent.mkdir(exist_ok=True)
            taken.rename(aside)
            logger.error("The worker died %d times with this task, which is laid aside: %s", count, aside)
