"""The fourteen scenarios in which waitlists of others broke their promise, one test each, and what else a queue owes people."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lxp.models import Notice, User
from plugins.skillslab.exceptions import BookingRefusedError, OfferOverError, SessionFullError
from plugins.skillslab.models import Booking, Claim, Offer, Prerequisite, Session, WaitlistEntry
from plugins.skillslab.services.bookings.booking import accept_offer, book_place, cancel_booking, confirm_booking
from plugins.skillslab.services.bookings.deadlines import by_day
from plugins.skillslab.services.bookings.seats import seats_now
from plugins.skillslab.services.bookings.waitlist import decline_offer, join_waitlist, leave_waitlist, position_of
from plugins.skillslab.services.choices.mine import entries_of
from plugins.skillslab.services.sessions.changing import cancel_session, change_capacity, move_session
from plugins.skillslab.services.upkeep import settle_overdue
from tests.factories.frameworks import make_competency
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book, fill, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    """Ten days away, with both places taken."""
    session = lab.session()
    fill(lab, session)
    return session


def offer_to(person: User) -> Offer | None:
    return Offer.objects.filter(entry__person=person, state="open").first()


def free_one(session: Session) -> None:
    booking = Booking.objects.filter(session=session, state="booked").order_by("-seat").first()
    cancel_booking(booking=booking, by=booking.person, reason="Ziek kind")


def near(session: Session, **before: float) -> time_machine.travel:
    return time_machine.travel(session.starts_at - timedelta(**before), tick=False)


# ── the fourteen ─────────────────────────────────────────────────────────────────────────────────────────────


def test_01_a_freed_place_is_offered_to_the_first_in_line_and_no_outsider_has_it(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    assert (offer_to(first) is not None, offer_to(second)) == (True, None)
    with pytest.raises(SessionFullError):
        book(session, lab.member())
    assert Booking.objects.filter(session=session, state="booked").count() == 1


def test_02_with_one_place_left_the_next_is_booked_and_not_put_on_the_list(lab: Lab, session: Session) -> None:
    free_one(session)
    person = lab.member()
    with pytest.raises(BookingRefusedError) as refusal:
        wait(session, person)
    assert "free place" in str(refusal.value)
    assert book(session, person).seat == 2
    assert not WaitlistEntry.objects.exists()


def test_03_more_places_are_offered_in_order_with_mail_and_each_must_still_say_yes(lab: Lab, session: Session) -> None:
    people = [lab.member() for _number in range(3)]
    for person in people:
        wait(session, person)
    change_capacity(session=session, capacity=4, by=lab.coordinator)
    assert [offer_to(each) is not None for each in people] == [True, True, False]
    assert list(Notice.objects.filter(kind="offer").order_by("pk").values_list("person", flat=True)) == [
        people[0].pk,
        people[1].pk,
    ]
    assert Booking.objects.filter(session=session, state="booked").count() == 2
    assert accept_offer(offer=offer_to(people[0])).person == people[0]


@pytest.mark.parametrize("minutes", [29, 0, -60])
def test_04_nobody_is_offered_a_place_after_bookings_closed(lab: Lab, session: Session, minutes: int) -> None:
    person = lab.member()
    wait(session, person)
    with near(session, minutes=minutes):
        Booking.objects.filter(session=session, seat=2).update(state="cancelled", cancelled_at=session.starts_at)
        settle_overdue()
        assert Offer.objects.count() == 0


def test_05_who_leaves_the_list_is_off_it_and_can_come_back_at_the_end(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    entry = wait(session, first)
    wait(session, second)
    leave_waitlist(entry=entry)
    again = wait(session, first)
    assert (again.pk != entry.pk, position_of(again)) == (True, 2)


def test_06_saying_no_frees_the_offer_for_the_next_at_once(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    decline_offer(offer=offer_to(first))
    assert (offer_to(first), offer_to(second) is not None) == (None, True)
    decline_offer(offer=Offer.objects.get(entry__person=first))
    assert Offer.objects.count() == 2


def test_07_who_took_an_offer_and_cancels_gets_it_not_again_and_the_seat_is_back(lab: Lab, session: Session) -> None:
    person = lab.member()
    wait(session, person)
    free_one(session)
    booking = accept_offer(offer=offer_to(person))
    cancel_booking(booking=booking, by=person)
    settle_overdue()
    assert offer_to(person) is None
    assert seats_now(session, booking.booked_at).left == 1
    assert book(session, lab.member()).seat == booking.seat


def test_08_the_order_is_the_time_of_joining_whoever_the_employer_is(lab: Lab, session: Session) -> None:
    people = [lab.member(lab.partner), lab.member(lab.owner), lab.member(lab.partner)]
    for number, person in enumerate(people):
        with time_machine.travel(at(1, 9 + number), tick=False):
            wait(session, person)
    with time_machine.travel(at(2), tick=False):
        for expected in people:
            free_one(session)
            assert [each for each in people if offer_to(each)] == [expected]
            accept_offer(offer=offer_to(expected))


def test_09_an_offer_that_nobody_answers_goes_to_the_next(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    offer = offer_to(first)
    with time_machine.travel(offer.expires_at, tick=False):
        assert settle_overdue() == [f"Offered 1 places of session {session.uuid}."]
        assert offer_to(second) is not None
        assert Offer.objects.get(pk=offer.pk).state == "expired"
        assert WaitlistEntry.objects.get(person=first).state == "lapsed"
        assert settle_overdue() == []


def test_10_who_could_not_come_is_skipped_with_the_reason_and_keeps_the_place_in_line(
    lab: Lab, session: Session
) -> None:
    competency = make_competency("Injecteren")
    lacking, clashing, able = (lab.member() for _number in range(3))
    for person in (lacking, clashing, able):
        wait(session, person)
    Prerequisite.objects.create(session_type=lab.session_type, competency=competency, level=1)
    for person in (clashing, able):
        prove(person, competency, issuer=lab.owner)
    lab.add_room()
    lab.add_pieces(1)
    lab.add_teacher()
    book(lab.session(session.starts_at, 1), clashing)
    free_one(session)
    assert [offer_to(each) is not None for each in (lacking, clashing, able)] == [False, False, True]
    reasons = [WaitlistEntry.objects.get(person=each).skipped_because for each in (lacking, clashing)]
    assert ("Injecteren" in reasons[0], "Katheter inbrengen" in reasons[1]) == (True, True)
    prove(lacking, competency, issuer=lab.owner)
    free_one(session)
    assert offer_to(lacking) is not None


def test_11_one_cancelled_seat_never_cancels_the_session_and_its_person_hears_it(lab: Lab, session: Session) -> None:
    booking = Booking.objects.get(session=session, seat=1)
    with near(session, hours=5):
        cancel_booking(booking=booking, by=lab.coordinator, reason="Niet meer nodig")
    session.refresh_from_db()
    assert (session.state, Booking.objects.filter(session=session, state="booked").count()) == ("published", 1)
    assert list(Notice.objects.filter(kind="booking").values_list("person", flat=True)) == [booking.person_id]


def test_12_when_a_session_moves_everybody_says_again_whether_they_come(lab: Lab, session: Session) -> None:
    people = [each.person for each in Booking.objects.filter(session=session).order_by("seat")]
    moved = move_session(session=session, location=lab.location, starts_at=at(12, 13), by=lab.coordinator)
    assert list(Booking.objects.filter(session=session).values_list("state", flat=True)) == ["asked", "asked"]
    assert (moved.sequence, Claim.objects.filter(person__in=people).exists()) == (1, False)
    assert seats_now(moved, moved.changed_at).left == 0
    booking = confirm_booking(booking=Booking.objects.get(person=people[0]))
    assert (booking.state, Claim.objects.filter(person=people[0]).count()) == ("booked", 8)
    silent = Booking.objects.get(person=people[1])
    with time_machine.travel(silent.answer_until, tick=False):
        assert seats_now(moved, silent.answer_until).left == 1
        with pytest.raises(OfferOverError):
            confirm_booking(booking=silent)
        settle_overdue()
    assert Booking.objects.get(pk=silent.pk).state == "cancelled"


def test_13_when_what_a_session_has_changes_everybody_is_checked_again(lab: Lab, session: Session) -> None:
    competency = make_competency("Injecteren")
    Prerequisite.objects.create(session_type=lab.session_type, competency=competency, level=1)
    able, lacking = (each.person for each in Booking.objects.filter(session=session).order_by("seat"))
    prove(able, competency, issuer=lab.owner)
    dalhof = lab.add_location()
    lab.add_room(location=dalhof)
    lab.add_pieces(1, location=dalhof)
    move_session(session=session, location=dalhof, starts_at=session.starts_at, by=lab.coordinator)
    assert confirm_booking(booking=Booking.objects.get(person=able)).state == "booked"
    with pytest.raises(BookingRefusedError):
        confirm_booking(booking=Booking.objects.get(person=lacking))
    assert Booking.objects.get(person=lacking).state == "asked"


def test_14_deadlines_are_right_also_when_no_worker_has_been_by(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    offer = offer_to(first)
    an_hour_later = offer.expires_at + timedelta(hours=1)
    with time_machine.travel(an_hour_later, tick=False):
        assert [each.offer_uuid for each in entries_of(first, an_hour_later)] == []
        with pytest.raises(OfferOverError):
            accept_offer(offer=offer)
        assert offer_to(second) is not None
        with pytest.raises(SessionFullError):
            book(session, lab.member())
        assert accept_offer(offer=offer_to(second)).person == second


# ── and further ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (timedelta(days=9), timedelta(hours=24)),
        (timedelta(hours=66), timedelta(hours=4)),
        (timedelta(hours=60), timedelta(hours=11)),  # made at nine in the evening: until eight in the morning
        (timedelta(hours=20), timedelta(minutes=30)),
        (timedelta(hours=2), timedelta(hours=1)),  # made at seven in the morning
        (timedelta(minutes=50), timedelta(minutes=20)),
        (timedelta(minutes=33), None),
    ],
)
def test_an_offer_is_kept_shorter_near_the_date(
    lab: Lab, session: Session, before: timedelta, kept: timedelta | None
) -> None:
    wait(session, lab.member())
    moment: datetime = session.starts_at - before
    with time_machine.travel(moment, tick=False):
        free_one(session)
    assert [each.expires_at - moment for each in Offer.objects.all()] == ([] if kept is None else [kept])


@pytest.mark.parametrize(
    ("made", "wanted", "latest", "deadline"),
    [
        ("2026-11-20 18:00+01:00", "2026-11-20 22:00+01:00", "2026-12-01 09:00+01:00", "2026-11-20 22:00+01:00"),
        ("2026-11-20 18:01+01:00", "2026-11-20 22:01+01:00", "2026-12-01 09:00+01:00", "2026-11-21 08:00+01:00"),
        ("2026-11-20 07:00+01:00", "2026-11-20 07:30+01:00", "2026-11-20 08:30+01:00", "2026-11-20 08:00+01:00"),
        ("2026-03-28 22:00+01:00", "2026-03-29 03:00+02:00", "2026-04-01 09:00+02:00", "2026-03-29 08:00+02:00"),
        ("2026-10-24 22:00+02:00", "2026-10-25 02:00+01:00", "2026-11-01 09:00+01:00", "2026-10-25 08:00+01:00"),
        ("2026-11-20 15:00+01:00", "2026-11-21 15:00+01:00", "2026-11-21 07:00+01:00", "2026-11-20 22:00+01:00"),
        ("2026-11-20 21:45+01:00", "2026-11-20 22:15+01:00", "2026-11-21 07:00+01:00", "2026-11-21 07:00+01:00"),
    ],
)
def test_nobody_has_to_answer_at_night_also_when_the_clock_changes(
    made: str, wanted: str, latest: str, deadline: str
) -> None:
    made_at, wanted_at, latest_at = map(datetime.fromisoformat, (made, wanted, latest))
    assert by_day(wanted_at, made_at, latest_at) == datetime.fromisoformat(deadline)


def test_who_was_offered_a_place_and_books_gets_that_one(lab: Lab, session: Session) -> None:
    person = lab.member()
    wait(session, person)
    free_one(session)
    book(session, person)
    assert (Offer.objects.get().state, WaitlistEntry.objects.get().state) == ("accepted", "taken")


def test_waiting_twice_is_one_place_in_the_queue(lab: Lab, session: Session) -> None:
    person, request = lab.member(), uuid4()
    values = {"session": session, "person": person, "organisation": lab.owner, "request_uuid": request}
    assert join_waitlist(**values) == join_waitlist(**values) == wait(session, person)


def test_a_released_place_is_for_who_waited_longest(lab: Lab) -> None:
    session = lab.session(shares={lab.partner: 1}, release_at=at(5))
    book(session, lab.member())
    first = lab.member()
    wait(session, first)
    with time_machine.travel(at(6), tick=False):
        with pytest.raises(SessionFullError):
            book(session, lab.member())
        settle_overdue()
        assert offer_to(first) is not None


def test_a_queue_of_others_keeps_nobody_from_the_places_of_their_own(lab: Lab) -> None:
    session = lab.session(shares={lab.partner: 1}, release_at=at(5))
    book(session, lab.member())
    wait(session, lab.member())
    assert book(session, lab.member(lab.partner)).seat == 2


def test_fewer_places_take_the_last_offer_back_and_never_a_booking(lab: Lab, session: Session) -> None:
    people = [lab.member() for _number in range(2)]
    for person in people:
        wait(session, person)
    change_capacity(session=session, capacity=4, by=lab.coordinator)
    change_capacity(session=session, capacity=3, by=lab.coordinator)
    assert [offer_to(each) is not None for each in people] == [True, False]
    assert WaitlistEntry.objects.get(person=people[1]).state == "waiting"


def test_a_session_that_is_called_off_frees_everything_and_everybody(lab: Lab, session: Session) -> None:
    wait(session, lab.member())
    cancel_session(session=session, reason="Lekkage", by=lab.coordinator)
    assert not Claim.objects.exists()
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    assert WaitlistEntry.objects.get().state == "called_off"
    settle_overdue()
    assert not Offer.objects.exists()


def test_an_offer_of_the_past_books_nothing(lab: Lab, session: Session) -> None:
    person = lab.member()
    wait(session, person)
    free_one(session)
    offer = offer_to(person)
    with near(session, minutes=10), pytest.raises(OfferOverError):
        accept_offer(offer=offer)
    assert not Booking.objects.filter(person=person).exists()


def test_the_same_offer_taken_twice_is_one_booking(lab: Lab, session: Session) -> None:
    person = lab.member()
    wait(session, person)
    free_one(session)
    offer = offer_to(person)
    assert accept_offer(offer=offer) == accept_offer(offer=offer)
    assert book_place(session=session, person=person, organisation=lab.owner, request_uuid=uuid4()).person == person


@pytest.mark.parametrize("waiting", [3, 9])
def test_a_cancelled_place_needs_the_same_statements_whoever_waits(lab: Lab, session: Session, waiting: int) -> None:
    people = [lab.member() for _number in range(waiting)]
    for person in people:
        wait(session, person)
    booking = Booking.objects.select_related("session", "person").get(session=session, seat=1)
    with CaptureQueriesContext(connection) as queries:
        cancel_booking(booking=booking, by=booking.person)
    assert [offer_to(each) is not None for each in people] == [True, *[False] * (waiting - 1)]
    assert len([each for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]) == 17


def test_who_cannot_come_any_more_is_passed_by_in_the_same_statements(lab: Lab, session: Session) -> None:
    competency = make_competency("Injecteren")
    people = [lab.member() for _number in range(6)]
    for person in people:
        wait(session, person)
    Prerequisite.objects.create(session_type=lab.session_type, competency=competency, level=1)
    prove(people[-1], competency, issuer=lab.owner)
    booking = Booking.objects.get(session=session, seat=1)
    with CaptureQueriesContext(connection) as queries:
        cancel_booking(booking=booking, by=booking.person)
    assert [offer_to(each) is not None for each in people] == [False] * 5 + [True]
    updates = [each["sql"] for each in queries.captured_queries if 'UPDATE "skillslab_waitlistentry"' in each["sql"]]
    assert len(updates) == 1
