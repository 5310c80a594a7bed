"""The time of a plugin: what goes on for too long is stopped, in the main thread, in another one, and in one of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from lxp import plugin_budget, plugin_incidents
from lxp.models import PluginIncident
from lxp.plugin_budget import Deadline, OverBudgetError, apart, can_run_apart, cut_after, is_stuck

SHORT = 0.05
PATIENCE_SECONDS = 60


def sleep() -> None:
    time.sleep(30)


def compute() -> None:
    while True:
        pass


def catch_everything() -> None:
    while True:
        with suppress(Exception):
            time.sleep(30)


def in_a_thread(call: Callable[[], Any]) -> Any:
    """What a call returns or raises in a thread that is not the main one."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as fault:  # noqa: BLE001 - what it raises is the result
            found.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    return found[0]


def cut(deed: Callable[[], None]) -> str:
    try:
        with cut_after(SHORT):
            deed()
    except OverBudgetError:
        return "cut"
    return "done"


@pytest.mark.parametrize("deed", [sleep, compute, catch_everything])
def test_the_main_thread_is_interrupted_whatever_it_does(deed: Callable[[], None]) -> None:
    assert cut(deed) == "cut"


def test_another_thread_is_interrupted_where_it_computes() -> None:
    assert in_a_thread(lambda: cut(compute)) == "cut"


@pytest.mark.parametrize("place", [lambda call: call(), in_a_thread])
def test_what_ends_in_time_is_left_alone_also_afterwards(place: Callable[[Callable[[], Any]], Any]) -> None:
    def several() -> str:
        for _ in range(200):
            with cut_after(PATIENCE_SECONDS):
                pass
        with suppress(OverBudgetError), cut_after(SHORT):  # a busy machine may take as long for nothing
            pass
        threading.Event().wait(3 * SHORT)  # longer than the time that was given
        return "done"

    assert place(several) == "done"


def test_an_inner_call_has_no_more_time_than_the_outer_one() -> None:
    def inner() -> None:
        with cut_after(PATIENCE_SECONDS):
            sleep()

    assert cut(inner) == "cut"


def test_the_outer_time_still_counts_after_an_inner_call() -> None:
    def outer() -> None:
        with cut_after(PATIENCE_SECONDS):
            pass
        sleep()

    assert cut(outer) == "cut"


def test_a_call_apart_answers_in_the_language_of_its_reader() -> None:
    def ask() -> Any:
        with translation.override("en"):
            return can_run_apart(), apart("slow", translation.get_language, PATIENCE_SECONDS)

    assert in_a_thread(ask) == (True, "en")


def test_a_call_apart_raises_what_the_plugin_raises() -> None:
    assert isinstance(in_a_thread(lambda: apart("slow", lambda: 1 / 0, PATIENCE_SECONDS)), ZeroDivisionError)


def test_nobody_waits_for_what_cannot_be_interrupted_and_it_is_known_until_it_is_back() -> None:
    gate, back = threading.Event(), threading.Event()

    def blocked() -> None:
        while not gate.wait(PATIENCE_SECONDS):  # one long wait, outside Python
            pass

    def ask() -> Any:
        with pytest.raises(OverBudgetError):
            apart("blocked", blocked, SHORT)
        return is_stuck("blocked"), is_stuck("another")

    assert in_a_thread(ask) == (True, False)
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "plugin-blocked":
            thread.join(PATIENCE_SECONDS)
    back.set()
    assert is_stuck("blocked") is False


def test_a_child_process_starts_with_a_watchdog_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plugin_budget._watchdog
    monkeypatch.setitem(plugin_budget._stuck, "gone", 1)

    plugin_budget._forget_in_child()

    assert plugin_budget._watchdog is not before
    assert is_stuck("gone") is False


# ── waiting for one's turn in the database ──


class Clock:
    """A time that passes only when it is told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def statement_of(self, seconds: float) -> Callable[..., str]:
        def execute(*_arguments: Any) -> str:
            self.now += seconds
            return "answered"

        return execute


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(plugin_budget, "time", found)
    monkeypatch.setattr(plugin_incidents, "time", found)
    return found


@pytest.mark.parametrize(
    ("sql", "seconds", "left"),
    [
        ("BEGIN IMMEDIATE", 8.0, 5.0),
        ("SELECT 1 FROM session WHERE id = 1 FOR UPDATE OF session", 8.0, 5.0),
        ("BEGIN IMMEDIATE", 30.0, -5.0),  # longer than any database should let somebody wait
        ("SELECT COUNT(*) FROM claim", 8.0, -3.0),
        ("UPDATE claim SET quarter = 1", 8.0, -3.0),
    ],
)
def test_the_clock_stands_still_for_who_waits_for_a_lock(
    sql: str, seconds: float, left: float, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadline = Deadline(clock.now + 5, 5)
    monkeypatch.setattr(plugin_budget._local, "deadlines", [deadline], raising=False)

    assert plugin_budget._queue(clock.statement_of(seconds), sql, (), False, {}) == "answered"

    assert deadline.left == pytest.approx(left)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "summaries"), [("BEGIN IMMEDIATE", []), ("SELECT COUNT(*) FROM claim", ["slower than 2 seconds"])]
)
def test_waiting_for_a_lock_is_no_fault_of_the_plugin(
    sql: str, summaries: list[str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_incidents, "SLOW_SECONDS", 2.0)

    with plugin_incidents.guard("testdummy", "somewhere"):
        plugin_budget._queue(clock.statement_of(3.0), sql, (), False, {})

    assert [each.summary for each in PluginIncident.objects.all()] == summaries
    assert plugin_budget._queue in connection.execute_wrappers


def test_what_a_call_apart_waited_is_known_to_whoever_asked() -> None:
    def wait() -> None:
        plugin_budget._count_queued(7.0)

    def ask() -> float:
        with cut_after(PATIENCE_SECONDS) as deadline:
            apart("queueing", wait, PATIENCE_SECONDS)
            return deadline.queued

    assert in_a_thread(ask) == 7.0
