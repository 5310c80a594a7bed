"""Finishing: once, with everything that follows from it, and with a score that is rounded fairly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from courses.activities.base import Result
from courses.activities.quiz import Quiz
from courses.activities.quiz_rounds import percent
from courses.activities.stores import Act
from courses.models import ActivityState, Attempt, ProgressEvent
from courses.services.completion import complete_attempt, complete_if_done
from lxp import plugin_manager
from lxp.hookspecs import hookimpl
from tests.factories.learning import answer_quiz, choice, event_uuid, question_of, state_of, take
from tests.factories.modules import confirmation, lesson, make_attempt, make_module, quiz, reflection
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


class Listener:
    """Stands where a package of ours listens to completions."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self.fault: Exception | None = None

    @hookimpl
    def completing_module(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def core(monkeypatch) -> Iterator[Listener]:
    listener = Listener()
    monkeypatch.setattr(plugin_manager, "CORE_APPS", (*plugin_manager.CORE_APPS, "listener"))
    plugin_manager.manager.register(listener, name="listener")
    yield listener
    plugin_manager.manager.unregister(name="listener")


@pytest.fixture
def plugin(monkeypatch) -> Iterator[SimpleNamespace]:
    heard: list[Any] = []

    class Plugin:
        @hookimpl
        def module_completed(self, attempt_id: Any) -> None:
            heard.append(attempt_id)

    monkeypatch.setattr(plugin_manager, "plugins_on", lambda organisations: frozenset({"listening_plugin"}))
    plugin_manager.manager.register(Plugin(), name="listening_plugin")
    yield SimpleNamespace(heard=heard)
    plugin_manager.manager.unregister(name="listening_plugin")


def attempt_of(*activities: dict[str, Any]) -> Attempt:
    owner = make_organisation()
    return make_attempt(make_member(owner), make_module(owner, *activities))


def test_a_module_is_finished_with_its_last_needed_activity_and_not_before(core):
    attempt = attempt_of(lesson(), confirmation(), reflection(is_required=False))
    take(attempt, 1, "finish")
    assert Attempt.objects.get().completed_at is None
    assert core.attempts == []
    take(attempt, 2, "confirm", {"agree": ["1"]})
    finished = Attempt.objects.get()
    assert (finished.passed, finished.score_percent) == (True, None)
    assert finished.completed_at is not None
    assert core.attempts == [attempt]


def test_finishing_again_changes_nothing_and_tells_nobody(core, plugin, django_capture_on_commit_callbacks):
    attempt = attempt_of(lesson(), reflection(is_required=False))
    with django_capture_on_commit_callbacks(execute=True):
        take(attempt, 1, "finish")
    before = Attempt.objects.values().get()
    with django_capture_on_commit_callbacks(execute=True):
        take(attempt, 1, "finish")
        take(attempt, 2, "write", {"text": ["Later."]})
        complete_attempt(attempt=Attempt.objects.get(), score_percent=1, passed=False)
        complete_if_done(attempt=Attempt.objects.get())
    after = Attempt.objects.values().get()
    assert {name for name in after if after[name] != before[name]} <= {"active_at"}
    assert len(core.attempts) == 1
    assert plugin.heard == [attempt.uuid]


def test_last_active_is_written_once_a_minute():
    attempt = attempt_of(reflection(is_required=False), lesson())
    for seconds, is_written in ((40, False), (70, True)):
        before = timezone.now() - timedelta(seconds=seconds)
        Attempt.objects.update(active_at=before)
        take(attempt, 1, "write", {"text": [f"After {seconds} seconds."]})
        assert (Attempt.objects.get().active_at > before) is is_written
    assert ProgressEvent.objects.count() == 2


def test_plugins_hear_of_it_only_after_the_transaction(plugin, django_capture_on_commit_callbacks):
    attempt = attempt_of(lesson())
    with django_capture_on_commit_callbacks() as callbacks:
        take(attempt, 1, "finish")
    assert plugin.heard == []
    for callback in callbacks:
        callback()
    assert plugin.heard == [attempt.uuid]


def test_a_fault_of_a_package_of_ours_leaves_nothing_of_the_act(core):
    core.fault = RuntimeError("evidence could not be written")
    attempt = attempt_of(lesson())
    before = Attempt.objects.values().get()
    with pytest.raises(RuntimeError):
        take(attempt, 1, "finish", act=Act(uuid=event_uuid(1)))
    assert Attempt.objects.values().get() == before
    assert ProgressEvent.objects.exists() is False
    assert ActivityState.objects.exists() is False
    core.fault = None
    take(attempt, 1, "finish", act=Act(uuid=event_uuid(1)))
    assert Attempt.objects.get().completed_at is not None


def test_the_score_is_the_mean_of_the_quizzes_rounded_half_up():
    attempt = attempt_of(quiz("een", count=2, pass_percent=50), quiz("twee", count=3, pass_percent=60))
    answer_quiz(attempt, 1, wrong=1)  # 50
    answer_quiz(attempt, 2, wrong=1)  # 67
    finished = Attempt.objects.get()
    assert [state_of(attempt, 1).score_percent, state_of(attempt, 2).score_percent] == [50, 67]
    assert (finished.score_percent, finished.passed) == (59, True)  # 58.5


def test_a_quiz_that_was_not_passed_at_its_last_try_finishes_the_module_without_a_pass():
    attempt = attempt_of(lesson(), quiz(rounds=1))
    take(attempt, 1, "finish")
    answer_quiz(attempt, 2, wrong=2)
    finished = Attempt.objects.get()
    assert finished.completed_at is not None
    assert (finished.passed, finished.score_percent) == (False, 0)


def test_a_quiz_counts_its_best_try():
    attempt = attempt_of(quiz(count=3, rounds=2, pass_percent=100))
    answer_quiz(attempt, 1, wrong=1)
    take(attempt, 1, "new_round", {"round": ["2"]})
    answer_quiz(attempt, 1, wrong=2, number=2)
    assert (Attempt.objects.get().score_percent, Attempt.objects.get().passed) == (67, False)


def test_what_is_passed_after_all_counts_from_then_and_is_told_again(core, plugin, monkeypatch):
    """As a block of others may do, that says when all of it was seen, and later what it was worth."""
    result = lambda quiz: Result(is_completed=quiz.round.is_finished, score_percent=80, passed=quiz.round.is_passed)  # noqa: E731
    monkeypatch.setattr(Quiz, "result", result)
    attempt = attempt_of(quiz(rounds=3))
    with time_machine.travel("2026-03-03 12:00:00+00:00", tick=False):
        answer_quiz(attempt, 1, wrong=2)
    assert (Attempt.objects.get().passed, len(core.attempts)) == (False, 1)
    with time_machine.travel("2026-04-04 12:00:00+00:00", tick=False):
        take(attempt, 1, "new_round", {"round": ["2"]})
        answer_quiz(attempt, 1, number=2)
    passed = Attempt.objects.get()
    assert (passed.passed, passed.score_percent) == (True, 80)
    assert passed.completed_at == datetime(2026, 4, 4, 12, tzinfo=UTC)
    assert core.attempts == [attempt, attempt]


def test_a_finished_activity_never_becomes_unfinished():
    attempt = attempt_of(lesson(check={**question(), "id": "c"}), reflection())
    take(attempt, 1, "answer", choice(question_of(attempt, 1)))
    take(attempt, 1, "finish")
    completed_at = state_of(attempt, 1).completed_at
    take(attempt, 1, "answer", choice(question_of(attempt, 1), right=False))
    take(attempt, 1, "finish")
    assert state_of(attempt, 1).completed_at == completed_at


def question() -> dict[str, Any]:
    options = [{"text": "Ja", "right": True}, {"text": "Nee"}]
    return {"type": "single", "prompt": "Goed?", "options": options}


def test_a_module_of_which_nothing_is_needed_is_finished_with_the_first_activity():
    attempt = attempt_of(lesson(is_required=False), reflection(is_required=False))
    assert complete_if_done(attempt=attempt).completed_at is None
    take(attempt, 2, "write", {"text": ["Klaar."]})
    assert Attempt.objects.get().completed_at is not None


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (1, 200, 1), (3, 3, 100), (0, 0, 100)],
)
def test_percents_are_whole_and_half_goes_up(count, total, expected):
    assert percent(count, total) == expected
