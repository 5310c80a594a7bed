"""An organisation with volunteers: a coordinator, a role that asks a card, and a volunteer who has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from content.models import InstructionPage
from lxp import plugin_manager
from lxp.models import Organisation, Role, User
from plugins.volunteers.models import Confirmation, VolunteerRole
from plugins.volunteers.services.confirming import confirm_card, line_of, shown_of
from plugins.volunteers.services.roles import ask_of_role, assign_role, save_role
from tests.factories.cards import make_card
from tests.factories.people import make_member, make_organisation, make_volunteer


@dataclass
class Circle:
    """What the tests of volunteers need."""

    organisation: Organisation
    coordinator: User
    volunteer: User
    role: VolunteerRole
    card: InstructionPage

    @property
    def key(self) -> dict[str, Any]:
        return {"organisation": self.organisation, "card_uuid": self.card.translation_key}

    def confirm(self, person: User | None = None, after_number: int = 0, **fields: Any) -> Confirmation:
        """What is shown now is read, and its questions are answered with `answers`."""
        who, language = person or self.volunteer, fields.pop("language", "nl")
        line = line_of(person=who, language=language, **self.key)
        shown = shown_of(line, self.organisation) if line is not None else ""
        values = {"shown": shown, "says_read": True, "answers": {}, **fields}
        return confirm_card(person=who, after_number=after_number, language=language, **self.key, **values)

    def ask(self, card: InstructionPage | None = None, **fields: Any) -> None:
        ask_of_role(role=self.role, by=self.coordinator, card_uuid=(card or self.card).translation_key, **fields)

    def add(self, **fields: Any) -> User:
        person = make_volunteer(self.organisation, **fields)
        assign_role(role=self.role, people=[person], by=self.coordinator)
        return person


def make_circle(slug: str = "maasdal", **fields: Any) -> Circle:
    organisation = make_organisation(slug, care_phone="045 555 12 34", **fields)
    plugin_manager.switch(plugin="volunteers", organisation=organisation, on=True, by=None)
    coordinator = make_member(organisation, Role.COORDINATOR, first_name="Carla", last_name="Coördinator")
    role = save_role(organisation=organisation, title="Tillen", by=coordinator)
    card = make_card(organisation, title=f"Iemand optillen {slug}", slug=f"optillen-{slug}")
    volunteer = make_volunteer(organisation, first_name="Vera", last_name="Zwaluw")
    circle = Circle(organisation, coordinator, volunteer, role, card)
    circle.ask()
    assign_role(role=role, people=[volunteer], by=coordinator)
    return circle


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save(update_fields=["language"])
    client = Client()
    client.force_login(person)
    return client
