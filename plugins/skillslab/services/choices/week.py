"""A week of sessions as one person sees it: what is free for them, and what they are in already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from lxp.models import Organisation, User
from lxp.wording import clock_span, full_moment
from plugins.skillslab.models import Booking, Location, Resource, Session, SessionType
from plugins.skillslab.services.bookings.seats import Queued, Seats, places_of

FEW = 2
FIRST_ROW = 17  # the grid begins at 8:30, and each row is half an hour
LAST_ROW, LONGEST = 14, 8
SIDE_BY_SIDE = 3
NO_KEY = str(UUID(int=0))  # stands in an address for the key of a session, until that is put in
SHOWN = ("uuid", "session_type", "room", "starts_at", "ends_at", "capacity", "state", "release_at")


class Words(NamedTuple):
    """What a week says of a session, made once for all that share it: a page has many of them. `moment` is there where a button
    needs a name of its own, `shape` is where it stands in the timetable."""

    key: str
    title: str
    clock: str
    moment: str
    place: str
    free: str
    colour: str
    shape: str
    address: str
    wait_address: str


NO_WORDS = Words(*[""] * 10)


@dataclass
class Slot:
    """One session in the week. `state` is mine, asked, offered, waiting, free, full or closed. `words` are there where a whole
    week is shown."""

    session: Session
    state: str
    places: int = 0
    waiting: int = 0
    offer: Queued | None = None
    words: Words = NO_WORDS

    @property
    def is_few(self) -> bool:
        return self.places <= FEW

    @cached_property
    def begins(self) -> datetime:
        return timezone.localtime(self.session.starts_at)

    @cached_property
    def row(self) -> int:
        return (self.begins.hour * 60 + self.begins.minute) // 30 - FIRST_ROW

    @cached_property
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

    @cached_property
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

    @cached_property
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


def week_of(*, person: User, choice: Choice, labs: dict[int, list[Organisation]], now: datetime) -> Week:
    """Four queries, whatever the number of sessions; five where the week is empty."""
    first = timezone.make_aware(datetime.combine(choice.monday, time()))
    last = timezone.make_aware(datetime.combine(choice.monday + timedelta(days=7), time()))
    types = list(SessionType.objects.filter(skillslab__in=labs, retired_at__isnull=True).select_related("skillslab"))
    by_key = {each.pk: each for each in types}
    rooms = Resource.objects.rooms().filter(location__skillslab__in=labs).select_related("location").in_bulk()
    locations = sorted({each.location for each in rooms.values()}, key=lambda each: (each.name, each.pk))
    sessions = Session.objects.filter(session_type__in=by_key, state=Session.State.PUBLISHED)
    if choice.type_uuid:
        sessions = sessions.filter(session_type__in=[each for each in types if str(each.uuid) == choice.type_uuid])
    if choice.location_uuid:
        here = [each for each in rooms.values() if str(each.location.uuid) == choice.location_uuid]
        sessions = sessions.filter(room__in=here)
    within = sessions.filter(starts_at__gte=first, starts_at__lt=last).annotate(organiser_slug=F("organiser__slug"))
    listed = list(within.only(*SHOWN).order_by("starts_at", "pk"))
    for each in listed:  # one object for all sessions of a type or in a room: joining them would make one for each
        each.session_type, each.room = by_key[each.session_type_id], rooms[each.room_id]
    slots = slots_of(person, listed, labs, now)
    _name(slots)
    days = [Day(choice.monday + timedelta(days=number)) for number in range(7)]
    for slot in slots:
        days[slot.begins.weekday()].slots.append(slot)
    while len(days) > 5 and not days[-1].slots:
        days.pop()
    week = Week(choice.monday, days, types, locations)
    if week.is_empty:
        week.next_session = sessions.filter(starts_at__gte=max(last, now)).order_by("starts_at").first()
    return week


def _name(slots: Iterable[Slot]) -> None:
    """The words of a week, each made once: sessions share a few types, times and numbers."""
    title, clock, moment, free = cache(str), cache(clock_span), cache(full_moment), cache(_free)
    page, wait = _address("skillslab:session"), _address("skillslab:wait")
    for slot in slots:
        session, key = slot.session, str(slot.session.uuid)
        slot.words = Words(
            key=key,
            title=title(session.session_type),
            clock=clock(session.starts_at, session.ends_at),
            moment=moment(session.starts_at) if slot.state == "full" else "",
            place=f"{session.room.location.name}, {session.room.name}",
            free=free(slot.places),
            colour=session.organiser_slug,  # type: ignore[attr-defined]
            shape=f"r{slot.row} d{slot.rows}",
            address=page.replace(NO_KEY, key),
            wait_address=wait.replace(NO_KEY, key),
        )


def _free(places: int) -> str:
    return ngettext("%(counter)s place free", "%(counter)s places free", places) % {"counter": places}


def _address(name: str) -> str:
    """A page of a session, without its key: working out the address of each would take a while."""
    return reverse(name, args=[UUID(NO_KEY)])


def slots_of(
    person: User,
    sessions: Sequence[Session],
    labs: dict[int, list[Organisation]],
    now: datetime,
) -> list[Slot]:
    """How somebody stands in each of these sessions. One query."""
    found = places_of(sessions, now, person.pk)
    waiting = {each.session: each for each in found.queue if each.person == person.pk and each.is_waiting}
    return [
        _slot(each, found.seats[each.pk], found.mine.get(each.pk), waiting.get(each.pk), labs, now) for each in sessions
    ]


def _slot(
    session: Session,
    seats: Seats,
    booked: str | None,
    queued: Queued | None,
    labs: dict[int, list[Organisation]],
    now: datetime,
) -> Slot:
    organisations = labs.get(session.session_type.skillslab_id, [])
    places = max((seats.places_without_jumping(each.pk) for each in organisations), default=0)
    slot = Slot(session, "free" if places else "full", places, seats.waiting.total(), queued)
    if not session.takes_bookings(now):
        slot.state = "closed"
    elif queued is not None:
        slot.state = "offered" if queued.has_offer_at(now) else "waiting"
    if booked is not None:
        slot.state = "asked" if booked == Booking.State.ASKED else "mine"
    return slot


def best_organisation(session: Session, organisations: list[Organisation], seats: Seats) -> Organisation | None:
    """For whom to book when a person did not choose: the employer that still has a place, the oldest first."""
    able = [each for each in organisations if seats.places_without_jumping(each.pk)]
    return next(iter(able or organisations), None)
