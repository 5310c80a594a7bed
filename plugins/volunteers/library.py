"""Loads the folder `volunteers` of a library: roles and what they ask, who has them, what they confirmed; sets of cards."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from content.api import InstructionPage
from courses.api import ModulePage
from lxp import plugin_manager
from lxp.library import LibraryError, LibrarySection
from lxp.library_names import organisation_named, person_named
from lxp.models import Organisation, PluginSwitch
from plugins.volunteers.models import (
    CardSet,
    Confirmation,
    Proof,
    Revocation,
    RevokedConfirmation,
    RoleAssignment,
    RoleItem,
    SetCard,
    VolunteerRole,
)
from plugins.volunteers.services.roles import give_what_roles_ask
from plugins.volunteers.services.standing import after

PLUGIN = "volunteers"


def sections() -> list[LibrarySection]:
    return [LibrarySection("volunteers", load_volunteers, before="attempts")]


def load_volunteers(slug: str, data: dict[str, Any], path: Path) -> None:
    """The file's name is the organisation. What people confirmed is dated from the day of loading, and loaded once."""
    organisation = organisation_named(slug, path)
    if not PluginSwitch.objects.filter(plugin=PLUGIN, organisation=organisation).exists():
        plugin_manager.switch(plugin=PLUGIN, organisation=organisation, on=True, by=None)
    roles = {each["title"]: _load_role(organisation, each, path) for each in data.get("roles", [])}
    give_what_roles_ask(organisation)
    for each in data.get("volunteers", []):
        person = person_named(each["person"], path)
        for title in each.get("roles", []):
            if title not in roles:
                raise LibraryError(f"{path}: there is no role {title}.")
            RoleAssignment.objects.get_or_create(role=roles[title], person=person, ended_at=None)
        for row in each.get("confirmed", []):
            _load_confirmation(organisation, person, row, path)
    for each in data.get("taken_back", []):
        _load_revocation(organisation, each, path)
    for each in data.get("sets", []):
        _load_set(organisation, each, path)


def card_named(name: str, path: Path) -> InstructionPage:
    """The first language of a card, by the folder it was loaded from."""
    found = InstructionPage.objects.filter(source__isnull=True, short_name=name).first()
    if found is None:
        raise LibraryError(f"{path}: there is no card {name}.")
    return found


def _load_role(organisation: Organisation, data: dict[str, Any], path: Path) -> VolunteerRole:
    role, _is_new = VolunteerRole.objects.get_or_create(organisation=organisation, title=data["title"])
    for each in data.get("asks", []):
        values = {"is_required": each.get("required", True), "valid_months": each.get("months")}
        if "card" in each:
            key: dict[str, Any] = {"card_uuid": card_named(each["card"], path).translation_key}
            values["proof"] = each.get("proof", Proof.READ)
        else:
            page = ModulePage.objects.filter(slug=each["module"]).first()
            if page is None:
                raise LibraryError(f"{path}: there is no module {each['module']}.")
            key, values["proof"] = {"module": page.module}, Proof.MODULE
        RoleItem.objects.update_or_create(role=role, **key, defaults=values)
    return role


def _load_confirmation(organisation: Organisation, person: Any, data: dict[str, Any], path: Path) -> None:
    card = card_named(data["card"], path)
    moment = timezone.now() - timedelta(days=data.get("days_ago", 0))
    months = data.get("months")
    key = {"person": person, "organisation": organisation, "card_uuid": card.translation_key, "number": 1}
    if Confirmation.objects.filter(**key).exists():
        return
    Confirmation.objects.create(
        **key,
        title=card.title,
        language=card.language,
        text_digest=card.text_digest,
        proof=data.get("proof", Proof.READ),
        confirmed_at=moment,
        valid_until=after(timezone.localdate(moment), months) if months else None,
    )


def _load_revocation(organisation: Organisation, data: dict[str, Any], path: Path) -> None:
    card = card_named(data["card"], path)
    if Revocation.objects.filter(organisation=organisation, card_uuid=card.translation_key).exists():
        return
    made = Revocation.objects.create(
        organisation=organisation,
        card_uuid=card.translation_key,
        title=card.title,
        reason=data["reason"],
        revoked_by=person_named(data["by"], path),
    )
    rows = Confirmation.objects.filter(
        organisation=organisation, card_uuid=card.translation_key, taken_back__isnull=True
    )
    RevokedConfirmation.objects.bulk_create([RevokedConfirmation(revocation=made, confirmation=row) for row in rows])


def _load_set(organisation: Organisation, data: dict[str, Any], path: Path) -> None:
    """One set for each secret address, so that loading twice doubles nothing and keeps how often it was opened."""
    token = str(UUID(data["token"]).hex)
    if CardSet.objects.filter(token=token).exists():
        return
    made = CardSet.objects.create(
        token=token,
        organisation=organisation,
        made_by=person_named(data["by"], path),
        occasion=data.get("occasion", "home"),
        phone=data.get("phone") or organisation.care_phone,
        ends_on=timezone.localdate() + timedelta(days=data.get("days", 28)),
    )
    for position, name in enumerate(data["cards"], start=1):
        SetCard.objects.create(card_set=made, card_uuid=card_named(name, path).translation_key, position=position)
