"""Loads the folders of a library that the platform owns: organisations and people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.functional import SimpleLazyObject

from lxp.library import LibraryError, LibrarySection
from lxp.library_names import organisation_named
from lxp.models import MembershipKind, Organisation, Unit, User
from lxp.services.members import find_or_make_person
from lxp.services.organisations import grant_membership, open_organisation

DEMO_PASSWORD = "samen-leren-2026"  # noqa: S105 - printed at the start of the demo, on purpose
ORGANISATION_FIELDS = (
    "name",
    "monogram",
    "kind",
    "colour",
    "languages",
    "requires_second_factor",
    "care_phone",
    "care_hours",
)
_demo_password_hash = SimpleLazyObject(lambda: make_password(DEMO_PASSWORD))


def load_organisation(slug: str, data: dict[str, Any], path: Path) -> None:
    """One organisation with its units."""
    fields = {name: data[name] for name in ORGANISATION_FIELDS if name in data}
    organisation = open_organisation(slug=slug, **fields)
    _load_units(organisation, None, data.get("units", []))


def _load_units(organisation: Organisation, parent: Unit | None, units: list[dict[str, Any]]) -> None:
    for data in units:
        unit, _ = Unit.objects.update_or_create(
            organisation=organisation, slug=data["slug"], defaults={"name": data["name"], "parent": parent}
        )
        _load_units(organisation, unit, data.get("units", []))


def load_person(slug: str, data: dict[str, Any], path: Path) -> None:
    """One person with addresses and memberships. In a demo everybody has the demo's password."""
    person = find_or_make_person(
        email=data["email"],
        first_name=data["first_name"],
        last_name=data["last_name"],
        language=data.get("language", settings.LANGUAGE_CODE),
    )
    if settings.IS_DEMO and not person.has_usable_password():
        person.password = str(_demo_password_hash)
        person.save(update_fields=["password"])
    if data.get("private_email"):
        EmailAddress.objects.get_or_create(user=person, email=data["private_email"], defaults={"verified": True})
    for each in data.get("memberships", []):
        _load_membership(person, each, path)


def _load_membership(person: User, data: dict[str, Any], path: Path) -> None:
    organisation = organisation_named(data["organisation"], path)
    unit = None
    if data.get("unit"):
        unit = Unit.objects.filter(organisation=organisation, slug=data["unit"]).first()
        if unit is None:
            raise LibraryError(f"{path}: {organisation} has no unit {data['unit']}.")
    grant_membership(
        person=person,
        organisation=organisation,
        unit=unit,
        kind=MembershipKind(data.get("kind", MembershipKind.STAFF)),
        job=data.get("job", ""),
        starts_on=data["starts_on"],
        ends_on=data.get("ends_on"),
        roles=frozenset(data.get("roles", [])),
    )


def sections() -> list[LibrarySection]:
    return [LibrarySection("organisations", load_organisation), LibrarySection("people", load_person)]
