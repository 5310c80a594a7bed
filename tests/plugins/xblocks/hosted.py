"""Modules with hosted blocks, and the frames that a learner gets of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client

from content.api import OrganisationPage
from courses.models import ActivityState, Attempt, Module, ModulePage
from lxp.models import Organisation, User
from plugins.xblocks.packages import kind_of
from plugins.xblocks.tokens import LearnerPass, address_of
from tests.factories.modules import make_attempt

BLOCK = "20000000-0000-4000-8000-000000000000"


def block(block_type: str, content: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    value = {"title": "Doe mee", "minutes": 3, "config": json.dumps(content or {}), "is_required": True, "_schema": 1}
    return {"type": kind_of(block_type), "value": {**value, **fields}, "id": BLOCK}


def make_page(owner: Organisation, *blocks: dict[str, Any], slug: str = "blokken") -> ModulePage:
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code="nl")
    page = ModulePage(locale=place.locale, slug=slug, title="Blokken", summary="Over blokken.", sharing="public")
    page.body, page.live = json.dumps(list(blocks)), False
    place.add_child(instance=page)
    page.save_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


def make_block_module(
    owner: Organisation, block_type: str, content: dict[str, Any] | None = None, slug: str = "blokken", **fields: Any
) -> Module:
    page = make_page(owner, block(block_type, content, **fields), slug=slug)
    return Module.objects.select_related("current_version", "owner").get(pk=page.module_id)


def sign_in(person: User, client: Client | None = None) -> int:
    """Sign somebody in, in a browser of theirs: the number of that visit."""
    client = client or Client()
    client.force_login(person)
    key = client.session.session_key
    return UserSession.objects.get_or_create(session_key=key, defaults={"user": person, "ip": "127.0.0.1"})[0].pk


def address_of_block(attempt: Attempt, block_id: UUID, visit: int | None = None) -> str:
    visit = sign_in(attempt.person) if visit is None else visit
    return address_of(LearnerPass(attempt.person.uuid, attempt.uuid, block_id, "nl", visit))


@dataclass
class Frame:
    """The frame of a learner, asked as a browser asks it: without cookies."""

    attempt: Attempt
    address: str = ""
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        self.address = self.address or address_of_block(self.attempt, UUID(BLOCK))

    def open(self) -> HttpResponse:
        return self.browser.get(self.address)  # type: ignore[return-value]

    def post(self, handler: str, data: Any = None, suffix: str = "") -> HttpResponse:
        address = f"{self.address}h/{handler}{f'/{suffix}' if suffix else ''}"
        return self.browser.post(address, json.dumps(data or {}), content_type="application/json")  # type: ignore[return-value]

    def answer(self, handler: str, data: Any = None, suffix: str = "") -> Any:
        response = self.post(handler, data, suffix)
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    @property
    def state(self) -> ActivityState:
        return ActivityState.objects.get(attempt=self.attempt, block_id=BLOCK)


def frame_for(person: User, module: Module) -> Frame:
    return Frame(make_attempt(person, module))
