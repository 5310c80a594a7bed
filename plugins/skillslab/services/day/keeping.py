"""For how long a phone may hold the list of a session, to be opened without a connection."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from plugins.skillslab.models import Session
from plugins.skillslab.services.day.attendance import AFTER


def kept_until(session: Session, now: datetime) -> datetime | None:
    """The end of the day of a session, later where it goes on past midnight. None on any other day, for a list that is closed
    or cancelled, and where the operator wants nothing kept."""
    if not settings.SKILLSLAB_OFFLINE or session.state != Session.State.PUBLISHED:
        return None
    day = timezone.localdate(session.starts_at)
    begin, midnight = (timezone.make_aware(datetime.combine(each, time.min)) for each in (day, day + timedelta(days=1)))
    until = max(midnight, session.ends_at + AFTER)
    return until if begin <= now < until else None
