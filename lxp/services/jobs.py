"""Long work in pieces: one process at a time, seen by operators, and taken up again where a killed process left it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lxp.exceptions import LxpError
from lxp.models import Job

TURN_SECONDS = 60  # of one task; then other tasks get their turn, and this one goes on after them
PAUSE = timedelta(hours=1)
KEPT = timedelta(days=30)
ERROR_CHARACTERS = 500
Words = str | Promise
_words: dict[str, Words] = {
    "search": _("Build the search index anew"),
    "import": _("Take in a file"),
    "reconcile": _("Put right what was left behind"),
}


class JobTakenError(LxpError):
    """Somebody else works at this now."""


class Turn(Enum):
    """How a turn at a job ended."""

    OVER = "over"  # all is done
    MORE = "more"  # there is more to do: take another turn
    TAKEN = "taken"  # another process does it


def describe(name: str, words: Words) -> None:
    """Say what a kind of work is, for operators."""
    _words[name] = words


def words_of(name: str) -> Words:
    return _words.get(name, name)


@transaction.atomic
def take(*, name: str, about: str = "") -> Job | None:
    """Begin a job, or go on with one that was laid down or left; None where another process works at it now."""
    worker = uuid4()
    job, is_new = Job.objects.get_or_create(name=name, about=about, finished_at=None, defaults={"worker": worker})
    if is_new:
        return job
    taken = Job.objects.free().filter(pk=job.pk).update(worker=worker, heartbeat_at=timezone.now())
    return Job.objects.get(pk=job.pk) if taken else None


def is_silent(name: str) -> bool:
    """Whether such a job is under way and nobody goes on with it: whoever asks gives it another turn."""
    return Job.objects.silent().filter(name=name).exists()


def ended_lately(name: str) -> bool:
    """Whether such a job ended within the hour: what it left will not be done by another one at once."""
    return Job.objects.finished().filter(name=name, finished_at__gt=timezone.now() - PAUSE).exists()


def advance(*, job: Job, count: int, position: int) -> None:
    """Note that so many more are done, up to and including a position. Raises JobTakenError where the job was taken over."""
    job.done, job.position = job.done + count, position
    _write(job, done=job.done, position=position, total=max(job.total, job.done), error="")


def show_life(*, job: Job) -> None:
    """Say that somebody still works at it. Raises JobTakenError where the job was taken over."""
    _write(job)


def lay_down(*, job: Job, error: str = "") -> None:
    """Let another turn, or another process, go on with it."""
    _write(job, worker=None, error=error[:ERROR_CHARACTERS])


def finish(*, job: Job, error: str = "") -> None:
    """Note that a job has ended; with an error: without having done what it is for."""
    _write(job, worker=None, finished_at=timezone.now(), error=error[:ERROR_CHARACTERS])


def _write(job: Job, **values: Any) -> None:
    mine = Job.objects.running().filter(pk=job.pk, worker=job.worker)
    if not mine.update(heartbeat_at=timezone.now(), **values):
        raise JobTakenError(_("Another process went on with this work."))


def go_through(
    *,
    name: str,
    ids: Callable[[], Sequence[int]],
    do: Callable[[list[int]], object],
    at_once: int,
    report: Callable[[int, int], None] | None = None,
) -> Turn:
    """Take a turn at doing something for each of these ids, in their order, so many at once: at most a minute.

    `do` must be safe to repeat: a process that is killed has done its last piece and not noted it. What it raises is kept
    with the job, which goes on there at the next turn. Outside any transaction.
    """
    job = take(name=name)
    if job is None:
        return Turn.TAKEN
    try:
        remaining = sorted(pk for pk in ids() if pk > job.position)
        job.total = job.done + len(remaining)
        _write(job, total=job.total)
        ends_at = time.monotonic() + TURN_SECONDS
        for start in range(0, len(remaining), at_once):
            if start and time.monotonic() > ends_at:
                lay_down(job=job)
                return Turn.MORE
            piece = remaining[start : start + at_once]
            do(piece)
            advance(job=job, count=len(piece), position=piece[-1])
            if report is not None:
                report(job.done, job.total)
    except JobTakenError:
        return Turn.TAKEN
    except BaseException as fault:  # also of who is stopped: the next one need not wait for it
        lay_down(job=job, error=f"{type(fault).__name__}: {fault}")
        raise
    finish(job=job)
    return Turn.OVER


@contextmanager
def shown(*, name: str, about: str = "") -> Iterator[None]:
    """Let operators see work that is done in one go: that it runs, how it ended, and why where it failed.

    Who does the same at the same time is not kept from it, and is not shown.
    """
    job = take(name=name, about=about)
    try:
        yield
    except BaseException as fault:
        if job is not None:
            finish(job=job, error=f"{type(fault).__name__}: {fault}")
        raise
    if job is not None:
        finish(job=job)


@contextmanager
def alone(*, name: str) -> Iterator[Job | None]:
    """Do something that comes round again and again, unless another process does it now: then the answer is None.

    Who takes long shows life now and then (`show_life`), else another process takes it over. What is over is not kept: it
    would be a row each time. Who was taken over ends quietly.
    """
    job = take(name=name)
    try:
        with suppress(JobTakenError):
            yield job
    finally:
        if job is not None:
            Job.objects.filter(pk=job.pk, worker=job.worker).delete()


def forget_old() -> list[str]:
    """Remove what ended long ago."""
    count, _per_model = Job.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()
    return [f"Removed {count} finished jobs."] if count else []
