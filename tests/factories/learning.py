"""What learners do in an attempt, by the same service as the player."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from courses.activities.base import Activity
from courses.activities.stores import Act
from courses.models import ActivityState, Attempt, VersionActivity
from courses.services.attempts import handle


def row_of(attempt: Attempt, position: int) -> VersionActivity:
    return attempt.version.activities.get(position=position)


def take(
    attempt: Attempt, position: int, handler: str, data: dict[str, Any] | None = None, *, act: Act | None = None
) -> Activity:
    """One act of the learner in the activity at a position."""
    block_id = row_of(attempt, position).block_id
    taken = handle(
        person=attempt.person,
        attempt_uuid=attempt.uuid,
        block_id=block_id,
        handler=handler,
        data=data or {},
        act=act or Act(),
    )
    attempt.refresh_from_db(fields=["completed_at", "passed", "score_percent"])
    return taken.activity


def question_of(attempt: Attempt, position: int, number: int = 1) -> dict[str, Any]:
    """The stored question of a quiz, or the practice question of a lesson."""
    content = row_of(attempt, position).content
    return (content.get("questions") or content.get("check"))[number - 1]


def choice(question: dict[str, Any], *, right: bool = True, number: int = 1) -> dict[str, list[str]]:
    """The form of a question with one right answer, as the browser sends it."""
    chosen = next(item["id"] for item in question["value"]["options"] if bool(item["value"]["right"]) == right)
    return {"question": [question["id"]], "round": [str(number)], "answer": [chosen]}


def answer_quiz(attempt: Attempt, position: int, *, wrong: int = 0, number: int = 1) -> None:
    """Every question of one round of a quiz with single questions, the first `wrong` of them wrong."""
    for place, question in enumerate(row_of(attempt, position).content["questions"]):
        take(attempt, position, "answer", choice(question, right=place >= wrong, number=number))


def state_of(attempt: Attempt, position: int) -> ActivityState:
    return ActivityState.objects.get(attempt=attempt, block_id=row_of(attempt, position).block_id)


def event_uuid(number: int) -> UUID:
    return UUID(int=number)
