"""Nothing of organisation B reaches people of A, at any address; and what is B's looks like what does not exist."""

from __future__ import annotations

import logging
import re
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from courses.models.catalogue import SharedQuerySet
from tests.architecture.other_organisation import MARK, ROLES_OF, World, make_world
from tests.architecture.site_addresses import Address, addresses, bulk_questions, questions

pytestmark = pytest.mark.django_db
NOT_ASKED = (
    "account_logout",
    "wagtailadmin_logout",
    "wagtailadmin_error_test",  # raises on purpose
)
SMALL_FORM = {"title": "x", "name": "x", "slug": "x", "revision_id": "1", "is_editing": "1", "alias": "on", "text": "x"}
VISITORS = ["nobody", *ROLES_OF]


@pytest.fixture(autouse=True)
def no_words_about_refusals(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands are right here, and writing down each with its trace takes a fifth of the time; faults are still told."""
    caplog.set_level(logging.ERROR, "django.request")


@pytest.fixture
def world() -> World:
    return make_world()


class Visitor:
    """Asks, and leaves no trace: every request is rolled back, and every cookie forgotten."""

    def __init__(self, who: str, world: World) -> None:
        self.who, self.world, self.found = who, world, list[str]()
        self.client = Client(raise_request_exception=False)
        if who in world.actors:
            self.client.force_login(world.actors[who])
        self.cookies = {name: morsel.value for name, morsel in self.client.cookies.items()}

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        self.client.cookies = SimpleCookie(self.cookies)
        with transaction.atomic():
            response = getattr(self.client, method)(path, data or {})
            transaction.set_rollback(True)
        self.note(method, path, response)
        return response

    def note(self, method: str, path: str, response: HttpResponse) -> None:
        """Write down what may not be: a word of B in the body or a header, or a fault."""
        leaks = leaks_in(response, path.partition("?")[0])
        if leaks:
            self.found.append(f"{self.who} {method} {path}: shows B in {', '.join(leaks)}")
        if response.status_code >= 500:
            self.found.append(f"{self.who} {method} {path}: status {response.status_code}")

    def compare(self, method: str, theirs: str, nobodys: str, data: dict[str, Any] | None = None) -> HttpResponse:
        """Ask for something of B and for nothing: the answers must be the same."""
        response, nothing = self.ask(method, theirs, data), self.ask(method, nobodys, data)
        if answer_of(response) != answer_of(nothing):
            words = f"{answer_of(response)}, where nothing gives {answer_of(nothing)}"
            self.found.append(f"{self.who} {method} {theirs}: {words}")
        return response

    def visit(self, address: Address) -> None:
        """Everything that this visitor may try at one address."""
        response = (
            self.compare("get", address.path, address.missing)
            if address.names_object
            else self.ask("get", address.path)
        )
        if response.status_code in (403, 404) and address.path.startswith(settings.EDITOR_PREFIX):
            return  # the guard refused, whatever the method and the form
        other = self.world.other
        form = {**SMALL_FORM, "new_parent_page": str(other["page"].pk)}
        form["external-link-chooser-url"] = "/nl/" + other["module"].pages.get().url_path.split("/", 2)[2]
        if address.names_object:
            self.compare("post", address.path, address.missing, form)
            return
        self.ask("post", address.path, form)
        if response.status_code == 200:
            for question in questions(self.world):
                self.ask("get", f"{address.path}?{question}")


def leaks_in(response: HttpResponse, asked: str = "") -> list[str]:
    """Where a response shows a word of B that the asker did not write: in its body, or the names of headers."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace").lower().replace(asked.lower(), "")
    found = ["body"] if MARK.lower() in text else []
    return found + [name for name, value in response.headers.items() if MARK.lower() in value.lower()]


def answer_of(response: HttpResponse) -> tuple[int, str]:
    """Status and target, without the numbers and names that the asker wrote."""
    target = response.headers.get("Location", "")
    return response.status_code, re.sub(r"[0-9a-f-]{8,}|\d+|next=.*", "*", target)


def test_nothing_of_another_organisation_is_at_any_address(world: World) -> None:
    found: list[str] = []
    everywhere = [address for address in addresses(world) if address.name not in NOT_ASKED]
    for who in VISITORS:
        visitor = Visitor(who, world)
        for address in everywhere:
            visitor.visit(address)
        for theirs, nobodys in bulk_questions(world):
            visitor.compare("get", theirs, nobodys)
        found += visitor.found
    assert found == []


def test_a_planted_leak_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everybody may find every module, the same questions find B's: the test above can fail."""
    cache.clear()
    monkeypatch.setattr(SharedQuerySet, "visible_to", lambda modules, person: modules)
    visitor = Visitor("author", world)
    for address in addresses(world):
        if address.name.rpartition(":")[2] == "discover":
            visitor.visit(address)
    cache.clear()
    assert any("shows B in body" in line for line in visitor.found), visitor.found
