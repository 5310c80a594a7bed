"""Until when somebody may answer: short near the date, never past the closing of bookings, and never at night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from plugins.skillslab.models import Session

NEAR = timedelta(hours=24)
NEARER = timedelta(hours=72)
KEPT_WHEN_NEAR = timedelta(minutes=30)
KEPT_WHEN_NEARER = timedelta(hours=4)
LEAST = timedelta(minutes=5)
ANSWER_TIME = timedelta(hours=72)  # for who is asked whether they come to a session that moved
EVENING, MORNING = time(22), time(8)  # by the clock on the wall: between them people sleep


def offer_deadline(session: Session, now: datetime) -> datetime | None:
    """Until when a place offered now is kept. None when there is no time left to answer."""
    left = session.starts_at - now
    kept = timedelta(hours=session.session_type.skillslab.offer_hours)
    if left <= NEAR:
        kept = min(kept, KEPT_WHEN_NEAR)
    elif left <= NEARER:
        kept = min(kept, KEPT_WHEN_NEARER)
    deadline = by_day(now + kept, now, session.book_until)
    return deadline if deadline - now >= LEAST else None


def answer_deadline(session: Session, now: datetime) -> datetime:
    """Until when somebody says whether they come to a session that moved; a minute at least."""
    return max(by_day(now + ANSWER_TIME, now, session.book_until), now + timedelta(minutes=1))


def by_day(deadline: datetime, now: datetime, latest: datetime) -> datetime:
    """The same, or the morning after the night in which it would end. Where that is too late: the evening before, if there is
    time until then; else the latest moment, since somebody may be awake."""
    wanted = min(deadline, latest)
    local = timezone.localtime(wanted)
    if MORNING <= local.time() <= EVENING:
        return wanted
    evening_day = local.date() if local.time() > EVENING else local.date() - timedelta(days=1)
    morning = timezone.make_aware(datetime.combine(evening_day + timedelta(days=1), MORNING))
    if morning <= latest:
        return morning
    evening = timezone.make_aware(datetime.combine(evening_day, EVENING))
    return evening if evening - now >= KEPT_WHEN_NEAR else latest
