"""A week of sessions as one person sees it: what is free for them, and what they are in already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from lxp.models import Organisation, User
from plugins.skillslab.models import Booking, Location, Offer, Partner, Session, SessionType, WaitlistEntry
from plugins.skillslab.services.bookings.seats import Seats, seats_of

FEW = 2
FIRST_ROW = 17  # the grid begins at 8:30, and each row is half an hour
LAST_ROW, LONGEST = 14, 8
SIDE_BY_SIDE = 3


@dataclass
class Slot:
    """One session in the week. `state` is mine, asked, offered, waiting, free, full or closed."""

    session: Session
    state: str
    places: int = 0
    waiting: int = 0
    offer: Any = None

    @property
    def is_few(self) -> bool:
        return self.places <= FEW

    @property
    def row(self) -> int:
        local = timezone.localtime(self.session.starts_at)
        return (local.hour * 60 + local.minute) // 30 - FIRST_ROW

    @property
    def rows(self) -> int:
        minutes = (self.session.ends_at - self.session.starts_at).total_seconds() / 60
        return max(2, -(-int(minutes) // 30))

    @property
    def fits_grid(self) -> bool:
        return 0 <= self.row <= LAST_ROW and self.rows <= LONGEST


@dataclass
class Day:
    """A day of the week; `places` are those that are free for the reader."""

    day: date
    slots: list[Slot] = field(default_factory=list)

    @property
    def places(self) -> int:
        return sum(each.places for each in self.slots if each.state == "free")

    @property
    def most_at_once(self) -> int:
        return max(
            (sum(other.row <= each.row < other.row + other.rows for other in self.slots) for each in self.slots),
            default=0,
        )


@dataclass
class Choice:
    """What a reader narrows the week by."""

    monday: date
    type_uuid: str = ""
    location_uuid: str = ""


@dataclass
class Week:
    """A week with what it can be narrowed by. `is_grid` is whether everything fits into the timetable of five days."""

    monday: date
    days: list[Day]
    session_types: list[SessionType]
    locations: list[Location]
    next_session: Session | None = None

    @property
    def is_grid(self) -> bool:
        return len(self.days) == 5 and all(
            each.most_at_once <= SIDE_BY_SIDE and all(slot.fits_grid for slot in each.slots) for each in self.days
        )

    @property
    def is_empty(self) -> bool:
        return not any(each.slots for each in self.days)

    @property
    def last_day(self) -> date:
        return self.days[-1].day


def booking_organisations(person: User) -> dict[int, list[Organisation]]:
    """The organisations for which somebody may book, by skillslab (id). One query."""
    mine = {each.pk: each for each in person.staff_organisations if "skillslab" in each.plugins}
    rows = Partner.objects.filter(organisation__in=mine).order_by("pk").values_list("skillslab", "organisation")
    found: dict[int, list[Organisation]] = {}
    for skillslab, organisation in rows:
        found.setdefault(skillslab, []).append(mine[organisation])
    return found


def week_of(*, person: User, choice: Choice, labs: dict[int, list[Organisation]], now: datetime) -> Week:
    """Six queries, whatever the number of sessions."""
    first = timezone.make_aware(datetime.combine(choice.monday, time()))
    last = timezone.make_aware(datetime.combine(choice.monday + timedelta(days=7), time()))
    types = list(SessionType.objects.filter(skillslab__in=labs, retired_at__isnull=True).select_related("skillslab"))
    locations = list(Location.objects.filter(skillslab__in=labs))
    sessions = Session.objects.filter(session_type__in=types, state=Session.State.PUBLISHED)
    if choice.type_uuid:
        sessions = sessions.filter(session_type__in=[each for each in types if str(each.uuid) == choice.type_uuid])
    if choice.location_uuid:
        here = [each for each in locations if str(each.uuid) == choice.location_uuid]
        sessions = sessions.filter(room__location__in=here)
    listed = list(
        sessions.filter(starts_at__gte=first, starts_at__lt=last)
        .select_related("session_type__skillslab", "room__location", "organiser")
        .order_by("starts_at", "pk")
    )
    slots = slots_of(person, listed, labs, now)
    days = [Day(choice.monday + timedelta(days=number)) for number in range(7)]
    for slot in slots:
        days[timezone.localdate(slot.session.starts_at).weekday()].slots.append(slot)
    while len(days) > 5 and not days[-1].slots:
        days.pop()
    week = Week(choice.monday, days, types, locations)
    if week.is_empty:
        week.next_session = sessions.filter(starts_at__gte=max(last, now)).order_by("starts_at").first()
    return week


def slots_of(
    person: User, sessions: Sequence[Session], labs: dict[int, list[Organisation]], now: datetime
) -> list[Slot]:
    """How somebody stands in each of these sessions. Three queries."""
    seats = seats_of(sessions, now)
    mine = {
        each.session_id: each for each in Booking.objects.filter(person=person, session__in=sessions).with_seat_at(now)
    }
    offers = Offer.objects.filter(entry=OuterRef("pk")).open_at(now)
    entries = WaitlistEntry.objects.waiting().filter(person=person, session__in=sessions)
    entries = entries.annotate(
        offer_uuid=Subquery(offers.values("uuid")[:1]), offer_until=Subquery(offers.values("expires_at")[:1])
    )
    waiting = {each.session_id: each for each in entries}
    return [_slot(each, seats[each.pk], mine.get(each.pk), waiting.get(each.pk), labs, now) for each in sessions]


def _slot(
    session: Session,
    seats: Seats,
    booking: Booking | None,
    entry: Any,
    labs: dict[int, list[Organisation]],
    now: datetime,
) -> Slot:
    organisations = labs.get(session.session_type.skillslab_id, [])
    places = max((seats.places_without_jumping(each.pk) for each in organisations), default=0)
    slot = Slot(session, "free" if places else "full", places, seats.waiting.total(), entry)
    if not session.takes_bookings(now):
        slot.state = "closed"
    if entry is not None and session.takes_bookings(now):
        slot.state = "offered" if entry.offer_uuid else "waiting"
    if booking is not None:
        slot.state = "asked" if booking.is_asked else "mine"
    return slot


def best_organisation(session: Session, organisations: list[Organisation], seats: Seats) -> Organisation | None:
    """For whom to book when a person did not choose: the employer that still has a place, the oldest first."""
    able = [each for each in organisations if seats.places_without_jumping(each.pk)]
    return next(iter(able or organisations), None)
