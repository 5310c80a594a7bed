"""Closing the list of a session: everybody judged, what did not come back named, and a stamp over who came."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import AttendanceRefusedError, PiecesMissingError
from plugins.skillslab.models import Allocation, Booking, Session
from plugins.skillslab.services.day.attendance import note_attendance
from plugins.skillslab.services.day.practice import catch_up
from plugins.skillslab.services.resources.claims import lock

CHOICES = (Booking.Attendance.PRESENT, Booking.Attendance.NO_SHOW, Booking.Attendance.EXCUSED)


def listed(session: Session) -> QuerySet[Booking]:
    """Who stands on the list: who had a place, and who gave it back too late."""
    rows = Booking.objects.filter(session=session).filter(
        Q(state=Booking.State.BOOKED) | Q(state=Booking.State.CANCELLED, is_late=True)
    )
    return rows.select_related("person", "organisation", "attendance_by").order_by("seat", "pk")


def missing_pieces(session: Session) -> list[Allocation]:
    """What was handed out and did not come back."""
    rows = Allocation.objects.filter(session=session, handed_out_at__isnull=False, returned_at__isnull=True)
    return list(rows.select_related("resource", "handed_out_by").order_by("resource__name"))


@transaction.atomic
def close_session(
    *, session: Session, by: User, judged: Mapping[int, str] | None = None, is_sure: bool = False
) -> Session:
    """Close the list of a session that is over, with a stamp (SHA-256) over who came. Twice changes nothing.

    `judged` says of bookings (ids) what is not known yet: present, no_show or excused. `is_sure` closes although pieces did not
    come back. Raises AttendanceRefusedError before the end, and while it is not known of everybody whether they came; then
    nothing was changed.
    """
    locked = lock(session)
    require(by, "session.run", locked)
    if locked.state == Session.State.CLOSED:
        return locked
    now = timezone.now()
    if locked.state != Session.State.PUBLISHED or now < locked.ends_at:
        raise AttendanceRefusedError(_("A list is closed after the session."))
    for row in listed(locked):
        value = (judged or {}).get(row.pk, "")
        if value in CHOICES and row.attendance != value:
            note_attendance(booking=row, attendance=value, by=by)
    _check_complete(locked, is_sure)
    locked.list_rows = row_digests(locked)
    locked.list_digest = stamp_of(locked, locked.list_rows)
    locked.state, locked.closed_at, locked.closed_by = Session.State.CLOSED, now, by
    locked.save(update_fields=["list_rows", "list_digest", "state", "closed_at", "closed_by"])
    for row in listed(locked).filter(attendance=Booking.Attendance.PRESENT):  # what they were there for counts from now
        transaction.on_commit(partial(catch_up, person=row.person), robust=True)
    return locked


def _check_complete(session: Session, is_sure: bool) -> None:
    unknown = listed(session).filter(attendance=Booking.Attendance.UNKNOWN).count()
    if unknown:
        words = ngettext(
            "Say of everybody first whether they came: %(count)d person is left.",
            "Say of everybody first whether they came: %(count)d people are left.",
            unknown,
        )
        raise AttendanceRefusedError(words % {"count": unknown})
    missing = missing_pieces(session)
    if missing and not is_sure:
        names = ", ".join(str(each.resource) for each in missing)
        raise PiecesMissingError(
            _("This did not come back: %(pieces)s. Look for it, or close without.") % {"pieces": names}
        )


# ── the stamp ──


def row_digests(session: Session) -> list[str]:
    """A stamp for each line of the list as it is now, in order; it names nobody."""
    return [
        _digest([row.seat, str(row.person.uuid), row.state, row.attendance, row.attendance_how, _moment(row)])
        for row in listed(session)
    ]


def _moment(row: Booking) -> str:
    return row.attendance_at.isoformat() if row.attendance_at is not None else ""


def stamp_of(session: Session, rows: list[str]) -> str:
    """The stamp of a list: of its session, its time, and each of its lines."""
    return _digest([str(session.uuid), session.starts_at.isoformat(), session.ends_at.isoformat(), rows])


def list_digest(session: Session) -> str:
    """The stamp of a list as it is now: another one as soon as anything in it was changed."""
    return stamp_of(session, row_digests(session))


def _digest(value: list[object]) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """Whether a closed list is still as it was stamped. `state` is right, forgotten (some lines are gone, the others are
    as they were) or changed; `lines` that are as they were, `gone` and `added` since; `stamp` as computed now."""

    state: str
    stamp: str
    lines: int
    gone: int
    added: int
    checked_at: datetime


def check_list(*, session: Session) -> Verdict:
    """Compute the stamp of a closed list again, from what is stored now."""
    now_rows = row_digests(session)
    stamped, current = set(session.list_rows), set(now_rows)
    gone, added = len(stamped - current), len(current - stamped)
    state = "changed"
    if stamp_of(session, session.list_rows) == session.list_digest and not added:
        state = "forgotten" if gone else "right"
    stamp = stamp_of(session, now_rows)
    return Verdict(state, stamp, len(stamped & current), gone, added, timezone.now())
