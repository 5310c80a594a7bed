"""How many places a session has for the people of an organisation: fair, and free for all from a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Aggregate, CharField, Count, F, QuerySet, Sum, Value

from plugins.skillslab.models import Booking, Offer, SeatShare, Session, WaitlistEntry


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


def seats_of(sessions: Iterable[Session], now: datetime) -> dict[int, Seats]:
    """The places of sessions by their id, right at this moment also where no worker has been by. One query."""
    listed = list(sessions)
    found = {each.pk: Seats(each.capacity) for each in listed}
    reserving = [each.pk for each in listed if each.release_at is None or each.release_at > now]
    booked = Booking.objects.filter(session__in=found).with_seat_at(now)
    offered = Offer.objects.filter(session__in=found).open_at(now)
    queue = WaitlistEntry.objects.filter(session__in=found, state=WaitlistEntry.State.WAITING, skipped_because="")
    queue = queue.exclude(offers__state=Offer.State.OPEN)
    shares = SeatShare.objects.filter(session__in=reserving)
    rows = _counts(shares, "shares", "organisation", Sum("seats")).union(
        _counts(booked, "used", "organisation", Count("pk")),
        _counts(offered, "used", "entry__organisation", Count("pk")),
        _counts(queue, "waiting", "organisation", Count("pk")),
        all=True,
    )
    for session, what, organisation, count in rows:
        getattr(found[session], what)[organisation] += count
    return found


def _counts(rows: QuerySet[Any], what: str, organisation: str, count: Aggregate) -> QuerySet[Any]:
    named = rows.order_by().annotate(what=Value(what, output_field=CharField()), whose=F(organisation))
    return named.values_list("session", "what", "whose").annotate(count=count)


def seats_now(session: Session, now: datetime) -> Seats:
    return seats_of([session], now)[session.pk]
