"""What an author of each built-in kind hears when something is missing or contradicts itself."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from courses.activities.runtime import block_of
from tests.factories.questions import single


def item(value: Any) -> dict[str, Any]:
    return {"type": "item", "id": str(uuid4()), "value": value}


TEXT = [{"type": "text", "id": str(uuid4()), "value": "<p>Hallo</p>"}]
CRITERIA = [item({"text": "Controleert.", "critical": True}), item({"text": "Ruimt op.", "critical": False})]
GOOD: dict[str, dict[str, Any]] = {
    "lesson": {"content": TEXT, "check": []},
    "quiz": {"intro": "", "pass_percent": 70, "rounds": 0, "shuffle": True, "questions": [single(str(uuid4()))]},
    "reflection": {"prompt": "Wat denk je?"},
    "confirmation": {"content": TEXT, "statement": "Ik werk zo."},
    "assignment": {"instructions": "<p>Doe het.</p>", "criteria": CRITERIA},
}
WRONG = [
    ("lesson", {"content": []}, "content"),
    ("lesson", {"title": ""}, "title"),
    ("lesson", {"title": "x" * 121}, "title"),
    ("lesson", {"minutes": 601}, "minutes"),
    ("quiz", {"questions": []}, "questions"),
    ("quiz", {"pass_percent": 101}, "pass_percent"),
    ("quiz", {"rounds": 21}, "rounds"),
    ("reflection", {"prompt": ""}, "prompt"),
    ("confirmation", {"statement": ""}, "statement"),
    ("confirmation", {"content": []}, "content"),
    ("assignment", {"criteria": []}, "criteria"),
    ("assignment", {"instructions": ""}, "instructions"),
    (
        "assignment",
        {"criteria": [item({"text": "Ruimt op.", "critical": False}), item({"text": " ruimt OP. "})]},
        "criteria",
    ),
]


def cleaned(kind: str, **changes: Any) -> Any:
    block = block_of(kind)
    value = {"title": "Titel", "minutes": 5, "is_required": True, **GOOD[kind], **changes}
    return block.clean(block.to_python(value))


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_activity_is_taken(kind):
    assert cleaned(kind)["title"] == "Titel"


@pytest.mark.parametrize(("kind", "changes", "field"), WRONG)
def test_what_is_wrong_is_said_at_its_field(kind, changes, field):
    with pytest.raises(ValidationError) as error:
        cleaned(kind, **changes)
    assert list(error.value.block_errors) == [field]
