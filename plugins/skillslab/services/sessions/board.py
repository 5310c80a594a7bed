"""A week as coordinators see it: rooms and what is in them, what clashes, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import pairwise
from operator import or_

from django.db.models import Q
from django.utils import timezone

from lxp.models import Organisation
from plugins.skillslab.models import Plan, Resource, Session, SessionType, Skillslab
from plugins.skillslab.services.bookings.seats import seats_of
from plugins.skillslab.services.figures.demand import midnight
from plugins.skillslab.services.resources.timetable import thing_quarters
from plugins.skillslab.services.sessions.roster import Planned

SHORT_NOTICE = timedelta(days=3)
UNSEEN = ("note", "cancel_reason", "code_secret", "list_digest", "list_rows")


@dataclass
class RoomWeek:
    """One room, with its sessions of each day."""

    room: Resource
    days: list[tuple[date, list[Planned]]]


@dataclass
class Board:
    """A week. `clashes` are pairs in one room at once: there are none as long as the database does its work."""

    monday: date
    days: list[date]
    rooms: list[RoomWeek]
    clashes: list[tuple[Session, Session]] = field(default_factory=list)
    drafts: list[Plan] = field(default_factory=list)
    too_few: list[Planned] = field(default_factory=list)
    open_lists: list[Session] = field(default_factory=list)

    @property
    def sessions(self) -> int:
        return sum(len(planned) for room in self.rooms for _day, planned in room.days)

    @property
    def places_left(self) -> int:
        return sum(each.seats.left for room in self.rooms for _day, planned in room.days for each in planned)

    @property
    def tasks(self) -> int:
        return len(self.drafts) + len(self.too_few) + len(self.open_lists)


def board_of(
    *, skillslabs: Collection[Skillslab], organisations: Collection[Organisation], monday: date, now: datetime
) -> Board:
    """Everything of these skillslabs in a week; what waits, for these organisations. Eight queries."""
    days = [monday + timedelta(days=number) for number in range(7)]
    own = [each.pk for each in organisations]
    rooms = Resource.objects.rooms().filter(location__skillslab__in=skillslabs).select_related("location").in_bulk()
    first, last = midnight(monday), midnight(monday + timedelta(days=7))
    found = _sessions(skillslabs, [(first, last), (now, now + SHORT_NOTICE)], own, rooms)
    listed = [each for each in found if first <= each.starts_at < last]
    soon = [each for each in found if now <= each.starts_at < now + SHORT_NOTICE]
    seats = seats_of(found, now)
    by_cell: dict[tuple[int, date], list[Planned]] = {}
    for each in listed:
        day = timezone.localdate(each.starts_at)
        by_cell.setdefault((each.room_id, day), []).append(Planned(each, seats[each.pk]))
    while len(days) > 5 and not any(day == days[-1] for _room, day in by_cell):
        days.pop()
    used = [each for each in rooms.values() if each.retired_at is None]
    rows = [
        RoomWeek(room, [(day, by_cell.get((room.pk, day), [])) for day in days])
        for room in sorted(used, key=lambda each: (each.location.name, each.name))
    ]
    board = Board(monday, days, rows, clashes=_clashes(listed))
    unopened = Plan.objects.filter(organiser__in=own, session_type__skillslab__in=skillslabs, published_at=None)
    board.drafts = list(unopened.filter(sessions__starts_at__gt=now).select_related("session_type").distinct())
    planned = [Planned(each, seats[each.pk]) for each in soon if each.organiser_id in own]
    board.too_few = [each for each in planned if each.booked < each.session.session_type.minimum]
    past = Session.objects.published().filter(organiser__in=own, session_type__skillslab__in=skillslabs)
    past = past.filter(ends_at__lte=now, ends_at__gt=now - timedelta(days=30))
    board.open_lists = list(past.select_related("session_type").order_by("starts_at", "pk"))
    return board


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
    listed = list(rows.select_related("plan").defer(*UNSEEN).order_by("starts_at", "pk"))
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
