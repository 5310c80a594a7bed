"""Modules with a poll of the plugin, as they are stored."""

from __future__ import annotations

import json
from typing import Any

from content.api import OrganisationPage
from courses.models import Attempt, Module, ModulePage
from lxp.models import Organisation
from tests.factories.learning import take

FIRST, POLL, LAST = (f"{number}0000000-0000-4000-8000-000000000000" for number in (1, 2, 3))


def reflection(identity: str, title: str) -> dict[str, Any]:
    value = {"title": title, "minutes": 2, "prompt": f"Vraag van {title}?", "is_required": True, "_schema": 1}
    return {"type": "reflection", "value": value, "id": identity}


def poll(*, schema: int = 2, **fields: Any) -> dict[str, Any]:
    """A poll as the plugin stored it; of schema 1, its options are words."""
    texts = ("Ja, altijd", "Nee – „soms”")
    values = [{"text": text, "hint": ""} for text in texts] if schema == 2 else list(texts)
    options = [{"type": "item", "value": value, "id": f"o{number}"} for number, value in enumerate(values, start=1)]
    value: dict[str, Any] = {
        "title": "Peiling",
        "minutes": 1,
        "question": "Til je alleen?",
        "options": options,
        "afterthought": "SECRET afterthought",
        "is_required": True,
    }
    return {"type": "testdummy_poll", "value": {**value, **fields, "_schema": schema}, "id": POLL}


def make_poll_page(owner: Organisation, *, schema: int = 2, **fields: Any) -> ModulePage:
    """A published page with a reflection, a poll and a reflection."""
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code="nl")
    page = ModulePage(locale=place.locale, slug="peiling", title="Tillen", summary="Over tillen.", sharing="public")
    page.body = json.dumps([reflection(FIRST, "Eerst"), poll(schema=schema, **fields), reflection(LAST, "Slot")])
    page.live = False
    place.add_child(instance=page)
    page.save_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


def make_poll_module(owner: Organisation, **fields: Any) -> Module:
    page = make_poll_page(owner, **fields)
    return Module.objects.select_related("current_version", "owner").get(pk=page.module_id)


def vote(attempt: Attempt, option: str = "o1") -> None:
    take(attempt, 2, "vote", {"option": [option]})


def write(attempt: Attempt, position: int) -> None:
    take(attempt, position, "write", {"text": ["Iets."]})
