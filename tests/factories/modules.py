"""Modules, published as an author would publish them."""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from content.api import OrganisationPage
from courses.models import Attempt, Module, ModulePage
from courses.services.documents import body_of
from courses.services.enrolment import start_module
from lxp.models import Organisation, User

NAMESPACE = UUID("00000000-0000-4000-8000-000000000000")
_numbers = count(1)


class NoPictures:
    """A picture finder for documents without pictures."""

    def find(self, name: str) -> int:
        raise AssertionError(f"This test has no picture {name}.")


def lesson(key: str = "les-1", **fields: Any) -> dict[str, Any]:
    content = [{"text": f"<p>Tekst van {key}.</p>"}]
    return {"kind": "lesson", "id": key, "title": key.title(), "minutes": 3, "content": content, **fields}


def single_question(key: str = "v1") -> dict[str, Any]:
    options = [
        {"text": f"Goed {key}", "right": True, "feedback": f"Ja {key}"},
        {"text": f"Nee {key}", "feedback": f"Nog niet {key}"},
    ]
    return {"type": "single", "id": key, "prompt": f"Vraag {key}?", "options": options, "explanation": f"<p>Uitleg {key}</p>"}


def quiz(key: str = "toets", count: int = 2, **fields: Any) -> dict[str, Any]:
    questions = [single_question(f"v{number}") for number in range(1, count + 1)]
    return {"kind": "quiz", "id": key, "title": "Toets", "pass_percent": 70, "shuffle": False, "questions": questions, **fields}


def assignment(key: str = "praktijk", **fields: Any) -> dict[str, Any]:
    criteria = [{"text": "Controleert de naam.", "critical": True}, {"text": "Ruimt op."}]
    return {"kind": "assignment", "id": key, "title": "Praktijk", "instructions": "<p>Doe het.</p>", "criteria": criteria, **fields}


def make_page(owner: Organisation, *activities: dict[str, Any], language: str = "nl", **fields: Any) -> ModulePage:
    """A draft page below the owner's, with these activities (a lesson and a quiz unless told)."""
    number = next(_numbers)
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code=language)
    page = ModulePage(
        locale=place.locale,
        slug=f"module-{number}",
        live=False,
        **{"title": f"Module {number}", "summary": "Waar het over gaat.", "sharing": "public", **fields},
    )
    page.body = json.dumps(body_of(list(activities) or [lesson(), quiz()], uuid5(NAMESPACE, str(number)), NoPictures()))
    place.add_child(instance=page)
    page.save_revision()
    return page


def make_module(owner: Organisation, *activities: dict[str, Any], **fields: Any) -> Module:
    """A published module."""
    page = make_page(owner, *activities, **fields)
    page.get_latest_revision().publish()
    return Module.objects.select_related("current_version", "owner").get(pk=page.module_id)


def make_attempt(person: User, module: Module) -> Attempt:
    """An attempt under way."""
    return start_module(person=person, module=module)
