"""The way between two locations: who teaches here and then there needs time for it, which is theirs like that of a session.

A way is taken as quarters before the later of two sessions, so that the database refuses what would be in it. Which sessions
follow each other is only known while nobody else gives the same teachers anything: their rows are locked for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from plugins.skillslab.models import Allocation, Claim, Location, Session, Teacher, quarters
from plugins.skillslab.models.bookings import QUARTER_SECONDS

AS_LONG_AS = timedelta(hours=12)  # who has a night between two sessions has time for any way
A_MINUTE = 60


@dataclass(frozen=True)
class Stay:
    """A session that somebody teaches: where, and in which quarters. `allocation` is who and what for, where that is stored."""

    location: int
    starts_at: datetime
    ends_at: datetime
    session: int | None = None
    allocation: int | None = None

    @property
    def quarters(self) -> range:
        return quarters(self.starts_at, self.ends_at)

    def is_followed_by(self, later: Stay) -> bool:
        """Whether somebody goes from here to there."""
        return self.location != later.location and later.starts_at - self.ends_at < AS_LONG_AS

    def way(self, minutes: int) -> range:
        """The quarters in which somebody comes here, who needs so many minutes."""
        begin = self.quarters.start
        return range(begin - -(-minutes * A_MINUTE // QUARTER_SECONDS), begin)


def stays_of(
    people: Collection[int], first: datetime, last: datetime, without: Collection[int] = ()
) -> dict[int, list[Stay]]:
    """What these people (ids) teach around a period, in order; `without` leaves out sessions (ids). One query."""
    rows = Allocation.objects.filter(
        person__in=people, session__starts_at__lt=last + AS_LONG_AS, session__ends_at__gt=first - AS_LONG_AS
    )
    rows = rows.exclude(session__state=Session.State.CANCELLED).exclude(session__in=without)
    fields = ("session__room__location_id", "session__starts_at", "session__ends_at", "session_id", "pk")
    found: dict[int, list[Stay]] = defaultdict(list)
    for person, *stay in rows.order_by("session__starts_at").values_list("person_id", *fields):
        found[person].append(Stay(*stay))
    return found


def minutes_to(locations: Collection[int]) -> dict[int, int]:
    return dict(Location.objects.filter(pk__in=locations).values_list("pk", "travel_minutes"))


def hold_teachers(people: Collection[int]) -> None:
    """Nobody else gives these people (ids) anything to teach until this transaction ends."""
    list(Teacher.objects.select_for_update().filter(person__in=people).order_by("pk").values_list("pk"))


def clear_ways(people: Collection[int], first: datetime, last: datetime) -> None:
    """Give back the ways of these people around a period, to be taken anew when it is known what they teach."""
    span = quarters(first - AS_LONG_AS, last + AS_LONG_AS)
    within = Claim.objects.filter(person__in=people, quarter__gte=span.start, quarter__lt=span.stop)
    within.filter(is_travel=True).delete()


def take_ways(
    people: Collection[int],
    first: datetime,
    last: datetime,
    new: Mapping[int, Iterable[Stay]],
    without: Collection[int] = (),
) -> None:
    """Take the ways of these people around a period. `new` is what they just got to teach: for the way to and from there the
    database raises IntegrityError when it is not free. Between sessions that were there before, as much as is free."""
    given = {each.session for stays in new.values() for each in stays if each.session is not None}
    known = stays_of(people, first, last, {*without, *given})
    by_person = {each: sorted([*known[each], *new.get(each, ())], key=lambda stay: stay.starts_at) for each in people}
    minutes = minutes_to({stay.location for stays in by_person.values() for stay in stays})
    taken = _taken(people, first, last) if any(minutes.values()) else {}
    claims = []
    for person, stays in by_person.items():
        fresh = set(new.get(person, ()))
        for earlier, later in pairwise(stays):
            if not earlier.is_followed_by(later):
                continue
            is_new = earlier in fresh or later in fresh
            wanted = [each for each in later.way(minutes[later.location]) if is_new or each not in taken[person]]
            claims += [_claim(person, later, quarter) for quarter in wanted]
    Claim.objects.bulk_create(claims)


def _claim(person: int, stay: Stay, quarter: int) -> Claim:
    return Claim(person_id=person, allocation_id=stay.allocation, quarter=quarter, is_travel=True)


def _taken(people: Collection[int], first: datetime, last: datetime) -> dict[int, set[int]]:
    span = quarters(first - 2 * AS_LONG_AS, last + 2 * AS_LONG_AS)
    rows = Claim.objects.filter(person__in=people, quarter__gte=span.start, quarter__lt=span.stop)
    found: dict[int, set[int]] = defaultdict(set)
    for person, quarter in rows.values_list("person_id", "quarter"):
        if person is not None:
            found[person].add(quarter)
    return found


def renew_ways(people: Collection[int], first: datetime, last: datetime, without: Collection[int] = ()) -> None:
    """After somebody was given less to teach: ways that nobody goes any more are free."""
    if people:
        hold_teachers(people)
        clear_ways(people, first, last)
        take_ways(people, first, last, {}, without)


def renew_ways_to(location: Location) -> None:
    """After it takes another time to come here: what is free of the ways of everybody who will teach here."""
    rows = Allocation.objects.filter(
        session__room__location=location, session__starts_at__gt=timezone.now(), person__isnull=False
    ).exclude(session__state=Session.State.CANCELLED)
    found = list(rows.values_list("person_id", "session__starts_at", "session__ends_at"))
    if found:
        people = {person for person, _first, _last in found if person is not None}
        renew_ways(people, min(first for _person, first, _last in found), max(last for _person, _first, last in found))
