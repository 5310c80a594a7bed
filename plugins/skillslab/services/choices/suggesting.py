"""Which session somebody could take now: for what expires, is asked, or waits for practice, and that fits their days.

A session fits when its prerequisites are met on that day, when it does not overlap with another of theirs, and when there is
time to travel between the two. Of those that fit, the nearest in time comes first, where an hour of travel counts as a week.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from courses.api import Attempt
from lxp.models import Organisation, User
from plugins.skillslab.models import Allocation, Booking, Session, SessionType, TravelTime
from plugins.skillslab.permissions import booking_organisations
from plugins.skillslab.services.bookings.prerequisites import missing_on
from plugins.skillslab.services.choices.week import Slot, slots_of
from skills_graph.api import Asked, asked_of

SHOWN = 3
LOOKED_AT = 60
AHEAD = timedelta(days=90)
HOUR_OF_TRAVEL = timedelta(days=7)
RELATED = ("session_type__skillslab", "room__location", "organiser")
ORDER = {"lapsed": 0, "expires": 0, "waits": 1, "growing": 2, "missing": 2}
Labs = dict[int, list[Organisation]]


@dataclass(frozen=True)
class Wanted:
    """Why somebody would take a type of session. `state` is lapsed, expires, waits, growing or missing."""

    session_type: SessionType
    title: str
    state: str
    until: date | None = None

    @property
    def rank(self) -> tuple[int, date, str]:
        return ORDER[self.state], self.until or date.max, self.title

    @property
    def days_left(self) -> int | None:
        return (self.until - timezone.localdate()).days if self.until else None


@dataclass(frozen=True)
class Suggested:
    """One session, and how far it is from work in minutes."""

    slot: Slot
    travel_minutes: int


@dataclass(frozen=True)
class Suggestions:
    """The most urgent thing to practise with the sessions that fit; `others` can be practised too."""

    wanted: Wanted
    sessions: list[Suggested]
    others: list[Wanted] = field(default_factory=list)
    request_uuid: UUID = field(default_factory=uuid.uuid4)


def suggestions_for(*, person: User) -> Suggestions | None:
    """What to practise first, with three sessions; None where nothing is wanted, or nothing fits. A constant number of
    queries: one where no organisation of theirs is a partner, at most fifteen."""
    labs, now = booking_organisations(person), timezone.now()
    wanted = _wanted(person, labs, now) if labs else []
    if not wanted:
        return None
    fitting = _fitting(person, [each.session_type for each in wanted], labs, now)
    able = [each for each in wanted if each.session_type.pk in fitting]
    if not able:
        return None
    first = able[0]
    return Suggestions(first, fitting[first.session_type.pk][:SHOWN], able[1 : 1 + SHOWN])


def _wanted(person: User, labs: Labs, now: datetime) -> list[Wanted]:
    """The types of coming sessions that this person has a reason to take and no place in yet, the most urgent first."""
    coming = Session.objects.published().filter(
        session_type=OuterRef("pk"), starts_at__gt=now, starts_at__lt=now + AHEAD
    )
    booked = Booking.objects.filter(person=person, session__session_type=OuterRef("pk"), session__ends_at__gt=now)
    outcome = "module__current_version__outcomes"
    proves = Q(**{f"{outcome}__kind": "practical", f"{outcome}__is_entry": False})
    proves &= Q(**{f"{outcome}__block_id": None}) | Q(**{f"{outcome}__block_id": F("block_id")})
    rows = SessionType.objects.filter(Exists(coming), proves, skillslab__in=labs, retired_at__isnull=True)
    rows = rows.exclude(Exists(booked.with_seat_at(now))).annotate(proves=F(f"{outcome}__competency")).order_by("pk")
    types = list(rows)
    asked = asked_of(person=person, competencies={each.proves for each in types})
    practising = _practising(person, types)
    found: dict[int, Wanted] = {}
    for each in types:
        reason = _reason(each, asked.get(each.proves), each.module_id in practising)
        if reason is not None and (each.pk not in found or reason.rank < found[each.pk].rank):
            found[each.pk] = reason
    return sorted(found.values(), key=lambda each: each.rank)


def _practising(person: User, types: Iterable[SessionType]) -> set[int]:
    """The modules that this person has under way."""
    under_way = Attempt.objects.under_way().filter(person=person, module__in=[each.module_id for each in types])
    return set(under_way.values_list("module_id", flat=True))


def _reason(session_type: SessionType, asked: Asked | None, is_under_way: bool) -> Wanted | None:
    state = asked.own.state.value if asked else ""
    if asked is not None and state in ("lapsed", "expires"):
        return Wanted(session_type, str(asked.about), state, asked.own.ends_on)
    if is_under_way:
        return Wanted(session_type, str(session_type), "waits")
    if asked is not None and state in ORDER:
        return Wanted(session_type, str(asked.about), state)
    return None


def _fitting(person: User, types: Sequence[SessionType], labs: Labs, now: datetime) -> dict[int, list[Suggested]]:
    """By the id of a type, its sessions that fit, the best first."""
    rows = Session.objects.published().filter(session_type__in=types, starts_at__gt=now, starts_at__lt=now + AHEAD)
    sessions = list(rows.select_related(*RELATED).order_by("starts_at", "pk")[:LOOKED_AT])
    free = [each for each in slots_of(person, sessions, labs, now) if each.state == "free"]
    lacking = missing_on(person_id=person.pk, sessions=[each.session for each in free])
    travel = _travel(free, labs)
    days = _own_sessions(person, now)
    found: dict[int, list[Suggested]] = {}
    for slot in free:
        minutes = travel[slot.session.room.location_id]
        if slot.session.pk not in lacking and all(_leaves_time(slot.session, each, minutes) for each in days):
            found.setdefault(slot.session.session_type_id, []).append(Suggested(slot, minutes))
    for each in found.values():
        each.sort(key=_nearness)
    return found


def _nearness(suggested: Suggested) -> tuple[datetime, int]:
    session = suggested.slot.session
    return session.starts_at + HOUR_OF_TRAVEL * suggested.travel_minutes / 60, session.pk


def _travel(slots: list[Slot], labs: Labs) -> dict[int, int]:
    """Location id → minutes from the nearest of the own employers."""
    locations = {each.session.room.location_id: each.session.room.location.travel_minutes for each in slots}
    employers = {each.pk for organisations in labs.values() for each in organisations}
    rows = TravelTime.objects.filter(location__in=locations, organisation__in=employers).order_by("-minutes")
    return locations | dict(rows.values_list("location", "minutes"))


def _own_sessions(person: User, now: datetime) -> list[Session]:
    """Where this person is already, as learner or teacher."""
    booked = Booking.objects.filter(session=OuterRef("pk"), person=person).with_seat_at(now)
    teaches = Allocation.objects.filter(session=OuterRef("pk"), person=person)
    rows = Session.objects.published().filter(Exists(booked) | Exists(teaches), ends_at__gt=now)
    return list(rows.select_related("room"))


def _leaves_time(session: Session, other: Session, travel_minutes: int) -> bool:
    is_elsewhere = session.room.location_id != other.room.location_id
    travel = timedelta(minutes=travel_minutes if is_elsewhere else 0)
    return session.starts_at >= other.ends_at + travel or session.ends_at + travel <= other.starts_at
