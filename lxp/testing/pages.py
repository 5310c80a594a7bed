"""Where each hook is asked: the pages that show its answer, or what the platform does that calls it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from lxp import plugin_manager
from lxp.library import LibrarySection
from lxp.models import Erasure, Organisation, User
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from lxp.testing.world import World, make_person

TAKEN_UP = ("courses.Enrolment", "courses.Attempt")
NOBODY = UUID(int=0)
LANGUAGE = "nl"
HOSTILE = "\"'><b id=kit>"
RUNNING = "<b id=kit"


def model_named(label: str) -> Any:
    """A model of a package above the platform: the kit knows them by name only."""
    return apps.get_model(label)


def place_of(organisation: Organisation) -> Any:
    """The public page of an organisation."""
    return model_named("content.OrganisationPage").objects.get(
        organisation=organisation, locale__language_code=LANGUAGE
    )


def module_page(organisation: Organisation, *blocks: dict[str, Any], slug: str = "kit-module") -> Any:
    """A published module; without blocks, with one thing to think about."""
    found = model_named("courses.ModulePage").objects.filter(slug=slug, module__owner=organisation).first()
    if found is not None:
        return found
    value = {"title": "Kit", "minutes": 1, "prompt": "Kit?", "is_required": True, "_schema": 1}
    body = list(blocks) or [{"type": "reflection", "id": str(UUID(int=1)), "value": value}]
    place = place_of(organisation)
    page = model_named("courses.ModulePage")(
        locale=place.locale, slug=slug, title="Kit", summary="Kit.", sharing="public"
    )
    page.body, page.live = json.dumps(body), False
    place.add_child(instance=page)
    page.save_revision().publish()
    return model_named("courses.ModulePage").objects.get(pk=page.pk)


def stored(page_id: int) -> list[dict[str, Any]]:
    """The body of a page as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM courses_modulepage WHERE page_ptr_id = %s", [page_id])
        return list(json.loads(cursor.fetchone()[0]))


def taken_up(world: World, person: User, module: Any) -> dict[str, Any]:
    """An enrolment and an attempt of somebody who takes up a module, by label; nothing where they may not."""
    world.client(person).post(reverse("courses:start", args=[module.uuid]))
    found = {label: model_named(label).objects.filter(person=person).first() for label in TAKEN_UP}
    return {label: each for label, each in found.items() if each is not None}


def _course_page(organisation: Organisation) -> Any:
    found = model_named("courses.CoursePage").objects.filter(slug="kit-course", course__owner=organisation).first()
    if found is not None:
        return found
    place = place_of(organisation)
    page = model_named("courses.CoursePage")(
        locale=place.locale, slug="kit-course", title="Kit", summary="Kit.", sharing="public"
    )
    place.add_child(instance=page)
    page.save_revision().publish()
    return page


def _home_page(organisation: Organisation) -> Any:
    return model_named("content.HomePage").objects.get(locale__language_code=LANGUAGE)


def _topic_page(organisation: Organisation) -> Any:
    home = _home_page(organisation)
    found = model_named("content.TopicPage").objects.filter(slug="kit-topic").first()
    if found is None:
        found = model_named("content.TopicPage")(title="Kit", slug="kit-topic", summary="Kit.")
        home.add_child(instance=found)
    return found


def _instruction_page(organisation: Organisation) -> Any:
    place = place_of(organisation)
    found = model_named("content.InstructionPage").objects.filter(slug="kit-card", organisation=organisation).first()
    if found is None:
        found = model_named("content.InstructionPage")(locale=place.locale, title="Kit", slug="kit-card", intro="Kit.")
        place.add_child(instance=found)
    return found


HOME = "/mijn/"
PAGES: dict[str, Callable[[Organisation], Any]] = {
    "home_page_sections": _home_page,
    "organisation_page_sections": place_of,
    "topic_page_sections": _topic_page,
    "instruction_page_tools": _instruction_page,
    "instruction_page_sections": _instruction_page,
    "module_panels": module_page,
    "course_panels": _course_page,
}
ON_HOME = ("navigation_items", "home_items", "home_panels")
SHOWN = (*ON_HOME, *PAGES)
EVENTS: dict[str, Callable[[User], dict[str, Any]]] = {
    "module_completed": lambda person: {"attempt_id": NOBODY},
    "evidence_recorded": lambda person: {"evidence_uuid": NOBODY, "person": person},
    "holding_changed": lambda person: {"person_id": person.pk, "competency_ids": []},
}


def address_of(hook: str, organisation: Organisation) -> str:
    """The page on which the answer of a hook stands."""
    return HOME if hook in ON_HOME else str(PAGES[hook](organisation).url)


def get(client: Client, address: str) -> Any:
    """A page with everything rendered. An answer of a fault is status 500, never an exception."""
    client.raise_request_exception = False
    return client.get(address)


def text_of(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode("utf-8", "replace"))


def runs(response: Any) -> bool:
    """Whether a browser would take what somebody wrote for HTML; what is no HTML, such as a file of a calendar, never."""
    return response.headers.get("Content-Type", "").startswith("text/html") and RUNNING in text_of(response)


def ask(hook: str, world: World, person: User) -> list[str]:
    """Do what the platform does to ask a hook; returns what is wrong with that, one line each."""
    if hook in SHOWN:
        response = get(world.client(person), address_of(hook, world.ours))
        return [] if response.status_code == 200 else [f"the page with {hook} has status {response.status_code}"]
    if hook == "instruction_page_care_lines":  # asked for an address with a query only, and seen only where it answers
        response = get(world.client(person), f"{_instruction_page(world.ours).url}?kit=1")
        return [] if response.status_code == 200 else [f"the page with {hook} has status {response.status_code}"]
    if hook in EVENTS:
        with TestCase.captureOnCommitCallbacks(execute=True):
            plugin_manager.announce(hook, organisations=[world.ours], **EVENTS[hook](person))
    elif hook == "digest_items":
        since = timezone.now() - timedelta(days=1)
        organisations = person.organisations
        plugin_manager.call(hook, expects=DigestItem, organisations=organisations, person=person, since=since)
    elif hook == "reconcile":
        plugin_manager.ask_each(hook, expects=str, guards_core=True)
    elif hook == "library_sections":
        plugin_manager.ask_each(hook, expects=LibrarySection)
    elif hook == "person_export":
        plugin_manager.ask_each(hook, expects=ExportPart, person=person)
    elif hook == "person_erase":
        plugin_manager.tell_each(hook, skip=frozenset(), **_leaver(world))
    else:
        plugin_manager.answers(hook)
    return []


def _leaver(world: World) -> dict[str, Any]:
    """Somebody who is being forgotten, of whom the plugin knows nothing."""
    person = make_person(world.ours)
    erasure = Erasure(person=person, wiped_at=timezone.now(), keep_evidence_until=date(2099, 1, 1))
    return {"person": person, "erasure": erasure}
