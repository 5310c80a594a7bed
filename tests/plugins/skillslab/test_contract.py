"""The skillslab passes the contract kit that every plugin passes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from itertools import count
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from lxp.testing import PluginContract
from lxp.testing.objects import Factory, Planted
from plugins.skillslab.models import (
    Absence,
    Allocation,
    AttendanceNote,
    Booking,
    CalendarFeed,
    Claim,
    Closure,
    InvitationChoice,
    OpeningHours,
    Outage,
    Partner,
    Replacement,
    Resource,
    Session,
    Skillslab,
)

_numbers = count(1)
WHO_WROTE_IT = "says who changed something; not what this person did or is"


def _skillslab(planted: Planted) -> models.Model:
    """A skillslab of which the organisation is a partner."""
    made = Skillslab.objects.create(slug=f"kit-{next(_numbers)}", name=planted.text, owner=planted.organisation)
    Partner.objects.create(skillslab=made, organisation=planted.organisation)
    return made


def _piece(planted: Planted) -> models.Model:
    return Resource.objects.create(
        location=planted.of("skillslab.Location"), kind="room", name=f"{planted.text}{next(_numbers)}", capacity=8
    )


def _session(planted: Planted) -> models.Model:
    starts_at = timezone.now() + timedelta(days=9, hours=next(_numbers))
    return Session.objects.create(
        session_type=planted.of("skillslab.SessionType"),
        organiser=planted.organisation,
        room=planted.of("skillslab.Resource"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        capacity=6,
        note=planted.text,
        code_secret=planted.text,
    )


def _allocation(planted: Planted) -> models.Model:
    return Allocation.objects.create(session=planted.of("skillslab.Session"), role="instructor", person=planted.person)


def _booking(planted: Planted) -> models.Model:
    return Booking.objects.create(
        session=planted.of("skillslab.Session"),
        person=planted.person,
        organisation=planted.organisation,
        seat=next(_numbers),
        cancel_reason=planted.text,
    )


def _note(planted: Planted) -> models.Model:
    now = timezone.now()
    values = {"attendance": "present", "how": "list", "noted_at": now, "stored_at": now, "by": planted.person}
    return AttendanceNote.objects.create(booking=planted.of("skillslab.Booking"), outcome="kept", **values)


def _claim(planted: Planted) -> models.Model:
    return Claim.objects.create(
        person=planted.person, booking=planted.of("skillslab.Booking"), quarter=2_000_000 + next(_numbers)
    )


def _partner(planted: Planted) -> models.Model:
    return Partner.objects.get(skillslab=planted.of("skillslab.Skillslab"), organisation=planted.organisation)


def _hours(planted: Planted) -> models.Model:
    location = planted.of("skillslab.Location")
    return OpeningHours.objects.create(location=location, weekday=1, opens_at=time(8), closes_at=time(18))


def _closure(planted: Planted) -> models.Model:
    return Closure.objects.create(location=planted.of("skillslab.Location"), reason=planted.text, **an_hour())


def _outage(planted: Planted) -> models.Model:
    return Outage.objects.create(resource=planted.of("skillslab.Resource"), reason=planted.text, **an_hour())


def _absence(planted: Planted) -> models.Model:
    return Absence.objects.create(teacher=planted.of("skillslab.Teacher"), **an_hour())


def _replacement(planted: Planted) -> models.Model:
    return Replacement.objects.create(session=planted.of("skillslab.Session"), role="instructor", person=planted.person)


def _feed(planted: Planted) -> models.Model:
    values = {"token": f"{planted.text}{next(_numbers)}"}
    return CalendarFeed.objects.get_or_create(person=planted.person, defaults=values)[0]


def _choice(planted: Planted) -> models.Model:
    return InvitationChoice.objects.get_or_create(person=planted.person, defaults={"when": "at_once"})[0]


def an_hour() -> dict[str, Any]:
    now = timezone.now()
    return {"starts_at": now, "ends_at": now + timedelta(hours=1)}


class TestContract(PluginContract):
    plugin: ClassVar[str] = "skillslab"
    objects: ClassVar[Mapping[str, Factory]] = {
        "skillslab.Skillslab": _skillslab,
        "skillslab.Partner": _partner,
        "skillslab.OpeningHours": _hours,
        "skillslab.Closure": _closure,
        "skillslab.Outage": _outage,
        "skillslab.Absence": _absence,
        "skillslab.Resource": _piece,
        "skillslab.Session": _session,
        "skillslab.Allocation": _allocation,
        "skillslab.Booking": _booking,
        "skillslab.AttendanceNote": _note,
        "skillslab.Claim": _claim,
        "skillslab.CalendarFeed": _feed,
        "skillslab.InvitationChoice": _choice,
        "skillslab.Replacement": _replacement,
    }
    values: ClassVar[Mapping[str, Any]] = {
        "token": lambda made: made["skillslab.CalendarFeed"].token,
        "booking_id": lambda made: made["skillslab.Booking"].pk,
        "lab_uuid": lambda made: made["skillslab.Skillslab"].uuid,
        "location_uuid": lambda made: made["skillslab.Location"].uuid,
        "thing_uuid": lambda made: made["skillslab.Resource"].uuid,
        "type_uuid": lambda made: made["skillslab.SessionType"].uuid,
        "kind_slug": lambda made: made["skillslab.EquipmentKind"].slug,
        "teacher_id": lambda made: made["skillslab.Teacher"].pk,
        "entry_id": lambda made: made["skillslab.WaitlistEntry"].pk,
    }
    exempt: ClassVar[Mapping[str, str]] = {
        "skillslab.Session.changed_by": WHO_WROTE_IT,
        "skillslab.Session.closed_by": WHO_WROTE_IT,
        "skillslab.Plan.made_by": WHO_WROTE_IT,
        "skillslab.Booking.cancelled_by": WHO_WROTE_IT,
        "skillslab.Booking.attendance_by": WHO_WROTE_IT,
        "skillslab.AttendanceNote.by": WHO_WROTE_IT,
        "skillslab.Allocation.handed_out_by": WHO_WROTE_IT,
        "skillslab.Allocation.returned_to": WHO_WROTE_IT,
        "skillslab.Claim.person": "follows from bookings and allocations, which are in the copy",
    }
