"""Who came: by the code of the moment, or by the list, also when the phone had no connection."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import AttendanceRefusedError
from plugins.skillslab.models import AttendanceNote, Booking, Session
from plugins.skillslab.services.day.practice import catch_up
from plugins.skillslab.services.resources.claims import lock

CODE_TIME = timedelta(minutes=2)
BEFORE, AFTER = timedelta(minutes=30), timedelta(minutes=30)
SCAN_TIME = timedelta(minutes=15)
WRONG_AT_MOST, WRONG_FOR = 10, timedelta(minutes=10)
DIGITS = 6
JUDGED = (Booking.Attendance.NO_SHOW, Booking.Attendance.EXCUSED)


def is_window_open(session: Session, now: datetime) -> bool:
    """Whether people may note themselves: from half an hour before the start until half an hour after the end."""
    is_on = session.state == Session.State.PUBLISHED
    return is_on and session.starts_at - BEFORE <= now <= session.ends_at + AFTER


def code_of(session: Session, now: datetime, *, steps_ago: int = 0) -> str:
    """Six digits that are right for this session, for two minutes (HMAC over the step of the clock, as in RFC 6238)."""
    step = int(now.timestamp() // CODE_TIME.total_seconds()) - steps_ago
    digest = hmac.new(session.code_secret.encode(), str(step).encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


def seconds_of_code(now: datetime) -> int:
    """For how many seconds the code of now is shown."""
    return int(CODE_TIME.total_seconds() - now.timestamp() % CODE_TIME.total_seconds()) or 1


def is_code_right(session: Session, code: str, moment: datetime) -> bool:
    """Whether this was the code of a session at a moment; the one before it is right too."""
    typed = "".join(each for each in code if each in "0123456789")
    return any(hmac.compare_digest(typed, code_of(session, moment, steps_ago=each)) for each in (0, 1))


@transaction.atomic
def attend_by_code(*, session: Session, person: User, code: str, scanned_at: datetime | None = None) -> Booking:
    """Note that somebody is there, by the code that is shown in the room.

    `scanned_at` is when this browser showed the code to us: who had to sign in first has a quarter of an hour for that. Raises
    AttendanceRefusedError for a wrong code, outside the time of the session, or without a place. Twice is once.
    """
    locked = lock(session)
    now = timezone.now()
    if not is_window_open(locked, now):
        words = _(
            "You can note that you are there from half an hour before the start until half an hour after the end."
        )
        raise AttendanceRefusedError(words)
    tries = f"skillslab-code:{locked.uuid}:{person.uuid}"
    if cache.get(tries, 0) >= WRONG_AT_MOST:
        raise AttendanceRefusedError(_("Too many wrong codes. Ask the instructor to note you, or wait ten minutes."))
    is_fresh = scanned_at is not None and timedelta(0) <= now - scanned_at <= SCAN_TIME
    if not is_code_right(locked, code, scanned_at if is_fresh and scanned_at is not None else now):
        cache.add(tries, 0, WRONG_FOR.total_seconds())
        cache.incr(tries)
        raise AttendanceRefusedError(_("That is not the code of now. Look at the screen in the room and try again."))
    booking = Booking.objects.filter(session=locked, person=person, state=Booking.State.BOOKED).first()
    if booking is None:
        raise AttendanceRefusedError(_("You have no place in this session. Ask the instructor to add you."))
    if booking.attendance != Booking.Attendance.PRESENT:
        write_note(booking, Booking.Attendance.PRESENT, Booking.How.CODE, by=person, noted_at=now, now=now)
    return booking


@transaction.atomic
def note_attendance(
    *,
    booking: Booking,
    attendance: str,
    by: User,
    request_uuid: UUID | None = None,
    ticked_at: datetime | None = None,
) -> AttendanceNote:
    """Note by the list who came. Only who runs the session says that somebody did not come, and takes that back; who teaches
    says who did. The same request again is one note, and is answered as the first time.

    `ticked_at` is the moment of ticking where the phone had no connection then; it is bound to the time of the session, and
    never in the future. What somebody noted after that moment stays. Raises AttendanceRefusedError once the list is closed,
    before it opens, and for a place that was cancelled.
    """
    session = lock(booking.session)
    current = Booking.objects.select_related("person").get(pk=booking.pk)
    is_judging = attendance in JUDGED or (not attendance and current.attendance in JUDGED)
    require(by, "session.run" if is_judging else "session.teach", session)
    known = AttendanceNote.objects.filter(by=by, uuid=request_uuid).first() if request_uuid else None
    if known is not None:
        return known
    now = timezone.now()
    check_list_open(session, now)
    if current.state != Booking.State.BOOKED and not (is_judging and current.is_late):
        raise AttendanceRefusedError(_("This place was cancelled."))
    how = Booking.How.LIST if ticked_at is None else Booking.How.OFFLINE
    noted_at = now if ticked_at is None else bound(ticked_at, session, now)
    note = write_note(current, attendance, how, by=by, noted_at=noted_at, now=now, request_uuid=request_uuid)
    if note.outcome == AttendanceNote.Outcome.KEPT:
        audit.record(
            "booking.attendance_noted",
            by=by,
            about=current,
            person=current.person,
            organisation=session.organiser,
            attendance=attendance,
            how=str(how),
        )
    return note


def bound(moment: datetime, session: Session, now: datetime) -> datetime:
    """A moment that a phone tells, within the time of the session and never in the future."""
    return min(max(moment, session.starts_at - BEFORE), session.ends_at + AFTER, now)


def check_list_open(session: Session, now: datetime) -> None:
    """Raise AttendanceRefusedError unless who came can be noted now."""
    if session.state != Session.State.PUBLISHED:
        raise AttendanceRefusedError(_("The list of this session is closed."))
    if now < session.starts_at - BEFORE:
        raise AttendanceRefusedError(_("The list opens half an hour before the session."))


def write_note(
    booking: Booking,
    attendance: str,
    how: str,
    *,
    by: User,
    noted_at: datetime,
    now: datetime,
    request_uuid: UUID | None = None,
) -> AttendanceNote:
    """Add one note, and change the list where that is what it says last. Call it with the session locked."""
    outcome = AttendanceNote.Outcome.KEPT
    if booking.attendance == attendance:
        outcome = AttendanceNote.Outcome.SAME
    elif booking.attendance_at is not None and booking.attendance_at > noted_at:
        outcome = AttendanceNote.Outcome.OVERTAKEN
    else:
        booking.attendance, booking.attendance_how = attendance, how
        booking.attendance_at, booking.attendance_by = noted_at, by
        booking.save(update_fields=["attendance", "attendance_how", "attendance_at", "attendance_by"])
        transaction.on_commit(partial(catch_up, person=booking.person), robust=True)
    return AttendanceNote.objects.create(
        uuid=request_uuid or uuid4(),
        booking=booking,
        attendance=attendance,
        how=how,
        noted_at=noted_at,
        stored_at=now,
        by=by,
        outcome=outcome,
    )
