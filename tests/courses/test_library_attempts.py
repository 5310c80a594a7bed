"""What a library says somebody is in the middle of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from courses.library_attempts import load_attempts
from courses.models import AssessmentRequest, Attempt, Module, ProgressEvent
from lxp.library import LibraryError
from lxp.models import User
from tests.factories.learning import state_of
from tests.factories.modules import assignment, confirmation, lesson, make_module, page_of, quiz, single_question
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
PATH = Path("attempts/anna.yaml")


def every_kind() -> list[dict[str, Any]]:
    asked = {"prompt": "Vraag?", "explanation": "<p>Uitleg</p>"}
    right, wrong = {"text": "Goed", "right": True}, {"text": "Fout"}
    return [
        single_question(),
        {"type": "multiple", "id": "v2", "options": [wrong, right, {"text": "Ook goed", "right": True}], **asked},
        {"type": "true_false", "id": "v3", "answer": False, **asked},
        {"type": "ordering", "id": "v4", "items": ["eerst", "dan", "ten slotte"], **asked},
        {"type": "numeric", "id": "v5", "answer": 2.5, "unit": "ml", **asked},
        {
            "type": "matching",
            "id": "v6",
            "pairs": [{"left": "dag", "right": "licht"}, {"left": "nacht", "right": "donker"}],
            **asked,
        },
    ]


@pytest.fixture
def module() -> Module:
    check = single_question("oefen")
    return make_module(
        make_organisation("linde"), lesson(check=check), quiz(questions=every_kind()), confirmation(), assignment()
    )


@pytest.fixture
def anna(module: Module) -> User:
    return make_member(module.owner, email="anna@linde.example")


def load(module: Module, /, **row: Any) -> None:
    row = {"module": page_of(module).slug, "organisation": "linde", **row}
    load_attempts("anna", {"person": "anna@linde.example", "attempts": [row]}, PATH)


def test_parts_are_done_by_right_answers_and_an_assessor_is_asked(module: Module, anna: User) -> None:
    load(module, done=3, asks_assessor=True)
    attempt = Attempt.objects.get(person=anna, module=module)
    assert [state_of(attempt, position).completed_at is not None for position in (1, 2, 3, 4)] == [
        True,
        True,
        True,
        False,
    ]
    assert state_of(attempt, 2).score_percent == 100
    assert attempt.completed_at is None
    assert AssessmentRequest.objects.filter(attempt=attempt, closed_at=None).count() == 1


def test_loading_again_adds_nothing_also_after_the_person_went_on(module: Module, anna: User) -> None:
    load(module, done=1)
    events = ProgressEvent.objects.count()
    load(module, done=3, asks_assessor=True)
    assert (Attempt.objects.count(), ProgressEvent.objects.count(), AssessmentRequest.objects.count()) == (1, events, 0)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"module": "nergens"}, "there is no module nergens"),
        ({"organisation": "nergens"}, "there is no organisation nergens"),
        ({"done": 4}, "let `done` end before it"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_file(
    module: Module, anna: User, row: dict[str, Any], problem: str
) -> None:
    with pytest.raises(LibraryError, match=f"^{PATH}.*{problem}"):
        load(module, **row)
