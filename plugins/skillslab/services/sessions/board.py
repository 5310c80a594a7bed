"""A week as coordinators see it: rooms and what is in them, what clashes, and what waits for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from lxp.models import Organisation
from plugins.skillslab.models import Plan, Resource, Session, Skillslab
from plugins.skillslab.services.bookings.seats import seats_of
from plugins.skillslab.services.figures.demand import midnight
from plugins.skillslab.services.resources.timetable import thing_quarters
from plugins.skillslab.services.sessions.roster import Planned

SHORT_NOTICE = timedelta(days=3)


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
    listed = _sessions(skillslabs, midnight(monday), midnight(monday + timedelta(days=7)), own)
    soon = _sessions(skillslabs, now, now + SHORT_NOTICE, own)
    seats = seats_of({each.pk: each for each in [*listed, *soon]}.values(), now)
    by_cell: dict[tuple[int, date], list[Planned]] = {}
    for each in listed:
        day = timezone.localdate(each.starts_at)
        by_cell.setdefault((each.room_id, day), []).append(Planned(each, seats[each.pk]))
    while len(days) > 5 and not any(day == days[-1] for _room, day in by_cell):
        days.pop()
    rooms = Resource.objects.in_use().rooms().filter(location__skillslab__in=skillslabs).select_related("location")
    rows = [
        RoomWeek(room, [(day, by_cell.get((room.pk, day), [])) for day in days])
        for room in rooms.order_by("location__name", "name")
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


def _sessions(skillslabs: Collection[Skillslab], first: datetime, last: datetime, own: list[int]) -> list[Session]:
    """What is open or done, and own drafts."""
    rows = Session.objects.filter(session_type__skillslab__in=skillslabs, starts_at__gte=first, starts_at__lt=last)
    rows = rows.exclude(state=Session.State.CANCELLED).select_related(
        "session_type", "room__location", "organiser", "plan"
    )
    listed = rows.order_by("starts_at", "pk")
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
