"""The embedded queue: a task stays on the disk until it has been done, whatever happens to the worker."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, simple

from lxp.serving import disk_queue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taken").mkdir()
    disk_queue.Transport.global_state.clear()  # kombu remembers per process which queues exist, not per folder
    return tmp_path


@contextmanager
def connected(folder: Path) -> Iterator[simple.SimpleQueue]:
    """A worker or a sender with a connection of its own; it takes one task at a time."""
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.01,
    }
    with Connection(disk_queue.URL, transport_options=options) as connection:
        yield connection.SimpleQueue("tasks")


def send(folder: Path, *payloads: object) -> None:
    with connected(folder) as queue:
        for payload in payloads:
            queue.put(payload)


def take(folder: Path) -> object:
    """Take a task as a worker that never finishes it."""
    with connected(folder) as queue:
        return queue.get(timeout=1).payload


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.msg"))


def test_a_task_stays_on_the_disk_until_it_is_done(folder):
    send(folder, {"number": 1})
    with connected(folder) as queue:
        message = queue.get(timeout=1)
        assert message.payload == {"number": 1}
        assert (len(names(folder)), len(names(folder / "taken"))) == (0, 1)
        message.ack()
    assert (len(names(folder)), len(names(folder / "taken"))) == (0, 0)


def test_tasks_come_in_the_order_in_which_they_were_sent(folder):
    send(folder, *range(5))
    assert [take(folder) for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_file_that_is_still_being_written_is_not_taken(folder):
    (folder / "00000000000000000001-a-0.tasks.msg.new").write_text('{"half')
    with connected(folder) as queue, pytest.raises(Empty):
        queue.get(timeout=0.05)


def test_a_task_that_is_refused_runs_again(folder):
    send(folder, "once more")
    with connected(folder) as queue:
        queue.get(timeout=1).reject(requeue=True)
        assert names(folder / "taken") == []
        assert queue.get(timeout=1).payload == "once more"


def test_what_a_killed_worker_had_taken_is_queued_again(folder):
    send(folder, "unfinished")
    take(folder)
    disk_queue.put_back_taken(folder, was_killed=True)
    assert take(folder) == "unfinished"


def test_a_task_that_keeps_ending_the_worker_is_laid_aside(folder, caplog):
    send(folder, "poison")
    with caplog.at_level(logging.ERROR):
        for _ in range(disk_queue.MOST_DEATHS + 1):
            take(folder)
            disk_queue.put_back_taken(folder, was_killed=True)
    assert (len(names(folder)), len(names(folder / "failed"))) == (0, 1)
    assert "laid aside" in caplog.text


def test_a_worker_that_stops_in_order_does_not_count_as_dead(folder):
    send(folder, "waits for its time")
    for _ in range(disk_queue.MOST_DEATHS + 1):
        take(folder)
        disk_queue.put_back_taken(folder, was_killed=False)
    assert take(folder) == "waits for its time"
