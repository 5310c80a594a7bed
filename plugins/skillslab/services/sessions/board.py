"""A week as coordinators see it: rooms and what is in them, what clashes, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, reduce
from itertools import pairwise
from operator import or_
from uuid import UUID

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lxp.models import Organisation
from lxp.wording import clock_span
from plugins.skillslab.models import Plan, Resource, Session, SessionType, Skillslab
from plugins.skillslab.services.bookings.seats import Seats, seats_of
from plugins.skillslab.services.figures.demand import midnight
from plugins.skillslab.services.resources.timetable import thing_quarters
from plugins.skillslab.services.sessions.roster import CLOSED_WITHIN, Planned

SHORT_NOTICE = timedelta(days=3)
NO_KEY = str(UUID(int=0))  # stands in an address for the key of a session, until that is put in
SHOWN = ("uuid", "session_type", "room", "organiser", "starts_at", "ends_at", "capacity", "state", "release_at")


@dataclass(frozen=True)
class Line:
    """One session in a cell of the week, in words; `address` is empty for a draft that belongs to no series."""

    title: str
    clock: str
    text: str
    address: str
    places_left: int


@dataclass
class RoomWeek:
    """One room, with its sessions below the name of each day."""

    room: Resource
    days: list[tuple[str, list[Line]]]


@dataclass
class Board:
    """A week. `clashes` are pairs in one room at once: there are none as long as the database does its work."""

    monday: date
    days: list[str]
    rooms: list[RoomWeek]
    clashes: list[tuple[Session, Session]] = field(default_factory=list)
    drafts: list[Plan] = field(default_factory=list)
    too_few: list[Planned] = field(default_factory=list)
    open_lists: list[Session] = field(default_factory=list)

    @property
    def sessions(self) -> int:
        return sum(len(lines) for room in self.rooms for _day, lines in room.days)

    @property
    def places_left(self) -> int:
        return sum(each.places_left for room in self.rooms for _day, lines in room.days for each in lines)

    @property
    def tasks(self) -> int:
        return len(self.drafts) + len(self.too_few) + len(self.open_lists)


def board_of(
    *, skillslabs: Collection[Skillslab], organisations: Collection[Organisation], monday: date, now: datetime
) -> Board:
    """Everything of these skillslabs in a week; what waits, for these organisations. Six queries."""
    own = [each.pk for each in organisations]
    rooms = Resource.objects.rooms().filter(location__skillslab__in=skillslabs).select_related("location").in_bulk()
    first, last = midnight(monday), midnight(monday + timedelta(days=7))
    found = _sessions(skillslabs, [(first, last), (now, now + SHORT_NOTICE)], own, rooms)
    listed = [each for each in found if first <= each.starts_at < last]
    soon = [each for each in found if now <= each.starts_at < now + SHORT_NOTICE]
    seats = seats_of(found, now)
    board = _table(monday, rooms, listed, seats)
    board.clashes = _clashes(listed)
    unopened = Plan.objects.filter(organiser__in=own, session_type__skillslab__in=skillslabs, published_at=None)
    board.drafts = list(unopened.filter(sessions__starts_at__gt=now).select_related("session_type").distinct())
    planned = [Planned(each, seats[each.pk]) for each in soon if each.organiser_id in own]
    board.too_few = [each for each in planned if each.booked < each.session.session_type.minimum]
    board.open_lists = _open_lists(skillslabs, own, now)
    return board


def _open_lists(skillslabs: Collection[Skillslab], own: list[int], now: datetime) -> list[Session]:
    """Own sessions of which nobody closed the list. One query, that chooses by type and day: of who runs sessions, a database
    that knows nothing of its tables would read everything that they ever ran."""
    types = SessionType.objects.filter(skillslab__in=skillslabs).values("pk")
    past = Session.objects.published().filter(session_type__in=types, ends_at__lte=now)
    past = past.filter(starts_at__gt=now - CLOSED_WITHIN, starts_at__lt=now)
    rows = past.select_related("session_type").order_by("starts_at", "pk")
    return [each for each in rows if each.organiser_id in own]


def _table(monday: date, rooms: Mapping[int, Resource], listed: list[Session], seats: Mapping[int, Seats]) -> Board:
    """Rooms by day; a weekend only where something is planned in it."""
    cells: dict[tuple[int, date], list[Line]] = {}
    for session, line in zip(listed, _lines(listed, seats), strict=True):
        cells.setdefault((session.room_id, timezone.localdate(session.starts_at)), []).append(line)
    days = [monday + timedelta(days=number) for number in range(7)]
    while len(days) > 5 and not any(day == days[-1] for _room, day in cells):
        days.pop()
    names = [date_format(day, "D j b") for day in days]
    used = sorted(
        (each for each in rooms.values() if each.retired_at is None), key=lambda each: (each.location.name, each.name)
    )
    rows = [
        RoomWeek(room, [(name, cells.get((room.pk, day), [])) for name, day in zip(names, days, strict=True)])
        for room in used
    ]
    return Board(monday, names, rows)


def _lines(listed: Iterable[Session], seats: Mapping[int, Seats]) -> Iterator[Line]:
    """What the week says of each session: what several share is worded once."""
    title, clock = cache(str), cache(clock_span)
    sheet, series = (reverse(name, args=[UUID(NO_KEY)]) for name in ("skillslab:sheet", "skillslab:plan_series"))
    for each in listed:
        plan: UUID | None = each.plan_uuid  # type: ignore[attr-defined]
        text, address = _("not shown yet"), series.replace(NO_KEY, str(plan)) if plan else ""
        if each.state != Session.State.DRAFT:
            numbers = {"booked": seats[each.pk].total_used, "capacity": each.capacity}
            text, address = _("%(booked)s of %(capacity)s") % numbers, sheet.replace(NO_KEY, str(each.uuid))
        when = clock(each.starts_at, each.ends_at)
        yield Line(title(each.session_type), when, text, address, seats[each.pk].left)


def _sessions(
    skillslabs: Collection[Skillslab],
    spans: Collection[tuple[datetime, datetime]],
    own: list[int],
    rooms: Mapping[int, Resource],
) -> list[Session]:
    """What is open or done in these times, and own drafts. Two queries: those of a type or in a room share one object."""
    types = SessionType.objects.filter(skillslab__in=skillslabs).in_bulk()
    when = reduce(or_, (Q(starts_at__gte=first, starts_at__lt=last) for first, last in spans))
    rows = Session.objects.filter(when, session_type__in=types).exclude(state=Session.State.CANCELLED)
    listed = list(rows.only(*SHOWN).annotate(plan_uuid=F("plan__uuid")).order_by("starts_at", "pk"))
    for each in listed:
        each.session_type, each.room = types[each.session_type_id], rooms[each.room_id]
    return [each for each in listed if each.state != Session.State.DRAFT or each.organiser_id in own]


def _clashes(sessions: list[Session]) -> list[tuple[Session, Session]]:
    by_room: dict[int, list[Session]] = {}
    for each in sessions:
        by_room.setdefault(each.room_id, []).append(each)
    return [(one, other) for listed in by_room.values() for one, other in pairwise(listed) if _overlap(one, other)]


def _overlap(one: Session, other: Session) -> bool:
    first = thing_quarters(one.session_type, one.room, one.starts_at, one.ends_at)
    second = thing_quarters(other.session_type, other.room, other.starts_at, other.ends_at)
    return second.start < first.stop
