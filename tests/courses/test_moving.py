"""Taking up a newer version: what did not change stays done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from courses.activities.stores import Act
from courses.models import Attempt
from courses.services.attempts import move_to_current
from tests.factories.learning import answer_quiz, choice, question_of, state_of, take
from tests.factories.modules import (
    lesson,
    make_attempt,
    make_module,
    page_of,
    publish,
    quiz,
    reflection,
)
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db
NOW = datetime(2030, 1, 2, 9, 30, tzinfo=UTC)


# ── taking up a newer version ────────────────────────────────────────────────────────────────────────────────


def test_moving_keeps_what_did_not_change_and_starts_anew_what_did(owner, time_machine):
    module = make_module(owner, lesson(), quiz(), reflection())
    attempt = make_attempt(make_member(owner), module)
    time_machine.move_to(NOW, tick=False)
    take(attempt, 1, "finish")
    answer_quiz(attempt, 2)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    publish(page_of(module), lesson(), quiz(pass_percent=100), reflection())
    moved = move_to_current(attempt=attempt)
    assert moved.version.number == 2
    assert state_of(moved, 1).completed_at == NOW
    state = state_of(moved, 2)
    assert (state.completed_at, state.passed, state.score_percent, state.data) == (None, None, None, {})
    assert moved.events.filter(block_id=state.block_id, name="answered").count() == 2
    assert moved.completed_at is None


def test_moving_completes_when_the_new_version_asks_nothing_more(owner, time_machine):
    module = make_module(owner, lesson(), quiz(rounds=1))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    publish(page_of(module), lesson())
    time_machine.move_to(NOW, tick=False)
    moved = move_to_current(attempt=attempt)
    assert moved.completed_at == NOW
    assert (moved.passed, moved.score_percent) == (True, None)


def test_the_score_of_a_quiz_that_left_the_module_does_not_count(owner):
    module = make_module(owner, lesson(), quiz(rounds=1))
    attempt = make_attempt(make_member(owner), module)
    answer_quiz(attempt, 2, wrong=2)
    publish(page_of(module), lesson())
    moved = move_to_current(attempt=attempt)
    take(moved, 1, "finish")
    moved.refresh_from_db()
    assert (moved.passed, moved.score_percent) == (True, None)


def test_moving_twice_is_moving_once(owner, time_machine):
    module = make_module(owner, quiz())
    attempt = make_attempt(make_member(owner), module)
    publish(page_of(module), quiz(pass_percent=50))
    move_to_current(attempt=attempt)
    time_machine.move_to(NOW, tick=False)
    answer_quiz(Attempt.objects.get(pk=attempt.pk), 1)
    again = move_to_current(attempt=attempt)
    assert again.completed_at == NOW
    assert state_of(again, 1).score_percent == 100


def test_answers_to_the_old_quiz_never_return_in_the_new_one(owner):
    """Late work makes the state anew from its events: those of before the move answered something else."""
    from_device = {"device": "tablet"}
    module = make_module(owner, quiz(count=3))
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "answer", choice(question_of(attempt, 1, 1)), act=act_of(1, **from_device))
    publish(page_of(module), quiz(count=3, pass_percent=50))
    moved = move_to_current(attempt=attempt)
    take(moved, 1, "answer", choice(question_of(moved, 1, 2)), act=act_of(9, **from_device))
    take(moved, 1, "answer", choice(question_of(moved, 1, 3)), act=act_of(5, **from_device))
    answered = state_of(moved, 1).data["rounds"]["1"]
    assert set(answered) == {question_of(moved, 1, 2)["id"], question_of(moved, 1, 3)["id"]}


def act_of(sequence: int, **fields: Any) -> Act:
    return Act(sequence=sequence, **fields)
