"""Quizzes without a database: content, events, and an activity that remembers its events."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.utils import timezone
from wagtail.blocks import StructBlock

from courses.activities.base import Event, Scope, Usage
from courses.activities.quiz import Quiz
from courses.questions import marking
from tests.factories import questions

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
BLOCK_ID = UUID("11111111-1111-4111-8111-111111111111")
ATTEMPT = UUID("22222222-2222-4222-8222-222222222222")


class RememberingStore:
    """Keeps the events of one test."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.events: list[Event] = []
        self.state = state or {}

    def load(self, scope: str) -> dict[str, Any]:
        return self.state if scope == Scope.STATE else {}

    def save(self, scope: str, data: dict[str, Any]) -> None:
        raise AssertionError("a quiz saves nothing but events")

    def append(self, name: str, payload: dict[str, Any]) -> Event:
        self.events.append(Event(name, payload, timezone.now()))
        return self.events[-1]


def content_of(*found: dict[str, Any], **values: Any) -> dict[str, Any]:
    asked = list(found) or questions.every_kind()
    return {"intro": "", "pass_percent": 70, "rounds": 0, "shuffle": True, "questions": asked, **values}


def quiz_of(content: dict[str, Any], state: dict[str, Any] | None = None, *, is_preview: bool = False) -> Quiz:
    prefix = "" if is_preview else "/take/"
    usage = Usage(BLOCK_ID, "Quiz", 1, 3, "en", "en", None if is_preview else ATTEMPT, prefix)
    return Quiz(
        block=StructBlock(Quiz.fields()), content=content, usage=usage, person=None, store=RememberingStore(state)
    )


def answered(question: dict[str, Any], answer: Any, number: int = 1) -> Event:
    return Event("answered", {"round": number, "question": question["id"], "answer": answer}, NOW)


def round_started(number: int) -> Event:
    return Event("round_started", {"round": number}, NOW)


def whole_round(content: dict[str, Any], *, wrong: int = 0, number: int = 1) -> list[Event]:
    return [
        answered(each, (questions.WRONG_ANSWERS if place < wrong else questions.RIGHT_ANSWERS)[each["type"]], number)
        for place, each in enumerate(content["questions"])
    ]


def folded(events: list[Event], content: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for event in events:
        state = Quiz.reduce(state, event, content)
    return state


def sent(question: dict[str, Any], answer: Any, number: int = 1) -> dict[str, Any]:
    """The form of a question as the browser sends it."""
    form = {"round": [str(number)], "question": [question["id"]]}
    if question["type"] == "ordering":
        return form | {marking.field_of(step): [str(place)] for place, step in enumerate(answer, 1)}
    if question["type"] == "matching":
        return form | {marking.field_of(left): [marking.right_part_token(right)] for left, right in answer.items()}
    return form | {"answer": answer if isinstance(answer, list) else [answer]}


def post_of(form: dict[str, Any]) -> HttpRequest:
    data = QueryDict(mutable=True)
    for name, values in form.items():
        data.setlist(name, values)
    return RequestFactory().post("/take/answer/", data.urlencode(), "application/x-www-form-urlencoded")
