"""Modules, published as an author would publish them."""

from __future__ import annotations

import json
from itertools import count
from typing import Any
from uuid import UUID, uuid4, uuid5

from wagtail.models import Locale

from content.api import OrganisationPage
from courses.models import Attempt, Course, CoursePage, Module, ModulePage
from courses.services.documents import FileFinder, body_of
from courses.services.enrolment import start_module
from lxp.models import Organisation, User

NAMESPACE = UUID("00000000-0000-4000-8000-000000000000")
_numbers = count(1)


class NoPictures:
    """A picture finder for documents without pictures."""

    def find(self, name: str) -> int:
        raise AssertionError(f"This test has no picture {name}.")

    def find_film(self, film: dict[str, Any]) -> int:
        raise AssertionError(f"This test has no film {film}.")


def lesson(key: str = "les-1", **fields: Any) -> dict[str, Any]:
    content = [{"text": f"<p>Tekst van {key}.</p>"}]
    return {"kind": "lesson", "id": key, "title": key.title(), "minutes": 3, "content": content, **fields}


def single_question(key: str = "v1") -> dict[str, Any]:
    options = [
        {"text": f"Goed {key}", "right": True, "feedback": f"Ja {key}"},
        {"text": f"Nee {key}", "feedback": f"Nog niet {key}"},
    ]
    return {
        "type": "single",
        "id": key,
        "prompt": f"Vraag {key}?",
        "options": options,
        "explanation": f"<p>Uitleg {key}</p>",
    }


def quiz(key: str = "toets", count: int = 2, **fields: Any) -> dict[str, Any]:
    questions = [single_question(f"v{number}") for number in range(1, count + 1)]
    return {
        "kind": "quiz",
        "id": key,
        "title": "Toets",
        "pass_percent": 70,
        "shuffle": False,
        "questions": questions,
        **fields,
    }


def assignment(key: str = "praktijk", **fields: Any) -> dict[str, Any]:
    criteria = [{"text": "Controleert de naam.", "critical": True}, {"text": "Ruimt op."}]
    return {
        "kind": "assignment",
        "id": key,
        "title": "Praktijk",
        "instructions": "<p>Doe het.</p>",
        "criteria": criteria,
        **fields,
    }


def reflection(key: str = "denk", **fields: Any) -> dict[str, Any]:
    return {"kind": "reflection", "id": key, "title": "Denk na", "prompt": "Wat neem je mee?", **fields}


def confirmation(key: str = "akkoord", **fields: Any) -> dict[str, Any]:
    text = "<p>Lees dit protocol.</p>"
    return {"kind": "confirmation", "id": key, "title": "Akkoord", "text": text, "statement": "Ik werk zo.", **fields}


def body_for(page: ModulePage, *activities: dict[str, Any], pictures: FileFinder | None = None) -> str:
    """The stored body of a page; the ids follow from its address and the keys, so that a new body keeps them."""
    return json.dumps(body_of(list(activities), uuid5(NAMESPACE, page.slug), pictures or NoPictures()))


def make_page(
    owner: Organisation,
    *activities: dict[str, Any],
    language: str = "nl",
    pictures: FileFinder | None = None,
    **fields: Any,
) -> ModulePage:
    """A draft page below the owner's, with these activities (a lesson and a quiz unless told)."""
    number = next(_numbers)
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code=language)
    page = ModulePage(
        locale=place.locale,
        slug=f"module-{number}",
        live=False,
        **{"title": f"Module {number}", "summary": "Waar het over gaat.", "sharing": "public", **fields},
    )
    page.body = body_for(page, *(activities or (lesson(), quiz())), pictures=pictures)
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


def page_of(module: Module, language: str = "nl") -> ModulePage:
    return ModulePage.objects.get(module=module, text_language=language)


def publish(page: ModulePage, *activities: dict[str, Any], **fields: Any) -> Module:
    """Change a page and publish it, as its publisher would; only what is given changes."""
    draft = ModulePage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(draft, name, value)
    if activities:
        draft.body = body_for(draft, *activities)
    draft.save_revision().publish()
    return Module.objects.select_related("current_version", "owner").get(pk=draft.module_id)


def translate(page: ModulePage, language: str = "en", **fields: Any) -> ModulePage:
    """A draft translation of a page, with the words of the source where none are given."""
    copy = page.copy_for_translation(Locale.objects.get(language_code=language))
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision()
    return ModulePage.objects.get(pk=copy.pk)


def make_course(owner: Organisation, *slots: dict[str, Any], **fields: Any) -> Course:
    """A published course; a slot is {"title", "choose", "modules": [Module]}."""
    number = next(_numbers)
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code="nl")
    page = CoursePage(
        locale=place.locale,
        slug=f"cursus-{number}",
        live=False,
        **{"title": f"Cursus {number}", "summary": "Een leerroute.", "sharing": "public", **fields},
    )
    page.slots = json.dumps([_slot(each) for each in slots])
    place.add_child(instance=page)
    page.save_revision().publish()
    return Course.objects.select_related("current_version", "owner").get(pk=page.course_id)


def _slot(slot: dict[str, Any]) -> dict[str, Any]:
    pages = [{"type": "item", "id": str(uuid4()), "value": page_of(module).pk} for module in slot["modules"]]
    return {"type": "slot", "value": {"title": slot["title"], "choose": slot.get("choose"), "modules": pages}}
