"""Many people at the same moment: real threads with connections of their own, on whichever database the tests run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest

from lxp.models import User
from plugins.skillslab.exceptions import BookingRefusedError, SessionFullError, SessionRefusedError
from plugins.skillslab.models import Booking, Claim, Offer, Outage, Resource, Session
from plugins.skillslab.services.bookings.booking import accept_offer, book_place, cancel_booking
from plugins.skillslab.services.bookings.waitlist import settle_session
from plugins.skillslab.services.mending.effects import Effects, EffectsChangedError, make_change
from tests.factories.simultaneous import at_once
from tests.plugins.skillslab.lab import Lab, at, book, fill, wait

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 24
RACES, FEW_RIVALS, FEW_SEATS = 20, 6, 4


def attempt(lab: Lab, session: Session, person: User) -> Booking:
    return book_place(session=session, person=person, organisation=lab.owner, request_uuid=uuid4())


def tally(results: list[object]) -> dict[str, int]:
    names = [type(each).__name__ for each in results]
    return {name: names.count(name) for name in set(names)}


def test_twelve_seats_are_twelve_whoever_comes_at_once(lab: Lab) -> None:
    lab.add_pieces(3)
    lab.add_teacher()
    session = lab.session(capacity=12)
    people = [lab.member() for _number in range(RIVALS)]
    results = at_once([partial(attempt, lab, session, person) for person in people])
    assert tally(results) == {"Booking": 12, "SessionFullError": RIVALS - 12}
    assert sorted(Booking.objects.values_list("seat", flat=True)) == list(range(1, 13))


def test_twenty_races_in_a_row_have_as_many_winners_as_seats(lab: Lab) -> None:
    """The same people again, on another day each time: connections and locks of one race are in the way of no other."""
    people = [lab.member() for _number in range(FEW_RIVALS)]
    for day in range(RACES):
        session = lab.session(at(10 + day), capacity=FEW_SEATS)
        results = at_once([partial(attempt, lab, session, person) for person in people])
        assert tally(results) == {"Booking": FEW_SEATS, "SessionFullError": FEW_RIVALS - FEW_SEATS}
        seats = Booking.objects.filter(session=session).values_list("seat", flat=True)
        assert sorted(seats) == list(range(1, FEW_SEATS + 1))
    assert Claim.objects.filter(booking__isnull=False).count() == RACES * FEW_SEATS * 8


def test_the_last_manikin_goes_to_one_of_two_sessions(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    results = at_once([partial(lab.session, at(10), 4), partial(lab.session, at(10), 4)])
    assert tally(results) == {"Session": 1, "SessionRefusedError": 1}
    refusal = next(each for each in results if isinstance(each, SessionRefusedError))
    assert refusal.reasons
    assert Session.objects.count() == 1


def test_the_same_planning_from_two_tabs_is_one_session(lab: Lab) -> None:
    lab.add_room()
    lab.add_pieces(3)
    lab.add_teacher()
    results = at_once([partial(lab.session, at(10), 2, request_uuid=uuid4())] * 2)
    assert {each.pk for each in results} == {Session.objects.get().pk}


def test_the_last_free_piece_replaces_one_of_two_that_break_at_once(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    sessions = [lab.session(at(10), 2), lab.session(at(10), 2)]
    pieces = [each.allocations.get(role="equipment").resource for each in sessions]
    when = {"starts_at": at(9), "ends_at": at(12), "reason": "lek"}
    changes = [partial(Outage.objects.create, resource=each, **when) for each in pieces]
    results = at_once([mending(lab, change) for change in changes])
    assert tally(results) == {"Effects": 1, "EffectsChangedError": 1}
    assert Outage.objects.count() == 1
    (spare,) = Resource.objects.pieces().exclude(pk__in=[each.pk for each in pieces])
    broken = Outage.objects.get().resource
    (kept,) = [each for each in pieces if each != broken]
    now = [each.allocations.get(role="equipment").resource for each in sessions]
    assert sorted(each.pk for each in now) == sorted([spare.pk, kept.pk])
    assert Claim.objects.filter(resource=broken).exists() is False


def mending(lab: Lab, change: Callable[[], object]) -> Callable[[], Effects]:
    """A coordinator looked at what a change does, and is about to push the button."""
    values = {"skillslab": lab.skillslab, "change": change, "by": lab.coordinator, "mend": True}
    with pytest.raises(EffectsChangedError) as seen:
        make_change(**values)
    return partial(make_change, **values, seen=seen.value.effects.stamp)


def test_one_person_who_books_two_overlapping_sessions_at_once_gets_one(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    sessions, person = [lab.session(at(10, 9)), lab.session(at(10, 10), 1)], lab.member()
    results = at_once([partial(attempt, lab, session, person) for session in sessions])
    assert tally(results) == {"Booking": 1, "BookingRefusedError": 1}
    assert Claim.objects.filter(person=person).count() == 8
    assert [isinstance(each, BookingRefusedError) for each in results].count(True) == 1


def test_the_same_request_from_two_tabs_is_one_booking(lab: Lab) -> None:
    session, person, request = lab.session(), lab.member(), uuid4()
    values = {"session": session, "person": person, "organisation": lab.owner, "request_uuid": request}
    results = at_once([partial(book_place, **values)] * 3)
    assert {each.pk for each in results} == {Booking.objects.get().pk}


def test_a_cancelled_seat_goes_to_the_queue_and_not_to_who_is_quick(lab: Lab) -> None:
    session = lab.session()
    booking = fill(lab, session)[0]
    waiting = lab.member()
    wait(session, waiting)
    quick = [lab.member() for _number in range(4)]
    calls = [partial(cancel_booking, booking=booking, by=booking.person)]
    calls += [partial(attempt, lab, session, person) for person in quick]
    results = at_once(calls)
    assert all(isinstance(each, SessionFullError) for each in results[1:])
    assert Offer.objects.get().entry.person == waiting


def test_an_offer_that_is_taken_and_settled_at_once_is_one_place(lab: Lab) -> None:
    session = lab.session(capacity=1)
    booking = book(session, lab.member())
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    cancel_booking(booking=booking, by=booking.person)
    offer = Offer.objects.get()
    calls = [partial(accept_offer, offer=offer), partial(accept_offer, offer=offer)]
    results = at_once([*calls, *[partial(settle_session, session=session)] * 2])
    assert {type(each).__name__ for each in results[:2]} == {"Booking"}
    assert (Booking.objects.filter(state="booked").count(), Offer.objects.count()) == (1, 1)
