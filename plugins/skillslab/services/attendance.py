"""Who came: by the code of the moment, by the list, or without a booking; and closing the list."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import AttendanceRefusedError
from plugins.skillslab.models import Booking, Session, partners_of
from plugins.skillslab.services.booking import seat
from plugins.skillslab.services.claims import lock
from plugins.skillslab.services.practice import catch_up

CODE_TIME = timedelta(minutes=2)
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=30)
DIGITS = 6


def is_window_open(session: Session, now: datetime) -> bool:
    """Whether people may note themselves: from half an hour before the start until half an hour after the end."""
    is_on = session.state == Session.State.PUBLISHED
    return is_on and session.starts_at - BEFORE <= now <= session.ends_at + AFTER


def code_of(session: Session, now: datetime, *, steps_ago: int = 0) -> str:
    """Six digits that are right for this session, for two minutes (HMAC over the step of the clock, as in RFC 6238)."""
    step = int(now.timestamp() // CODE_TIME.total_seconds()) - steps_ago
    digest = hmac.new(session.code_secret.encode(), str(step).encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


@transaction.atomic
def attend_by_code(*, session: Session, person: User, code: str) -> Booking:
    """Note that somebody is there, by the code that is shown in the room; the one before it is right too.

    Raises AttendanceRefusedError for a wrong code, outside the time of the session, or without a place. Twice is once.
    """
    locked = lock(session)
    now = timezone.now()
    if not is_window_open(locked, now):
        raise AttendanceRefusedError(_("You can note that you are there from half an hour before the start."))
    typed = "".join(each for each in code if each.isdigit())
    if not any(hmac.compare_digest(typed, code_of(locked, now, steps_ago=each)) for each in (0, 1)):
        raise AttendanceRefusedError(_("That is not the code of now. Look at the screen in the room and try again."))
    booking = Booking.objects.filter(session=locked, person=person, state=Booking.State.BOOKED).first()
    if booking is None:
        raise AttendanceRefusedError(_("You have no place in this session. Ask the instructor to add you."))
    if booking.attendance != Booking.Attendance.PRESENT:
        _write(booking, Booking.Attendance.PRESENT, Booking.How.CODE, by=person, now=now)
    return booking


@transaction.atomic
def note_attendance(*, booking: Booking, attendance: str, by: User) -> Booking:
    """Note by the list who came. Only who runs the session says that somebody did not come; who teaches says who did.

    Raises AttendanceRefusedError once the list is closed, and before the window opens.
    """
    session = lock(booking.session)
    is_judged = attendance in (Booking.Attendance.NO_SHOW, Booking.Attendance.EXCUSED)
    require(by, "session.run" if is_judged else "session.teach", session)
    now = timezone.now()
    _check_open(session, now)
    current = Booking.objects.select_related("person").get(pk=booking.pk)
    if current.state == Booking.State.CANCELLED and not (is_judged and current.is_late):
        raise AttendanceRefusedError(_("This place was cancelled."))
    _write(current, attendance, Booking.How.LIST, by=by, now=now)
    audit.record(
        "booking.attendance_noted",
        by=by,
        about=current,
        person=current.person,
        organisation=session.organiser,
        attendance=attendance,
    )
    return current


def _check_open(session: Session, now: datetime) -> None:
    if session.state != Session.State.PUBLISHED:
        raise AttendanceRefusedError(_("The list of this session is closed."))
    if now < session.starts_at - BEFORE:
        raise AttendanceRefusedError(_("The list opens half an hour before the session."))


def _write(booking: Booking, attendance: str, how: str, *, by: User, now: datetime) -> None:
    booking.attendance, booking.attendance_how = attendance, how
    booking.attendance_at, booking.attendance_by = now, by
    booking.save(update_fields=["attendance", "attendance_how", "attendance_at", "attendance_by"])
    if attendance == Booking.Attendance.PRESENT:
        transaction.on_commit(partial(catch_up, person=booking.person), robust=True)


@transaction.atomic
def add_walk_in(*, session: Session, person: User, organisation: Organisation, by: User) -> Booking:
    """Give somebody who came without a booking a free place, and note that they are there. Twice is once.

    Raises AttendanceRefusedError when the list is not open or this organisation does not take part, and BookingRefusedError
    when nothing is free or the person is booked elsewhere now.
    """
    locked = lock(session)
    require(by, "session.teach", locked)
    now = timezone.now()
    _check_open(locked, now)
    if organisation not in partners_of(person, locked.session_type.skillslab):
        raise AttendanceRefusedError(_("This person's organisation does not take part in the skillslab."))
    booking = Booking.objects.filter(session=locked, person=person, state=Booking.State.BOOKED).first()
    if booking is None:
        booking = seat(locked, person, organisation, uuid4(), now)
    _write(booking, Booking.Attendance.PRESENT, Booking.How.WALK_IN, by=by, now=now)
    return booking


@transaction.atomic
def close_session(*, session: Session, by: User) -> Session:
    """Close the list of a session that is over, with a stamp (SHA-256) over who came. Twice changes nothing.

    Raises AttendanceRefusedError before the end, or while somebody's attendance is not known.
    """
    locked = lock(session)
    require(by, "session.run", locked)
    if locked.state == Session.State.CLOSED:
        return locked
    now = timezone.now()
    if locked.state != Session.State.PUBLISHED or now < locked.ends_at:
        raise AttendanceRefusedError(_("A list is closed after the session."))
    booked = Booking.objects.filter(session=locked, state=Booking.State.BOOKED)
    if booked.filter(attendance=Booking.Attendance.UNKNOWN).exists():
        raise AttendanceRefusedError(_("Say of everybody first whether they came."))
    locked.list_digest = list_digest(locked)
    locked.state, locked.closed_at, locked.closed_by = Session.State.CLOSED, now, by
    locked.save(update_fields=["list_digest", "state", "closed_at", "closed_by"])
    return locked


def list_digest(session: Session) -> str:
    """The stamp of a list as it is now: another one as soon as anything in it was changed."""
    rows = Booking.objects.filter(session=session, state=Booking.State.BOOKED).order_by("seat")
    listed = [
        [row.seat, str(row.person.uuid), row.attendance, row.attendance_how, row.attendance_at.isoformat()]
        for row in rows.select_related("person")
        if row.attendance_at is not None
    ]
    about = [str(session.uuid), session.starts_at.isoformat(), session.ends_at.isoformat()]
    return hashlib.sha256(json.dumps([about, listed]).encode()).hexdigest()
