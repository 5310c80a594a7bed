"""Whether somebody was in a session and was signed, and telling that to the activities of modules that wait for it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from courses.api import ActivityState, Assessment, Attempt, VersionActivity, act_for
from lxp.exceptions import LxpError
from lxp.models import User
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.choices.openings import KIND, type_named

logger = logging.getLogger(__name__)
LOOK_BACK = timedelta(days=30)


def practised(*, person: User, attempt_uuid: UUID, key: str) -> dict[str, Any] | None:
    """The session of a type that somebody was in since an attempt began, whether it asks a signature, whether there is one
    since, and whether that is final: a signature is, and a list that was closed; an open list may be corrected. None where they
    were in none. The last one counts, of those that are closed if there are. Four queries at most."""
    found = type_named(key)
    attempt = Attempt.objects.filter(uuid=attempt_uuid, person=person).first()
    if found is None or attempt is None:
        return None
    was_there = Booking.objects.filter(person=person, state=Booking.State.BOOKED, session__session_type=found)
    was_there = was_there.filter(attendance=Booking.Attendance.PRESENT, session__ends_at__gt=attempt.started_at)
    rows = list(was_there.select_related("session").order_by("-session__starts_at"))
    if not rows:
        return None
    booking = next((each for each in rows if each.session.state == Session.State.CLOSED), rows[0])
    needs_signature = found.assessors > 0 and found.block_id is not None
    is_signed = needs_signature and _is_signed(person, found.block_id, attempt)
    return {
        "session": str(booking.session.uuid),
        "day": timezone.localdate(booking.session.starts_at).isoformat(),
        "needs_signature": needs_signature,
        "is_signed": is_signed,
        "is_final": is_signed or booking.session.state == Session.State.CLOSED,
    }


def _is_signed(person: User, block_id: UUID | None, attempt: Attempt) -> bool:
    signed = Assessment.objects.filter(person=person, is_competent=True, signed_at__gte=attempt.started_at)
    return block_id is not None and signed.filter(request__block_id=block_id).exists()


def catch_up(*, person: User) -> int:
    """Let the activities that this person has under way see what was noted; how many are completed by it. Safe to repeat.

    An attempt that takes no work now, such as after a safety change, is left alone: its activity looks again later.
    """
    attempts = {each.pk: each for each in Attempt.objects.under_way().filter(person=person).select_related("person")}
    rows = VersionActivity.objects.filter(kind=KIND, version__attempts__in=attempts)
    waiting = list(rows.values_list("version__attempts", "block_id"))
    if not waiting:
        return 0
    done = ActivityState.objects.filter(person=person, attempt__in=attempts, completed_at__isnull=False)
    known = set(done.values_list("attempt", "block_id"))
    for pk, block_id in waiting:
        if (pk, block_id) not in known:
            _look(attempts[pk], block_id)
    return done.filter(kind=KIND).count() - len([each for each in waiting if each in known])


def _look(attempt: Attempt, block_id: UUID) -> None:
    try:
        act_for(attempt=attempt, block_id=block_id, handler="look")
    except LxpError as refusal:
        logger.info("Attempt %s takes no attendance now: %s", attempt.uuid, refusal)


def catch_up_everybody() -> list[str]:
    """The same for everybody who was in a session lately: a process may have died before it could say so."""
    since = timezone.now() - LOOK_BACK
    present = Booking.objects.filter(attendance=Booking.Attendance.PRESENT, attendance_at__gt=since)
    waiting = Attempt.objects.under_way().filter(version__activities__kind=KIND, person__in=present.values("person"))
    people = User.objects.filter(pk__in=waiting.values("person")).order_by("pk")
    done = [(person, catch_up(person=person)) for person in people]
    return [f"Completed {count} activities of {person.uuid} in the skillslab." for person, count in done if count]
