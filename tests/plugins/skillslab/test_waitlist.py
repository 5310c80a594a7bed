"""The fourteen scenarios in which waitlists of others broke their promise, one test each, and what else a queue owes people."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lxp.models import Notice, User
from plugins.skillslab.exceptions import BookingRefusedError, OfferOverError, SessionFullError
from plugins.skillslab.models import Booking, Claim, Offer, Prerequisite, Session, WaitlistEntry
from plugins.skillslab.services.bookings.booking import accept_offer, book_place, cancel_booking, confirm_booking
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


def states_of(session: Session) -> dict[User, str]:
    """How everybody's last place in the queue stands."""
    return {each.person: each.state for each in session.waitlist.select_related("person").order_by("joined_at", "pk")}


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
    outsider = lab.member()
    with pytest.raises(SessionFullError):
        book(session, outsider)
    assert Booking.objects.filter(session=session, state="booked").count() == 1
    assert states_of(session) == {first: "waiting", second: "waiting"}
    assert (Offer.objects.get().entry.person, Claim.objects.filter(person=outsider).exists()) == (first, False)


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
    assert states_of(session) == dict(zip(people, ["taken", "waiting", "waiting"], strict=True))
    assert [offer_to(each) is not None for each in people] == [False, True, False]


@pytest.mark.parametrize("minutes", [29, 0, -60])
def test_04_nobody_is_offered_a_place_after_bookings_closed(lab: Lab, session: Session, minutes: int) -> None:
    person, late = lab.member(), lab.member()
    wait(session, person)
    with near(session, minutes=minutes):
        Booking.objects.filter(session=session, seat=2).update(state="cancelled", cancelled_at=session.starts_at)
        assert settle_overdue() == []
        with pytest.raises(BookingRefusedError) as refusal:
            book(session, late)
    assert "Booking for this session is closed." in str(refusal.value)
    assert (Offer.objects.count(), Notice.objects.count()) == (0, 0)
    assert (states_of(session), Booking.objects.filter(session=session, state="booked").count()) == (
        {person: "waiting"},
        1,
    )


def test_05_who_leaves_the_list_is_off_it_and_can_come_back_at_the_end(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    entry = wait(session, first)
    wait(session, second)
    leave_waitlist(entry=entry)
    again = wait(session, first)
    assert (again.pk != entry.pk, position_of(again)) == (True, 2)
    assert position_of(WaitlistEntry.objects.get(person=second)) == 1
    assert WaitlistEntry.objects.get(pk=entry.pk).state == "left"
    leave_waitlist(entry=entry)  # the page was still open
    assert states_of(session) == {first: "waiting", second: "waiting"}


def test_05_who_leaves_with_an_offer_gives_it_to_the_next(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    entry = wait(session, first)
    wait(session, second)
    free_one(session)
    leave_waitlist(entry=entry)
    assert (offer_to(first), offer_to(second) is not None) == (None, True)
    assert states_of(session) == {first: "left", second: "waiting"}


def test_06_saying_no_frees_the_offer_for_the_next_at_once(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    decline_offer(offer=offer_to(first))
    assert (offer_to(first), offer_to(second) is not None) == (None, True)
    decline_offer(offer=Offer.objects.get(entry__person=first))
    assert list(Offer.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "open"]
    assert states_of(session) == {first: "left", second: "waiting"}


def test_07_who_took_an_offer_and_cancels_gets_it_not_again_and_the_seat_is_back(lab: Lab, session: Session) -> None:
    person = lab.member()
    wait(session, person)
    free_one(session)
    booking = accept_offer(offer=offer_to(person))
    cancel_booking(booking=booking, by=person)
    assert settle_overdue() == []
    assert (Offer.objects.get().state, states_of(session)) == ("accepted", {person: "taken"})
    assert seats_now(session, booking.booked_at).left == 1
    assert book(session, lab.member()).seat == booking.seat == 2


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
    assert [position_of(each) for each in WaitlistEntry.objects.order_by("joined_at", "pk")] == [1, 2, 3]
    prove(lacking, competency, issuer=lab.owner)
    free_one(session)
    assert [offer_to(each) is not None for each in (lacking, clashing, able)] == [True, False, True]
    assert WaitlistEntry.objects.get(person=lacking).skipped_because == ""


def test_11_one_cancelled_seat_never_cancels_the_session_and_its_person_hears_it(lab: Lab, session: Session) -> None:
    booking = Booking.objects.get(session=session, seat=1)
    with near(session, hours=5):
        cancel_booking(booking=booking, by=lab.coordinator, reason="Niet meer nodig")
    session.refresh_from_db()
    assert (session.state, Booking.objects.filter(session=session, state="booked").count()) == ("published", 1)
    assert list(Notice.objects.values_list("kind", "person")) == [("booking", booking.person_id)]
    assert session.sequence == 0


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
    assert (Claim.objects.filter(person=able).count(), Claim.objects.filter(person=lacking).count()) == (8, 0)


def test_14_deadlines_are_right_also_when_no_worker_has_been_by(lab: Lab, session: Session) -> None:
    first, second = lab.member(), lab.member()
    wait(session, first)
    wait(session, second)
    free_one(session)
    offer = offer_to(first)
    an_hour_later = offer.expires_at + timedelta(hours=1)
    with time_machine.travel(an_hour_later, tick=False):
        assert (entries_of(first, an_hour_later), Offer.objects.get().state) == ([], "open")  # nothing wrote it down
        assert seats_now(session, an_hour_later).waiting == {lab.owner.pk: 1}
        with pytest.raises(OfferOverError):
            accept_offer(offer=offer)
        assert offer_to(second) is not None
        with pytest.raises(SessionFullError):
            book(session, lab.member())
        assert accept_offer(offer=offer_to(second)).person == second
    assert states_of(session) == {first: "lapsed", second: "taken"}


# ── and further ──────────────────────────────────────────────────────────────────────────────────────────────


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
    assert len([each for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]) == 16


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
