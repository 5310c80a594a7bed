"""Coming in on the day: the screen of the room, the code by QR, ticking with and without a connection, and walk-ins."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import AuditEvent, Role
from plugins.skillslab.exceptions import AttendanceRefusedError, BookingRefusedError, SessionFullError
from plugins.skillslab.models import AttendanceNote, Booking, Offer, Prerequisite, Session
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.day.attendance import attend_by_code, code_of, note_attendance, seconds_of_code
from plugins.skillslab.services.day.closing import close_session
from plugins.skillslab.services.day.walk_ins import add_walk_in, find_people
from tests.factories.modules import make_module, reflection
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once
from tests.plugins.skillslab.lab import Lab, book, fill, wait
from tests.plugins.skillslab.test_day import after, during
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    return lab.session(capacity=3)


def minute(session: Session, minutes: float):
    return session.starts_at + timedelta(minutes=minutes)


# ── the screen and its QR code ──


def test_the_screen_shows_the_code_of_now_and_is_for_teachers_only(lab: Lab, session: Session) -> None:
    book(session, lab.member())
    page = reverse("skillslab:screen", args=[session.uuid])
    with during(session):
        shown = signed_in(lab.teachers[0]).get(page)
        code, seconds = code_of(session, timezone.now()), seconds_of_code(timezone.now())
        assert signed_in(lab.member()).get(page).status_code == 403
    text = shown.content.decode()
    assert [f"{code[:3]} {code[3:]}" in text, f'content="{seconds}"' in text, "0 of 1 are on the list." in text] == [
        True
    ] * 3
    assert shown.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    with after(session):
        late = session.ends_at + timedelta(minutes=31)
    with time_machine.travel(late, tick=False):
        assert "No code now" in signed_in(lab.teachers[0]).get(page).content.decode()


@pytest.mark.parametrize(("seconds", "left"), [(0, 120), (1, 119), (119, 1), (119.5, 1)])
def test_a_code_is_shown_until_the_next_one(seconds: float, left: int) -> None:
    moment = timezone.datetime.fromtimestamp(1_800_000_000 + seconds, tz=timezone.get_current_timezone())
    assert seconds_of_code(moment) == left


def test_who_scans_without_being_signed_in_comes_back_to_this_session_and_has_time_to_sign_in(
    lab: Lab, session: Session
) -> None:
    person = lab.member(language="en")
    book(session, person)
    page = reverse("skillslab:attend", args=[session.uuid])
    phone = Client()
    with during(session):
        answer = phone.get(page, {"code": code_of(session, timezone.now())})
        assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={page}")
    with during(session, 20):  # the code of then is long over
        phone.force_login(person)
        asked = phone.get(page).content.decode()
        assert ("I am here" in asked, 'name="code"' in asked) == (True, False)
        done = phone.post(page)
    assert done.url == reverse("skillslab:session", args=[session.uuid])
    assert (Booking.objects.get().attendance, Booking.objects.get().attendance_how) == ("present", "code")


@pytest.mark.parametrize("what", ["a wrong code", "of another session", "too long ago"])
def test_any_other_scan_asks_for_the_digits_of_now(lab: Lab, session: Session, what: str) -> None:
    lab.add_room()
    other = lab.session(session.starts_at + timedelta(hours=5))
    person = lab.member(language="en")
    book(session, person)
    page = reverse("skillslab:attend", args=[session.uuid])
    phone = Client()
    with during(session):
        codes = {"a wrong code": "000000", "of another session": code_of(other, timezone.now())}
        phone.get(page, {"code": codes.get(what, code_of(session, timezone.now()))})
    with during(session, 26 if what == "too long ago" else 11):
        phone.force_login(person)
        refused = phone.post(page)
        assert (refused.status_code, Booking.objects.get().attendance) == (422, "")
        text = refused.content.decode()
        assert ("not the code of now" in text, 'name="code"' in text) == (True, True)
        again = phone.post(page, {"code": "12 34 56 7"})
        assert 'value="12 34 56 7"' in again.content.decode()  # what was typed stays
        phone.post(page, {"code": code_of(session, timezone.now())})
    assert Booking.objects.get().attendance == "present"


def test_a_visitor_learns_nothing_of_sessions(lab: Lab, session: Session) -> None:
    phone = Client()
    answers = [phone.get(reverse("skillslab:attend", args=[each])) for each in (session.uuid, uuid4())]
    assert [(each.status_code, "skillslab-scanned" in phone.session) for each in answers] == [(302, False)] * 2
    stranger = signed_in(make_member(make_organisation()))
    assert stranger.get(reverse("skillslab:attend", args=[session.uuid])).status_code == 404


def test_who_has_no_place_reads_whom_to_ask(lab: Lab, session: Session) -> None:
    page = reverse("skillslab:attend", args=[session.uuid])
    with during(session):
        shown = signed_in(lab.member()).get(page, {"code": code_of(session, timezone.now())}).content.decode()
    assert "You have no place in this session" in shown


# ── the list, also without a connection ──


def send(client: Client, booking: Booking, **fields: object):
    return client.post(
        reverse("skillslab:attendance", args=[booking.pk]), fields, headers={"X-Requested-With": "fetch"}
    )


def test_a_tick_without_a_connection_is_noted_at_its_moment_once_however_often_it_is_sent(
    lab: Lab, session: Session
) -> None:
    booking = book(session, lab.member())
    event = uuid4()
    with during(session, 30):
        client = signed_in(lab.teachers[0])
        answers = [send(client, booking, attendance="present", event=event, age=20 * 60) for _each in range(3)]
    assert [(each.status_code, each.json()["attendance"]) for each in answers] == [(200, "present")] * 3
    current = Booking.objects.get()
    assert (current.attendance_how, current.attendance_at) == ("offline", minute(session, 10))
    note = AttendanceNote.objects.get()
    assert (note.uuid, note.by, note.outcome, note.stored_at) == (event, lab.teachers[0], "kept", minute(session, 30))
    assert AuditEvent.objects.get(action="booking.attendance_noted").detail == {
        "attendance": "present",
        "how": "offline",
    }


@pytest.mark.parametrize(("age", "noted"), [(-600, 30), (0, 30), (7200, -30), (10**9, -30)])
def test_the_moment_of_ticking_is_within_the_session_and_never_in_the_future(
    lab: Lab, session: Session, age: int, noted: int
) -> None:
    booking = book(session, lab.member())
    with during(session, 30):
        assert (
            send(signed_in(lab.teachers[0]), booking, attendance="present", event=uuid4(), age=age).status_code == 200
        )
    assert Booking.objects.get().attendance_at == minute(session, noted)


def test_what_was_noted_later_stays_and_the_phone_is_told(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member(first_name="Olga", last_name="Eigen"))
    with during(session, 20):
        note_attendance(booking=booking, attendance="no_show", by=lab.coordinator)
    with during(session, 30):
        answer = send(signed_in(lab.teachers[0]), booking, attendance="present", event=uuid4(), age=25 * 60).json()
    assert (answer["outcome"], answer["attendance"], Booking.objects.get().attendance) == (
        "overtaken",
        "no_show",
        "no_show",
    )
    assert answer["words"].startswith("Olga Eigen: Carla Coördinator noted later")
    assert list(AttendanceNote.objects.order_by("pk").values_list("outcome", flat=True)) == ["kept", "overtaken"]


def test_a_queue_that_comes_after_the_list_was_closed_is_refused_with_words(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member(first_name="Olga", last_name="Eigen"))
    with after(session):
        close_session(session=session, by=lab.coordinator, judged={booking.pk: "no_show"})
        answer = send(signed_in(lab.teachers[0]), booking, attendance="present", event=uuid4(), age=3600)
    assert (answer.status_code, answer.json()["words"]) == (422, "Olga Eigen: The list of this session is closed.")
    assert (answer.json()["attendance"], Booking.objects.get().attendance) == ("no_show", "no_show")


def test_a_tick_that_arrived_before_the_list_was_closed_is_answered_the_same_afterwards(
    lab: Lab, session: Session
) -> None:
    booking, event = book(session, lab.member()), uuid4()
    client = signed_in(lab.teachers[0])
    with during(session):
        send(client, booking, attendance="present", event=event)
    with after(session):
        close_session(session=session, by=lab.coordinator)
        again = send(client, booking, attendance="present", event=event, age=7000)
    assert (again.status_code, again.json()["outcome"]) == (200, "kept")


def test_without_a_script_every_tick_is_a_form(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    page = reverse("skillslab:attendance_list", args=[session.uuid])
    with during(session):
        client = signed_in(lab.teachers[0])
        shown = client.get(page).content.decode()
        event = re.search(r'name="event" value="([^"]+)"', shown)[1]
        note = reverse("skillslab:attendance", args=[booking.pk])
        for _twice in range(2):
            answer = client.post(note, {"attendance": "present", "event": event})
        assert answer.url == f"{page}#p{booking.pk}"
        assert 'aria-pressed="true"' in client.get(page).content.decode()
        client.post(note, {"attendance": "", "event": uuid4()})
    assert (Booking.objects.get().attendance, AttendanceNote.objects.count()) == ("", 2)


def test_only_who_teaches_notes_and_only_who_runs_it_takes_a_judgement_back(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    other = make_member(lab.partner, Role.COORDINATOR)
    with during(session):
        note_attendance(booking=booking, attendance="no_show", by=lab.coordinator)
        with pytest.raises(PermissionDenied):
            note_attendance(booking=booking, attendance="", by=lab.teachers[0])
        assert send(signed_in(other), booking, attendance="present", event=uuid4()).status_code == 403
        assert send(signed_in(lab.member()), booking, attendance="present", event=uuid4()).status_code == 403
        assert send(signed_in(make_member(make_organisation())), booking, attendance="present").status_code == 404
        page = reverse("skillslab:attendance_list", args=[session.uuid])
        assert [signed_in(each).get(page).status_code for each in (lab.teachers[0], other)] == [200, 403]
    assert (Booking.objects.get().attendance, AttendanceNote.objects.count()) == ("no_show", 1)


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_needs_the_same_queries_for_any_number_of_people(
    lab: Lab, session: Session, people: int, django_assert_num_queries
) -> None:
    for _number in range(people):
        book(session, lab.member())
    with during(session):
        client = signed_in(lab.teachers[0])
        page = reverse("skillslab:attendance_list", args=[session.uuid])
        client.get(page)
        with django_assert_num_queries(11):
            client.get(page)


@pytest.mark.django_db(transaction=True)
def test_two_phones_and_a_queue_that_is_sent_three_times_at_once_are_one_presence(lab: Lab) -> None:
    session = lab.session(capacity=3)
    booking, event = book(session, lab.member()), uuid4()
    second = lab.add_teacher()
    session.allocations.create(role="instructor", person=second)
    values = {"booking": booking, "attendance": "present"}
    with during(session, 30):
        ticked = partial(
            note_attendance, **values, by=lab.teachers[0], request_uuid=event, ticked_at=minute(session, 5)
        )
        results = at_once([ticked, ticked, ticked, partial(note_attendance, **values, by=second)])
    assert {type(each) for each in results} == {AttendanceNote}
    assert len({each.pk for each in results[:3]}) == 1
    assert AttendanceNote.objects.count() == 2
    assert sorted(AttendanceNote.objects.values_list("outcome", flat=True)) == ["kept", "same"]
    assert Booking.objects.get().attendance == "present"


# ── people without a booking ──


def test_own_people_are_found_by_name_and_others_by_their_whole_address_only(lab: Lab, session: Session) -> None:
    own = lab.member(first_name="Olga", last_name="Eigen")
    other = lab.member(lab.partner, first_name="Olga", last_name="Partner", email="olga@dal.example")
    make_member(make_organisation(), first_name="Olga", last_name="Vreemd", email="olga@elders.example")

    def found(words: str, by=lab.coordinator) -> list[object]:
        return [each.person for each in find_people(session=session, words=words, by=by)]

    assert [found("olga"), found("olga eig"), found("o")] == [[own], [own], []]
    assert [found(" OLGA@dal.example "), found("olga@dal"), found("olga@elders.example")] == [[other], [], []]
    assert [found("olga", lab.teachers[0]), found("olga@dal.example", lab.teachers[0])] == [[], [other]]
    with pytest.raises(PermissionDenied):
        found("olga", lab.member())


def test_the_screen_gives_a_free_place_and_says_why_not(lab: Lab) -> None:
    session = lab.session(capacity=1)
    person = lab.member(lab.partner, email="piet@dal.example", first_name="Piet", last_name="Partner")
    page = reverse("skillslab:walk_ins", args=[session.uuid])
    with during(session):
        client = signed_in(lab.teachers[0])
        assert "1 place free" in client.get(page, {"wie": "piet@dal.example"}).content.decode()
        fields = {"wie": "piet@dal.example", "person": person.uuid}
        wrong = client.post(page, {**fields, "employer": lab.owner.slug})
        assert (wrong.status_code, "Choose for which organisation" in wrong.content.decode()) == (422, True)
        client.post(page, {**fields, "employer": lab.partner.slug})
        booking = Booking.objects.get()
        assert (booking.person, booking.organisation, booking.attendance_how) == (person, lab.partner, "walk_in")
        late = lab.member(email="laat@heuvel.example")
        fields = {"wie": late.email, "person": late.uuid, "employer": lab.owner.slug}
        full = client.post(page, fields)
        text = full.content.decode()
        assert (full.status_code, "No place is free any more." in text, 'value="laat@heuvel.example"' in text) == (
            422,
            True,
            True,
        )
    assert Booking.objects.count() == 1
    event = AuditEvent.objects.get(action="booking.walked_in")
    assert (event.actor, event.person) == (lab.teachers[0], person)


def test_who_misses_something_or_is_elsewhere_gets_no_place_either(lab: Lab, session: Session) -> None:
    lab.add_room()
    lab.add_teacher()
    module = make_module(lab.owner, reflection(), title="Theorie")
    busy, person = lab.member(), lab.member()
    other = lab.session(session.starts_at + timedelta(hours=1), capacity=1)
    book(other, busy)
    with during(session):
        with pytest.raises(BookingRefusedError):
            add_walk_in(session=session, person=busy, organisation=lab.owner, by=lab.teachers[0])
        Prerequisite.objects.create(session_type=lab.session_type, module=module)
        with pytest.raises(BookingRefusedError, match="Theorie"):
            add_walk_in(session=session, person=person, organisation=lab.owner, by=lab.teachers[0])
        (found,) = find_people(session=session, words=person.email, by=lab.teachers[0])
        assert "Theorie" in found.objection
    assert Booking.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_two_who_are_added_at_once(lab: Lab) -> None:
    session = lab.session(capacity=1)
    people = [lab.member(), lab.member()]
    with during(session):
        add = partial(add_walk_in, session=session, organisation=lab.owner, by=lab.teachers[0])
        results = at_once([partial(add, person=each) for each in people])
    assert sorted(type(each).__name__ for each in results) == ["Booking", "SessionFullError"]
    assert Booking.objects.count() == 1


# ── two cancel at 07:30 for 09:00 ──


def test_two_who_cancel_early_in_the_morning_make_two_offers_of_half_an_hour(lab: Lab) -> None:
    session = lab.session(capacity=3)
    bookings = fill(lab, session)
    waiting = [lab.member() for _number in range(3)]
    for each in waiting:
        wait(session, each)
    with time_machine.travel(minute(session, -90), tick=False):  # 07:30 for 09:00
        for booking in bookings[:2]:
            cancel_booking(booking=booking, by=booking.person, reason="Ziek")
        offers = list(Offer.objects.order_by("pk"))
        assert [each.entry.person for each in offers] == waiting[:2]
        assert {each.expires_at for each in offers} == {minute(session, -60)}
    walk_in = lab.member()
    with during(session, -29):  # nobody answered; booking is closed and the door is open
        with pytest.raises(AttendanceRefusedError):
            attend_by_code(session=session, person=walk_in, code=code_of(session, timezone.now()))
        for person in (walk_in, waiting[2]):
            add_walk_in(session=session, person=person, organisation=lab.owner, by=lab.teachers[0])
        with pytest.raises(SessionFullError):
            add_walk_in(session=session, person=waiting[0], organisation=lab.owner, by=lab.teachers[0])
    assert set(Offer.objects.values_list("state", flat=True)) == {"expired"}
    assert Booking.objects.filter(state="booked").count() == 3
    assert session.waitlist.get(person=waiting[2]).state == "taken"


def test_a_place_that_is_still_offered_is_not_free_at_the_door_but_for_who_has_the_offer(lab: Lab) -> None:
    lab.skillslab.book_until_minutes = 0
    lab.skillslab.save()
    session = lab.session(capacity=1)
    booking = fill(lab, session)[0]
    first = lab.member()
    wait(session, first)
    with during(session, -25):
        cancel_booking(booking=booking, by=booking.person, reason="Ziek")
        with pytest.raises(SessionFullError):
            add_walk_in(session=session, person=lab.member(), organisation=lab.owner, by=lab.teachers[0])
        assert add_walk_in(session=session, person=first, organisation=lab.owner, by=lab.teachers[0]).person == first
    assert Offer.objects.get().state == "accepted"
