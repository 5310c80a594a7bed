"""Loads the folder `skillslabs` of a library: a skillslab with its partners, rooms, equipment, teachers and coming sessions."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

from django.contrib.auth import get_user_model
from django.utils import timezone

from courses.api import ModulePage, VersionActivity
from lxp import plugin_manager
from lxp.library import LibraryError, LibrarySection
from lxp.models import Organisation, PluginSwitch, User
from plugins.skillslab.exceptions import BookingRefusedError, SessionRefusedError
from plugins.skillslab.library_today import load_today
from plugins.skillslab.models import (
    EquipmentKind,
    EquipmentNeed,
    Location,
    OpeningHours,
    Partner,
    Prerequisite,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    TravelTime,
)
from plugins.skillslab.permissions import booking_organisations
from plugins.skillslab.services.bookings.booking import book_place
from plugins.skillslab.services.bookings.waitlist import join_waitlist
from plugins.skillslab.services.sessions.planning import SessionDraft, plan_session
from skills_graph.api import Competency

RULES = ("cancel_hours", "offer_hours", "book_until_minutes", "seat_hour_cents")
TYPE_FIELDS = (
    "title",
    "title_en",
    "minutes",
    "setup_minutes",
    "cleanup_minutes",
    "minimum",
    "maximum",
    "people_per_instructor",
    "assessors",
)


def sections() -> list[LibrarySection]:
    return [LibrarySection("skillslabs", load_skillslab)]


def load_skillslab(slug: str, data: dict[str, Any], path: Path) -> None:
    """One skillslab. Its sessions are planned only where none is to come, so that loading twice doubles nothing."""
    owner = _organisation(data["owner"], path)
    values = {"name": data["name"], "owner": owner, **{name: data[name] for name in RULES if name in data}}
    skillslab, _is_new = Skillslab.objects.update_or_create(slug=slug, defaults=values)
    for name in data["partners"]:
        _load_partner(skillslab, _organisation(name, path))
    kinds = {
        key: EquipmentKind.objects.update_or_create(skillslab=skillslab, slug=key, defaults={"name": name})[0]
        for key, name in data["equipment"].items()
    }
    locations = {each["name"]: _load_location(skillslab, each, kinds, path) for each in data["locations"]}
    for row in data["teachers"]:
        person, employer = _person(row["person"], path), _organisation(row["organisation"], path)
        Teacher.objects.get_or_create(skillslab=skillslab, person=person, defaults={"organisation": employer})
    types = {key: _load_type(skillslab, key, each, kinds, path) for key, each in data["types"].items()}
    coordinator = _person(data["coordinator"], path)
    if not Session.objects.filter(session_type__skillslab=skillslab, starts_at__gt=timezone.now()).exists():
        for row in data.get("sessions", []):
            _load_session(row, types, locations, owner, coordinator, path)
    for row in data.get("today", []):
        kind, location = types[row["type"]], locations[row["location"]]
        load_today(
            row,
            kind,
            location,
            owner,
            coordinator,
            lambda session, email: _come(session, _person(email, path), path),
            path,
        )


def _organisation(slug: str, path: Path) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise LibraryError(f"{path}: there is no organisation {slug}.")
    return found


def _person(email: str, path: Path) -> User:
    found: User | None = get_user_model().objects.filter(email=email).first()
    if found is None:
        raise LibraryError(f"{path}: there is nobody with the address {email}.")
    return found


def _load_partner(skillslab: Skillslab, organisation: Organisation) -> None:
    """A partner has the plugin on, unless somebody switched it off there."""
    Partner.objects.get_or_create(skillslab=skillslab, organisation=organisation)
    if not PluginSwitch.objects.filter(plugin="skillslab", organisation=organisation).exists():
        plugin_manager.switch(plugin="skillslab", organisation=organisation, on=True, by=None)


def _load_location(skillslab: Skillslab, data: dict[str, Any], kinds: dict[str, EquipmentKind], path: Path) -> Location:
    values = {"address": data["address"], "travel_minutes": data.get("travel_minutes", 0)}
    location, _is_new = Location.objects.update_or_create(skillslab=skillslab, name=data["name"], defaults=values)
    opens, closes = (time.fromisoformat(each) for each in data["open"])
    for weekday in data["weekdays"]:
        OpeningHours.objects.get_or_create(
            location=location, weekday=weekday, opens_at=opens, defaults={"closes_at": closes}
        )
    for slug, minutes in data.get("travel", {}).items():
        TravelTime.objects.update_or_create(
            location=location, organisation=_organisation(slug, path), defaults={"minutes": minutes}
        )
    for name, capacity in data["rooms"].items():
        Resource.objects.update_or_create(
            location=location, name=name, defaults={"kind": Resource.Kind.ROOM, "capacity": capacity}
        )
    for key, number in data["pieces"].items():
        _load_pieces(location, kinds[key], number, data.get("shelves", {}).get(key, ""))
    return location


def _load_pieces(location: Location, kind: EquipmentKind, number: int, shelf: str) -> None:
    for each in range(1, number + 1):
        code = f"{location.name[:3].upper()}-{kind.slug[:4].upper()}-{each:02}"
        values = {"kind": Resource.Kind.PIECE, "equipment_kind": kind, "scan_code": code, "shelf": shelf}
        Resource.objects.update_or_create(location=location, name=f"{kind.name} {each}", defaults=values)


def _load_type(
    skillslab: Skillslab, slug: str, data: dict[str, Any], kinds: dict[str, EquipmentKind], path: Path
) -> SessionType:
    values = {name: data[name] for name in TYPE_FIELDS if name in data}
    if "module" in data:
        page = ModulePage.objects.filter(slug=data["module"]).select_related("module").first()
        if page is None:
            raise LibraryError(f"{path}: there is no module {data['module']}.")
        values["module"] = page.module
        rows = VersionActivity.objects.filter(version=page.module.current_version_id, kind="assignment")
        values["block_id"] = rows.values_list("block_id", flat=True).first()
    found, _is_new = SessionType.objects.update_or_create(skillslab=skillslab, slug=slug, defaults=values)
    for key, need in data.get("needs", {}).items():
        EquipmentNeed.objects.update_or_create(session_type=found, equipment_kind=kinds[key], defaults=need)
    for code, level in data.get("skills_first", {}).items():
        competency = Competency.objects.filter(code=code).first()
        if competency is None:
            raise LibraryError(f"{path}: there is no competency {code}.")
        Prerequisite.objects.update_or_create(session_type=found, competency=competency, defaults={"level": level})
    return found


def _load_session(
    row: dict[str, Any],
    types: dict[str, SessionType],
    locations: dict[str, Location],
    owner: Organisation,
    coordinator: User,
    path: Path,
) -> None:
    """A session so many weeks from now, on a day of the week; one whose time has passed today is left out."""
    today = timezone.localdate()
    day = today - timedelta(days=today.weekday()) + timedelta(weeks=row["week"], days=row["day"] - 1)
    starts_at = timezone.make_aware(datetime.combine(day, time.fromisoformat(row["at"])))
    if starts_at <= timezone.now():
        return
    draft = SessionDraft(types[row["type"]], locations[row["location"]], starts_at, row["places"], owner)
    draft.note = row.get("note", "")
    if "kept" in row:
        draft.shares = {_organisation(slug, path): seats for slug, seats in row["kept"].items()}
        draft.release_at = starts_at - timedelta(days=14)
    try:
        session = plan_session(draft=draft, by=coordinator)
    except SessionRefusedError as refusal:
        raise LibraryError(f"{path}: {row}: {refusal} {' '.join(refusal.reasons)}") from refusal
    for email in row.get("booked", []):
        _come(session, _person(email, path), path)
    for email in row.get("waiting", []):
        _come(session, _person(email, path), path, waits=True)


def _come(session: Session, person: User, path: Path, *, waits: bool = False) -> None:
    employers = booking_organisations(person).get(session.session_type.skillslab_id)
    if not employers:
        raise LibraryError(f"{path}: {person.email} belongs to no partner of {session.session_type.skillslab}.")
    take: Any = join_waitlist if waits else book_place
    try:
        take(
            session=session,
            person=person,
            organisation=employers[0],
            request_uuid=uuid5(session.uuid, str(person.uuid)),
        )
    except BookingRefusedError as refusal:
        raise LibraryError(f"{path}: {person.email}, {session}: {refusal}") from refusal
