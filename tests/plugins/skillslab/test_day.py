"""On the day: the code, the list, who came without a booking, signing, and closing with a stamp."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from courses.models import AssessmentRequest
from lxp.models import AuditEvent, Role
from plugins.skillslab.exceptions import AttendanceRefusedError, BookingRefusedError
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.day.attendance import attend_by_code, code_of, note_attendance
from plugins.skillslab.services.day.closing import close_session, list_digest
from plugins.skillslab.services.day.walk_ins import add_walk_in
from tests.factories.modules import assignment, make_attempt, make_module
from tests.factories.people import make_member
from tests.plugins.skillslab.lab import Lab, book, fill
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    return lab.session(capacity=3)


def during(session: Session, minutes: float = 10) -> time_machine.travel:
    return time_machine.travel(session.starts_at + timedelta(minutes=minutes), tick=False)


def after(session: Session) -> time_machine.travel:
    return time_machine.travel(session.ends_at + timedelta(minutes=5), tick=False)


def test_the_code_of_now_notes_that_somebody_is_there(lab: Lab, session: Session) -> None:
    person = lab.member()
    book(session, person)
    with during(session):
        noted = attend_by_code(session=session, person=person, code=code_of(session, timezone.now()))
        assert (noted.attendance, noted.attendance_how, noted.attendance_by) == ("present", "code", person)
        again = attend_by_code(session=session, person=person, code=code_of(session, timezone.now(), steps_ago=1))
        assert again.attendance_at == noted.attendance_at


@pytest.mark.parametrize("wrong", ["an older code", "of another session", "too early", "no place", "no code"])
def test_any_other_code_time_or_person_is_refused(lab: Lab, session: Session, wrong: str) -> None:
    person = lab.member()
    if wrong != "no place":
        book(session, person)
    lab.add_room()
    other = lab.session(session.starts_at + timedelta(days=1))
    with during(session, -31 if wrong == "too early" else 10):
        now = timezone.now()
        codes = {
            "an older code": code_of(session, now, steps_ago=2),
            "of another session": code_of(other, now),
            "no code": "",
        }
        with pytest.raises(AttendanceRefusedError):
            attend_by_code(session=session, person=person, code=codes.get(wrong, code_of(session, now)))
    assert not Booking.objects.filter(attendance="present").exists()


def test_only_a_coordinator_says_that_somebody_did_not_come(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    with during(session):
        assert note_attendance(booking=booking, attendance="present", by=lab.teachers[0]).attendance == "present"
        with pytest.raises(PermissionDenied):
            note_attendance(booking=booking, attendance="no_show", by=lab.teachers[0])
        with pytest.raises(PermissionDenied):
            note_attendance(booking=booking, attendance="present", by=make_member(lab.partner, Role.COORDINATOR))
        assert note_attendance(booking=booking, attendance="no_show", by=lab.coordinator).attendance == "no_show"
    events = AuditEvent.objects.filter(action="booking.attendance_noted").order_by("pk")
    assert [(each.actor, each.detail) for each in events] == [
        (lab.teachers[0], {"attendance": "present", "how": "list"}),
        (lab.coordinator, {"attendance": "no_show", "how": "list"}),
    ]


def test_who_cancelled_late_counts_as_absent_only_when_the_coordinator_says_so(lab: Lab, session: Session) -> None:
    person = lab.member()
    booking = book(session, person)
    with during(session, -90):
        cancel_booking(booking=booking, by=person, reason="Dienst")
    with during(session):
        assert note_attendance(booking=booking, attendance="no_show", by=lab.coordinator).attendance == "no_show"


def test_who_comes_without_a_booking_gets_a_free_place_and_no_more_than_there_are(lab: Lab, session: Session) -> None:
    with during(session):
        for _number in range(3):
            add_walk_in(session=session, person=lab.member(), organisation=lab.owner, by=lab.teachers[0])
        with pytest.raises(BookingRefusedError):
            add_walk_in(session=session, person=lab.member(), organisation=lab.owner, by=lab.teachers[0])
    assert set(Booking.objects.values_list("attendance", "attendance_how")) == {("present", "walk_in")}


def test_a_closed_list_has_a_stamp_that_a_change_breaks(lab: Lab, session: Session) -> None:
    first, second = fill(lab, session)[:2]
    with after(session):
        with pytest.raises(AttendanceRefusedError):
            close_session(session=session, by=lab.coordinator)
        for booking in Booking.objects.all():
            note_attendance(booking=booking, attendance="present", by=lab.coordinator)
        closed = close_session(session=session, by=lab.coordinator)
        assert (closed.state, closed.list_digest == list_digest(closed), len(closed.list_digest)) == (
            "closed",
            True,
            64,
        )
        with pytest.raises(AttendanceRefusedError):
            note_attendance(booking=first, attendance="no_show", by=lab.coordinator)
    Booking.objects.filter(pk=second.pk).update(attendance="no_show")
    assert list_digest(closed) != closed.list_digest


# ── screens ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sheet_has_names_for_who_runs_it_and_numbers_for_others(lab: Lab, session: Session) -> None:
    book(session, lab.member(first_name="Olga", last_name="Eigen"))
    book(session, lab.member(lab.partner, first_name="Piet", last_name="Partner"))
    page = reverse("skillslab:sheet", args=[session.uuid])
    runner = signed_in(lab.coordinator).get(page).content.decode()
    other = signed_in(make_member(lab.partner, Role.COORDINATOR)).get(page).content.decode()
    assert ["Olga Eigen" in runner, "Piet Partner" in runner] == [True, True]
    assert [
        "Olga Eigen" in other,
        "Piet Partner" in other,
        "Of other organisations: 1" in other,
        "Heuvelzorg:" in other,
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert signed_in(lab.member()).get(page).status_code == 403


def test_a_coordinator_plans_moves_and_calls_off(lab: Lab) -> None:
    client = signed_in(lab.coordinator)
    day = timezone.localdate() + timedelta(days=9)
    values = {
        "session_type": lab.session_type.uuid,
        "location": lab.location.uuid,
        "day": day.isoformat(),
        "at": "09:00",
        "capacity": 4,
        "release_days": 3,
        f"kept_{lab.partner.pk}": 2,
    }
    plan = reverse("skillslab:plan", args=[lab.skillslab.uuid])
    assert client.get(plan).status_code == 200
    client.post(plan, values)
    session = Session.objects.get()
    assert (session.capacity, session.seat_shares.get().seats) == (4, 2)
    refused = client.post(plan, values)
    assert (refused.status_code, "Then everything is free:" in refused.content.decode()) == (422, True)
    book(session, lab.member())
    move = reverse("skillslab:move", args=[session.uuid])
    moved = {"location": lab.location.uuid, "day": day.isoformat(), "at": "14:00"}
    seen = client.post(move, moved)
    assert "1 person has a place. We ask them again whether they come." in seen.content.decode()
    assert client.post(move, {**moved, "sure": "1"}).status_code == 409
    assert Session.objects.get().sequence == 0
    client.post(move, {**moved, "sure": "1", "seen": seen.context["seen"]})
    assert (Session.objects.get().sequence, Booking.objects.get().state) == (1, "asked")
    call_off = reverse("skillslab:call_off", args=[session.uuid])
    assert client.post(call_off, {"reason": " "}).status_code == 422
    client.post(call_off, {"reason": "Lekkage"})
    assert Session.objects.get().state == "cancelled"


def test_an_assessor_goes_from_the_list_to_the_sign_off(lab: Lab) -> None:
    module = make_module(lab.owner, assignment())
    lab.session_type.module = module
    lab.session_type.block_id = module.current_version.activities.get().block_id
    lab.session_type.save()
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    lab.teachers[0].memberships.get().role_grants.create(role=Role.ASSESSOR)
    sign = reverse("skillslab:sign", args=[booking.pk])
    back = reverse("skillslab:attendance_list", args=[session.uuid])
    with during(session):
        client = signed_in(lab.teachers[0])
        note_attendance(booking=booking, attendance="present", by=lab.teachers[0])
        assert client.post(sign).url == f"{back}#p{booking.pk}"  # the module is not begun
        make_attempt(person, module)
        answer = client.post(sign)
    request = AssessmentRequest.objects.get()
    assert (request.person, answer.url) == (
        person,
        f"{reverse('courses:sign_off', args=[request.uuid])}?next={back}",
    )
