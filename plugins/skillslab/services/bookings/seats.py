"""How many places a session has for the people of an organisation: fair, and free for all from a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, FilteredRelation, Q, QuerySet, UUIDField, Value

from plugins.skillslab.models import Booking, Offer, SeatShare, Session, WaitlistEntry

KEPT = "kept"  # among the states of places: so many are kept for an organisation


@dataclass
class Seats:
    """The places of one session at one moment. `used` are booked or offered, `waiting` are people without an offer, both by
    organisation (id); `shares` are kept for an organisation, and empty once they are released."""

    capacity: int
    shares: Counter[int] = field(default_factory=Counter)
    used: Counter[int] = field(default_factory=Counter)
    waiting: Counter[int] = field(default_factory=Counter)

    @property
    def total_used(self) -> int:
        return self.used.total()

    @property
    def left(self) -> int:
        """What nobody has, whoever may have it."""
        return max(0, self.capacity - self.total_used)

    def places_for(self, organisation_id: int) -> int:
        """What the people of an organisation could have: what is kept for it, and what is kept for nobody."""
        own_share = self.shares[organisation_id]
        own = max(0, own_share - self.used[organisation_id])
        beyond = sum(max(0, count - self.shares[each]) for each, count in self.used.items())
        pool = max(0, self.capacity - sum(self.shares.values()) - beyond)
        return min(own + pool, self.left)

    def places_without_jumping(self, organisation_id: int) -> int:
        """The same, once everybody who waits and has a right to a place has one. Who waits for an organisation that has no
        place is in nobody's way."""
        after = Seats(self.capacity, self.shares, Counter(self.used))
        for each, count in self.waiting.items():
            for _number in range(min(count, after.places_for(each))):
                after.used[each] += 1 if after.places_for(each) else 0
        return after.places_for(organisation_id)


@dataclass(frozen=True)
class Queued:
    """Somebody who waits for a session (all ids), or has an offer that nobody answered yet."""

    session: int
    organisation: int
    person: int
    offer_uuid: UUID | None
    offer_until: datetime | None
    is_waiting: bool
    is_skipped: bool

    def has_offer_at(self, now: datetime) -> bool:
        return self.offer_until is not None and self.offer_until > now

    @property
    def is_next(self) -> bool:
        """Whether they have a right to the next place: who was made an offer, or could not be, has not."""
        return self.is_waiting and self.offer_until is None and not self.is_skipped


@dataclass
class Places:
    """How some sessions stand, by their id: their places, the states of those that one person has, and who waits."""

    seats: dict[int, Seats]
    mine: dict[int, str] = field(default_factory=dict)
    queue: list[Queued] = field(default_factory=list)


QUEUE_FIELDS = ("session", "organisation", "person", "state", "made__uuid", "made__expires_at", "skipped_because")
NOT_QUEUED = (Value(None, UUIDField()), Value(None, DateTimeField()), Value(""))  # in the columns that only a queue has


def _queued(sessions: Collection[int]) -> QuerySet[WaitlistEntry, Any]:
    """Who waits for these sessions (ids), and who has an offer that nobody answered: rows of `QUEUE_FIELDS`."""
    made = FilteredRelation("offers", condition=Q(offers__state=Offer.State.OPEN))
    rows = WaitlistEntry.objects.filter(session__in=sessions).annotate(made=made)
    return rows.filter(Q(state=WaitlistEntry.State.WAITING) | Q(made__isnull=False)).values_list(*QUEUE_FIELDS)


def _queued_from(row: Sequence[Any]) -> Queued:
    session, organisation, person, state, uuid, until, why = row
    return Queued(session, organisation, person, uuid, until, state == WaitlistEntry.State.WAITING, bool(why))


def queue_of(sessions: Collection[int]) -> list[Queued]:
    """Who waits for these sessions (ids). One query."""
    return [_queued_from(row) for row in _queued(sessions)]


def places_of(sessions: Sequence[Session], now: datetime, person: int | None = None) -> Places:
    """How these sessions stand, for a person (id). One query, right at this moment also where no worker has been by; of rows
    that are counted here: a group for each organisation of each session would be as many, and cost more."""
    places = Places({each.pk: Seats(each.capacity) for each in sessions})
    booked = Booking.objects.filter(session__in=places.seats).with_seat_at(now).order_by()
    shares = SeatShare.objects.filter(session__in=reserving(sessions, now))
    rows = _queued(places.seats).union(  # first, since the columns have its types
        booked.values_list("session", "organisation", "person", "state", *NOT_QUEUED),
        shares.values_list("session", "organisation", "seats", Value(KEPT), *NOT_QUEUED),
        all=True,
    )
    for row in rows:
        session, organisation, number, state, *_offer = row
        if state == KEPT:
            places.seats[session].shares[organisation] += number
        elif state in Booking.SEATED:
            places.seats[session].used[organisation] += 1
            if number == person:
                places.mine[session] = state
        else:
            places.queue.append(_queued_from(row))
    count_queue(places.seats, now, places.queue)
    return places


def seats_of(sessions: Iterable[Session], now: datetime) -> dict[int, Seats]:
    """The places of sessions by their id. One query."""
    return places_of(list(sessions), now).seats


def reserving(sessions: Iterable[Session], now: datetime) -> list[int]:
    """Those (ids) whose kept places are not free for all yet."""
    return [each.pk for each in sessions if each.release_at is None or each.release_at > now]


def count_queue(found: dict[int, Seats], now: datetime, queue: Iterable[Queued]) -> None:
    """Add what is offered, and who waits."""
    for each in queue:
        if each.has_offer_at(now):
            found[each.session].used[each.organisation] += 1
        elif each.is_next:
            found[each.session].waiting[each.organisation] += 1


def count_shares(found: dict[int, Seats], sessions: Iterable[Session], now: datetime) -> None:
    """Add what is kept for organisations. One query."""
    shares = SeatShare.objects.filter(session__in=reserving(sessions, now))
    for session, organisation, seats in shares.values_list("session", "organisation", "seats"):
        found[session].shares[organisation] += seats


def seats_now(session: Session, now: datetime) -> Seats:
    return seats_of([session], now)[session.pk]
