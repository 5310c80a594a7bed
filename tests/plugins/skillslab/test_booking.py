"""Booking a place: once, within what is free, and only by who can come."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from lxp import plugin_manager
from lxp.models import User
from plugins.skillslab.exceptions import BookingRefusedError, SessionFullError
from plugins.skillslab.models import Booking, Claim, Prerequisite, Session
from plugins.skillslab.services.bookings.booking import book_place, cancel_booking
from plugins.skillslab.services.bookings.seats import Seats, seats_now
from plugins.skillslab.services.bookings.standing import standing_of
from tests.factories.frameworks import make_competency
from tests.factories.learning import take
from tests.factories.modules import make_attempt, make_module, reflection
from tests.factories.people import join, make_member, make_organisation
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_a_place_takes_a_seat_and_the_time_of_a_person(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    assert (booking.seat, booking.state, booking.organisation) == (1, "booked", lab.owner)
    quarters = Claim.objects.filter(person=person).values_list("quarter", flat=True)
    first = int(session.starts_at.timestamp()) // 900
    assert sorted(quarters) == list(range(first, first + 8))


def test_the_same_request_twice_is_one_booking(lab: Lab) -> None:
    session, person, request = lab.session(), lab.member(), uuid4()
    values = {"session": session, "person": person, "organisation": lab.owner, "request_uuid": request}
    assert book_place(**values) == book_place(**values)
    assert book(session, person).uuid == request
    assert Booking.objects.count() == 1


def test_a_full_session_refuses_and_nothing_changes(lab: Lab) -> None:
    session = lab.session()
    fill(lab, session)
    person = lab.member()
    with CaptureQueriesContext(connection) as asked, pytest.raises(SessionFullError):
        book(session, person)
    assert (Booking.objects.count(), Claim.objects.filter(person=person).exists()) == (2, False)
    # Only looked at: who is refused waits for no lock, and keeps nobody waiting.
    assert {each["sql"].split()[0] for each in asked.captured_queries} == {"SELECT"}


def test_a_place_that_went_between_looking_and_booking_is_refused(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    seen = standing_of(session, timezone.now())
    fill(lab, session)
    with pytest.raises(SessionFullError):
        book_place(session=session, person=person, organisation=lab.owner, request_uuid=uuid4(), seen=seen)
    assert Booking.objects.count() == 2


def test_a_session_that_closed_between_looking_and_booking_is_refused(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    seen = standing_of(session, timezone.now())
    Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)
    with pytest.raises(BookingRefusedError, match="closed"):
        book_place(session=session, person=person, organisation=lab.owner, request_uuid=uuid4(), seen=seen)
    assert Booking.objects.count() == 0


def test_nobody_is_in_two_sessions_at_once_also_for_two_employers(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    first, second = lab.session(at(10, 9)), lab.session(at(10, 10, 45))
    person = lab.member()
    join(person, lab.partner)
    person = User.objects.get(pk=person.pk)
    book(first, person, lab.owner)
    with pytest.raises(BookingRefusedError) as refusal:
        book(second, person, lab.partner)
    assert "Katheter inbrengen" in str(refusal.value)
    assert Booking.objects.count() == 1


def test_two_sessions_that_touch_can_both_be_booked(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    lab.add_pieces(1)
    first, second = lab.session(at(10, 9)), lab.session(at(10, 11))
    person = lab.member()
    book(first, person)
    assert book(second, person).seat == 1


def test_the_database_itself_refuses_the_same_quarter_twice(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    quarter = Claim.objects.filter(person=person).first().quarter
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(person=person, quarter=quarter, booking=booking)


def test_who_teaches_cannot_book_at_that_time(lab: Lab) -> None:
    session = lab.session()
    with pytest.raises(BookingRefusedError):
        book(session, lab.teachers[0])


def test_booking_closes_before_the_start(lab: Lab) -> None:
    session = lab.session()
    person = lab.member()
    with time_machine.travel(session.starts_at - timedelta(minutes=29), tick=False), pytest.raises(BookingRefusedError):
        book(session, person)
    with time_machine.travel(session.starts_at - timedelta(minutes=31), tick=False):
        assert book(session, person).seat == 1


def test_who_is_of_no_partner_or_has_it_off_cannot_book(lab: Lab) -> None:
    session = lab.session()
    stranger = make_member(make_organisation())
    with pytest.raises(BookingRefusedError):
        book(session, stranger)
    plugin_manager.switch(plugin="skillslab", organisation=lab.partner, on=False, by=None)
    with pytest.raises(BookingRefusedError):
        book(session, lab.member(lab.partner))
    assert not Booking.objects.exists()


# ── what is needed first ─────────────────────────────────────────────────────────────────────────────────────


def test_a_module_that_is_needed_first_is_named_and_one_click_away(lab: Lab) -> None:
    module = make_module(lab.owner, reflection(), title="Theorie katheter")
    Prerequisite.objects.create(session_type=lab.session_type, module=module)
    session, person = lab.session(), lab.member()
    with pytest.raises(BookingRefusedError) as refusal:
        book(session, person)
    assert "Theorie katheter" in str(refusal.value)
    assert [("/nl/" in way.url or "/en/" in way.url) for way in refusal.value.ways_on] == [True]
    take(make_attempt(person, module), 1, "write", {"text": ["Iets."]})
    assert book(session, person).seat == 1


def test_a_skill_must_be_held_on_the_day_of_the_session(lab: Lab) -> None:
    competency = make_competency("Injecteren")
    Prerequisite.objects.create(session_type=lab.session_type, competency=competency, level=2)
    session, person = lab.session(), lab.member()
    day = session.starts_at.date()
    prove(person, competency, 2, issuer=lab.owner, valid_until=day - timedelta(days=1))
    with pytest.raises(BookingRefusedError) as refusal:
        book(session, person)
    assert "Injecteren" in str(refusal.value)
    prove(person, competency, 2, issuer=lab.owner, valid_until=day + timedelta(days=1))
    assert book(session, person).seat == 1


# ── fair places ──────────────────────────────────────────────────────────────────────────────────────────────


def test_kept_places_are_for_their_organisation_until_the_day_of_release(lab: Lab) -> None:
    session = lab.session(shares={lab.partner: 1}, release_at=at(5))
    book(session, lab.member())
    outsider = lab.member()
    with pytest.raises(SessionFullError):
        book(session, outsider)
    with time_machine.travel(at(6), tick=False):
        assert book(session, outsider).seat == 2


def test_an_organisation_uses_its_own_places_first() -> None:
    seats = Seats(10)
    seats.shares.update({1: 6, 2: 2})
    seats.used.update({1: 3})
    assert [seats.places_for(each) for each in (1, 2, 3)] == [5, 4, 2]
    seats.used.update({3: 2})
    assert [seats.places_for(each) for each in (1, 2, 3)] == [3, 2, 0]


# ── cancelling ───────────────────────────────────────────────────────────────────────────────────────────────


def test_cancelling_in_time_needs_no_reason_and_frees_seat_and_time(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    cancelled = cancel_booking(booking=book(session, person), by=person)
    assert (cancelled.state, cancelled.is_late, cancelled.attendance) == ("cancelled", False, "")
    assert seats_now(session, session.starts_at).left == 2
    assert not Claim.objects.filter(person=person).exists()
    assert book(session, person).seat == 1


def test_cancelling_late_needs_a_reason_and_is_no_absence_by_itself(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    with time_machine.travel(session.starts_at - timedelta(hours=2), tick=False):
        with pytest.raises(BookingRefusedError):
            cancel_booking(booking=booking, by=person)
        assert Booking.objects.get().state == "booked"
        cancelled = cancel_booking(booking=booking, by=person, reason="Dienst geruild")
    assert (cancelled.is_late, cancelled.cancel_reason, cancelled.attendance) == (True, "Dienst geruild", "")


def test_nobody_cancels_once_it_has_begun(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    with time_machine.travel(session.starts_at, tick=False), pytest.raises(BookingRefusedError):
        cancel_booking(booking=booking, by=person, reason="Te laat")
    assert Booking.objects.get().state == "booked"


def test_who_left_the_organisation_cannot_book(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    person.memberships.update(ends_on=date(2021, 1, 1))
    with pytest.raises(BookingRefusedError):
        book_place(session=session, person=User.objects.get(pk=person.pk), organisation=lab.owner, request_uuid=uuid4())
