"""Years of a busy skillslab, on which speed is measured: eight locations, and for each year 3,000 sessions with 40,000
bookings. Written in bulk, past the services; always the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from courses.api import Module
from lxp import plugin_manager
from lxp.models import Membership, Organisation
from plugins.skillslab.models import (
    Allocation,
    Booking,
    Claim,
    EquipmentKind,
    EquipmentNeed,
    Location,
    OpeningHours,
    Partner,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    quarters,
)
from plugins.skillslab.services.resources.claims import KEPT
from plugins.skillslab.services.sessions.planning import claims_for

SLUG = "benchmark"
LOCATIONS, PIECES, TYPES, TEACHERS = 8, 12, 5, 24
PLACES, BOOKED = 15, 40  # forty bookings for each three sessions
STARTS = (time(9), time(13))
A_DAY, MINUTES = 12, 120  # sessions on each of 250 days a year
AHEAD = timedelta(days=90)
BATCH = 2000


@dataclass(frozen=True)
class Lab:
    """What sessions are made of."""

    skillslab: Skillslab
    types: list[SessionType]
    rooms: list[Resource]
    pieces: list[list[Resource]]
    teachers: list[int]
    people: list[tuple[int, int]]
    organiser: Organisation


def load_skillslab(*, years: int) -> tuple[int, int]:
    """So many years until now, and three months to come. Returns how many sessions and bookings."""
    lab = _lab()
    sessions, bookings, number = 0, 0, 0
    moments = _moments(years)
    while batch := list(islice(moments, BATCH)):
        made = Session.objects.bulk_create(
            [_session(lab, number + place, moment) for place, moment in enumerate(batch)], batch_size=BATCH
        )
        sessions += len(made)
        bookings += _fill(lab, made, number)
        number += len(batch)
    return sessions, bookings


def _lab() -> Lab:
    organisations = list(Organisation.objects.filter(slug__startswith="benchmark-").order_by("pk"))
    skillslab = Skillslab.objects.create(slug=SLUG, name="Skillslab", owner=organisations[0], seat_hour_cents=1850)
    for each in organisations:
        plugin_manager.switch(plugin="skillslab", organisation=each, on=True, by=None)
        Partner.objects.create(skillslab=skillslab, organisation=each)
    kind = EquipmentKind.objects.create(skillslab=skillslab, slug="pop", name="Oefenpop")
    rooms, pieces = [], []
    for number in range(LOCATIONS):
        location = Location.objects.create(skillslab=skillslab, name=f"Locatie {number + 1}", address="Dorp")
        for weekday in range(1, 6):
            OpeningHours.objects.create(location=location, weekday=weekday, opens_at=time(8), closes_at=time(18))
        room = {"location": location, "kind": Resource.Kind.ROOM, "capacity": PLACES}
        rooms.append(Resource.objects.create(name="Lab", **room))
        piece = {"location": location, "kind": Resource.Kind.PIECE, "equipment_kind": kind}
        pieces.append([Resource.objects.create(name=f"Pop {each + 1}", **piece) for each in range(PIECES)])
    people = list(
        Membership.objects.of_staff()
        .filter(organisation__in=organisations)
        .order_by("pk")
        .values_list("person", "organisation")
    )
    teachers = [person for person, _organisation in people[:TEACHERS]]
    for person, organisation in people[:TEACHERS]:
        Teacher.objects.create(skillslab=skillslab, person_id=person, organisation_id=organisation)
    types = [_type(skillslab, number, module) for number, module in enumerate(Module.objects.order_by("pk")[:TYPES])]
    for session_type in types:
        EquipmentNeed.objects.create(session_type=session_type, equipment_kind=kind, pieces=1, people=3)
    return Lab(skillslab, types, rooms, pieces, teachers, people[TEACHERS:], organisations[0])


def _type(skillslab: Skillslab, number: int, module: Module) -> SessionType:
    values: dict[str, Any] = {"minutes": MINUTES, "maximum": PLACES, "people_per_instructor": PLACES}
    title = f"Oefenen {number + 1}"
    return SessionType.objects.create(skillslab=skillslab, slug=f"type-{number}", title=title, module=module, **values)


def _moments(years: int) -> Iterator[datetime]:
    """Twelve sessions on each working day but for two weeks of a year: half in the morning, half in the afternoon."""
    today = timezone.localdate()
    day, last = today - timedelta(days=365 * years), today + AHEAD
    while day <= last:
        if day.isoweekday() < 6 and day.isocalendar().week not in (1, 52):
            yield from (_moment(day, start) for start in STARTS for _each in range(A_DAY // len(STARTS)))
        day += timedelta(days=1)


def _moment(day: date, start: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, start))


def _session(lab: Lab, number: int, starts_at: datetime) -> Session:
    is_over = starts_at < timezone.now()
    return Session(
        session_type=lab.types[number % TYPES],
        organiser=lab.organiser,
        room=lab.rooms[number % (A_DAY // len(STARTS))],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=MINUTES),
        capacity=PLACES,
        state=Session.State.CLOSED if is_over else Session.State.PUBLISHED,
        closed_at=starts_at + timedelta(hours=3) if is_over else None,
        list_digest="0" * 64 if is_over else "",
        code_secret=f"{number:064}",
    )


def _fill(lab: Lab, sessions: list[Session], number: int) -> int:
    """Things, people and bookings of sessions; quarters only of those that the upkeep would have left."""
    allocations = [row for place, each in enumerate(sessions) for row in _allocations(lab, each, number + place)]
    bookings = [row for place, each in enumerate(sessions) for row in _bookings(lab, each, number + place)]
    kept = timezone.now() - KEPT
    claims: list[Claim] = []
    for row in Allocation.objects.bulk_create(allocations, batch_size=BATCH):
        claims += claims_for(row, row.session, row.resource) if row.session.starts_at > kept else []
    for booking in Booking.objects.bulk_create(bookings, batch_size=BATCH):
        if booking.session.starts_at > kept:
            span = quarters(booking.session.starts_at, booking.session.ends_at)
            claims += [Claim(booking=booking, person_id=booking.person_id, quarter=each) for each in span]
    Claim.objects.bulk_create(claims, batch_size=BATCH)
    return len(bookings)


def _allocations(lab: Lab, session: Session, number: int) -> Iterator[Allocation]:
    place, role = number % (A_DAY // len(STARTS)), Allocation.Role
    yield Allocation(session=session, role=role.ROOM, resource=session.room)
    yield Allocation(session=session, role=role.INSTRUCTOR, person_id=lab.teachers[place])
    for piece in lab.pieces[place][: PLACES // 3]:
        yield Allocation(session=session, role=role.EQUIPMENT, resource=piece)


def _bookings(lab: Lab, session: Session, number: int) -> Iterator[Booking]:
    is_over = session.state == Session.State.CLOSED
    known = {"attendance": Booking.Attendance.PRESENT, "attendance_at": session.ends_at} if is_over else {}
    for seat in range(BOOKED // 3 + (number % 3 == 0)):
        person, organisation = lab.people[(number * (BOOKED // 3 + 1) + seat) % len(lab.people)]
        booked_at = session.starts_at - timedelta(days=20)
        yield Booking(
            session=session, person_id=person, organisation_id=organisation, seat=seat + 1, booked_at=booked_at, **known
        )
