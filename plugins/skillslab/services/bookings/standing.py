"""How a session stands for somebody who wants a place: read whole in three statements, before the lock and again under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.bookings.seats import Queued, Seats, count_queue, count_shares, queue_of


class Place(NamedTuple):
    """A booking of a session (ids), of any state."""

    booking: int
    uuid: UUID
    seat: int
    state: str
    person: int
    organisation: int
    sequence: int
    answer_until: datetime | None

    @property
    def is_seated(self) -> bool:
        return self.state in Booking.SEATED

    def has_seat_at(self, now: datetime) -> bool:
        """The same as `BookingQuerySet.with_seat_at`."""
        if self.state == Booking.State.ASKED:
            return self.answer_until is not None and self.answer_until > now
        return self.state == Booking.State.BOOKED


PLACE_FIELDS = ("pk", "uuid", "seat", "state", "person_id", "organisation_id", "sequence", "answer_until")


@dataclass(frozen=True)
class Standing:
    """A session at one moment: its places, who waits, and what is left."""

    session: Session
    now: datetime
    places: Sequence[Place]
    queue: Sequence[Queued]
    seats: Seats

    def booking_of(self, person: int, request_uuid: UUID) -> int | None:
        """What this request made before, or the place that this person (id) has."""
        own = [each for each in self.places if each.person == person]
        known = [each for each in own if each.uuid == request_uuid] or [
            each for each in own if each.has_seat_at(self.now)
        ]
        return known[0].booking if known else None

    def offer_of(self, person: int) -> UUID | None:
        """The place that is kept for this person."""
        own = (each for each in self.queue if each.person == person and each.has_offer_at(self.now))
        return next((each.offer_uuid for each in own), None)

    def waits(self, person: int) -> bool:
        return any(each.person == person and each.is_waiting for each in self.queue)

    @property
    def is_settled(self) -> bool:
        """Whether nobody waits, and nothing ended that is not written down yet."""
        return not self.queue and all(
            each.has_seat_at(self.now) for each in self.places if each.state == Booking.State.ASKED
        )


def standing_of(session: Session, now: datetime) -> Standing:
    rows = Booking.objects.filter(session=session).order_by("seat", "pk").values_list(*PLACE_FIELDS)
    places = [Place(*row) for row in rows]
    queue = queue_of([session.pk])
    seats = Seats(session.capacity)
    for each in places:
        seats.used[each.organisation] += each.has_seat_at(now)
    count_queue({session.pk: seats}, now, queue)
    count_shares({session.pk: seats}, [session], now)
    return Standing(session, now, places, queue, seats)
