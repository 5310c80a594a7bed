"""How long a plugin may take, and how it is stopped (docs/decisions/0028-time-of-plugins.md).

In the main thread of a process an alarm interrupts even what sleeps or waits. In any other thread Python can only be asked
to raise at its next step, so what sleeps there goes on; where no transaction is open, the call runs in a thread of its
own, and whoever waits for it goes on without it. While a call waits for its turn in the database its clock stands still
(docs/decisions/0042-waiting-for-the-database.md).
"""

from __future__ import annotations

import ctypes
import heapq
import itertools
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import get_script_prefix, get_urlconf, set_script_prefix, set_urlconf
from django.utils import timezone, translation

Answer = TypeVar("Answer")
AGAIN_SECONDS = 0.5  # a plugin that catches everything is told again
LONGEST_QUEUE_SECONDS = 20.0  # as long as SQLite waits for its lock; who waits longer waits in their own time
_local = threading.local()
_numbers = itertools.count()


class OverBudgetError(BaseException):
    """The time of a plugin is over. Not an Exception, so that a plugin's `except Exception` does not keep it."""


@dataclass(eq=False)
class Deadline:
    """Until when one call may run in one thread."""

    at: float
    seconds: float
    thread: int = field(default_factory=threading.get_ident)
    is_over: bool = False  # whether the call has ended, so that nobody is told any more
    queued: float = 0.0  # seconds that it waited for its turn in the database
    queued_since: float | None = None

    @property
    def queued_seconds(self) -> float:
        since = self.queued_since
        waiting = time.monotonic() - since if since is not None else 0.0
        return min(self.queued + waiting, LONGEST_QUEUE_SECONDS)

    @property
    def left(self) -> float:
        """Seconds of its own that it still has."""
        return self.at + self.queued_seconds - time.monotonic()


def _raise_in(thread: int, fault: type[BaseException] | None) -> None:
    """Have another thread raise at its next step of Python; None takes back what it has not raised yet."""
    wanted = ctypes.py_object(fault) if fault is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), wanted)


class Watchdog:
    """One thread of this process that tells others when their time is over."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.waiting: list[tuple[float, int, Deadline]] = []
        self.thread: threading.Thread | None = None

    def watch(self, deadline: Deadline) -> None:
        with self.condition:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run, name="plugin-watchdog", daemon=True)
                self.thread.start()
            heapq.heappush(self.waiting, (deadline.at, next(_numbers), deadline))
            self.condition.notify()

    def release(self, deadline: Deadline) -> None:
        """Nothing is raised after this, not even what was on its way."""
        with self.condition:
            deadline.is_over = True
            _raise_in(deadline.thread, None)

    def _run(self) -> None:
        while True:
            with self.condition:
                while self.waiting and self.waiting[0][2].is_over:
                    heapq.heappop(self.waiting)
                pause = self.waiting[0][0] - time.monotonic() if self.waiting else None
                if pause is None or pause > 0:
                    self.condition.wait(pause)
                    continue
                _at, number, deadline = heapq.heappop(self.waiting)
                if deadline.left > 0:
                    heapq.heappush(self.waiting, (time.monotonic() + deadline.left, number, deadline))
                    continue
                _raise_in(deadline.thread, OverBudgetError)
                heapq.heappush(self.waiting, (time.monotonic() + AGAIN_SECONDS, number, deadline))


class Alarm:
    """The clock of the main thread: its signal interrupts what sleeps or waits for a network."""

    def watch(self, deadline: Deadline) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, max(deadline.left, 1e-6), AGAIN_SECONDS)

    def release(self, deadline: Deadline) -> None:
        deadline.is_over = True
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, number: int, frame: Any) -> None:
        if _stack() and not _stack()[-1].is_over and _stack()[-1].left <= 0:
            raise OverBudgetError


def _stack() -> list[Deadline]:
    """The deadlines of this thread, the innermost last."""
    if not hasattr(_local, "deadlines"):
        _local.deadlines = []
    found: list[Deadline] = _local.deadlines
    return found


def _clock() -> Alarm | Watchdog:
    if threading.current_thread() is not threading.main_thread():
        return _watchdog
    known = signal.getsignal(signal.SIGALRM)
    return _alarm if known in (signal.SIG_DFL, _alarm._ring) else _watchdog


@contextmanager
def cut_after(seconds: float) -> Iterator[Deadline]:
    """Raise OverBudgetError in what runs inside as soon as that many seconds have passed, or those of an outer call."""
    stack, clock = _stack(), _clock()
    outer = stack[-1] if stack else None
    deadline = Deadline(time.monotonic() + (min(seconds, outer.left) if outer else seconds), seconds)
    stack.append(deadline)
    try:
        clock.watch(deadline)
        yield deadline
    finally:
        while not _released(clock, deadline):
            pass
        stack.remove(deadline)
        if outer is not None and isinstance(clock, Alarm):
            clock.watch(outer)


def _released(clock: Alarm | Watchdog, deadline: Deadline) -> bool:
    """Whether the clock was stopped before it rang once more: what had run until then was complete."""
    try:
        clock.release(deadline)
    except OverBudgetError:
        return False
    return True


# ── waiting for one's turn in the database ──


def watch_queues(connection: BaseDatabaseWrapper, **known: Any) -> None:
    """Have a connection tell how long a call waits for its turn. Called for every new connection."""
    if _queue not in connection.execute_wrappers:
        connection.execute_wrappers.append(_queue)


def _queue(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Run a statement; one that asks for a lock stops the clocks of this thread while it runs."""
    deadlines = getattr(_local, "deadlines", None)
    if not deadlines or not _asks_for_lock(sql):
        return execute(sql, params, many, context)
    since = time.monotonic()
    for each in deadlines:
        each.queued_since = since
    try:
        return execute(sql, params, many, context)
    finally:
        _count_queued(time.monotonic() - since)


def _asks_for_lock(sql: str) -> bool:
    """Whether a statement waits for others rather than works: the beginning of a transaction on SQLite, where it takes the one
    lock, and a row that is locked on PostgreSQL."""
    return sql.startswith("BEGIN") or " FOR UPDATE" in sql


def _count_queued(seconds: float) -> None:
    _local.queued = queued_seconds() + seconds
    for each in _stack():
        each.queued, each.queued_since = each.queued + seconds, None


def queued_seconds() -> float:
    """How long the calls of this thread waited for their turn until now; only differences mean something."""
    return float(getattr(_local, "queued", 0.0))


# ── a thread of its own ──────────────────────────────────────────────────────────────────────────────────────────

_stuck: Counter[str] = Counter()


def is_stuck(owner: str) -> bool:
    """Whether a call of this plugin in this process was given up and has not come back yet."""
    return _stuck[owner] > 0


def can_run_apart() -> bool:
    """Not in the main thread, where the alarm serves; nor inside a transaction, which belongs to its own thread."""
    if threading.current_thread() is threading.main_thread():
        return False
    return not any(connection.in_atomic_block for connection in connections.all(initialized_only=True))


@dataclass
class _Call:
    """A call in a thread of its own, with what Django keeps for each thread, of whoever waits for it."""

    owner: str
    function: Callable[[], Any]
    seconds: float
    language: str | None = field(default_factory=translation.get_language)
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)
    prefix: str = field(default_factory=get_script_prefix)
    urlconf: Any = field(default_factory=get_urlconf)
    lent: list[Any] = field(default_factory=lambda: list(connections.all(initialized_only=True)))
    done: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_given_up: bool = False
    answer: Any = None
    fault: BaseException | None = None
    started: float = field(default_factory=time.monotonic)
    deadline: Deadline | None = None
    queued: float = 0.0

    @property
    def left(self) -> float:
        return self.deadline.left if self.deadline is not None else self.started + self.seconds - time.monotonic()

    def run(self) -> None:
        for connection in self.lent:
            connections[connection.alias] = connection
        set_urlconf(self.urlconf)
        set_script_prefix(self.prefix)
        try:
            with translation.override(self.language), timezone.override(self.zone), cut_after(self.seconds) as own:
                self.deadline = own
                self.answer = self.function()
        except BaseException as fault:  # noqa: BLE001 - it is raised again by whoever waits
            self.fault = fault
        self.queued = queued_seconds()
        with self.lock:
            self.done.set()
            if self.is_given_up:
                _stuck[self.owner] -= 1
        mine = connections.all(initialized_only=True)
        for connection in mine if self.is_given_up else (each for each in mine if each not in self.lent):
            with suppress(Exception):
                connection.close()

    def is_back(self) -> bool:
        """Wait for it until its time is over."""
        while not self.done.wait(self.left + AGAIN_SECONDS / 2):
            if self.left <= 0:
                return False
        return True

    def give_up(self) -> bool:
        """Leave the connections to the call; False when it came back after all."""
        with self.lock:
            if self.done.is_set():
                return False
            self.is_given_up = True
            _stuck[self.owner] += 1
        for connection in self.lent:
            del connections[connection.alias]  # a new one is opened when it is needed
        return True


def apart(owner: str, function: Callable[[], Answer], seconds: float) -> Answer:
    """Run a plugin's code in a thread of its own, with the reader's language and connections. Raises what it raises, and
    OverBudgetError once the time has passed, whatever the code does then."""
    call = _Call(owner, function, seconds)
    for connection in call.lent:
        connection.inc_thread_sharing()
    threading.Thread(target=call.run, name=f"plugin-{owner}", daemon=True).start()
    if not call.is_back() and call.give_up():
        raise OverBudgetError
    _count_queued(call.queued)
    for connection in call.lent:
        connection.dec_thread_sharing()
    if call.fault is not None:
        raise call.fault
    answer: Answer = call.answer
    return answer


_watchdog = Watchdog()
_alarm = Alarm()


def _forget_in_child() -> None:
    """A process that is forked has none of these threads."""
    global _watchdog  # noqa: PLW0603 - one for each process
    _watchdog = Watchdog()
    _stuck.clear()


os.register_at_fork(after_in_child=_forget_in_child)
