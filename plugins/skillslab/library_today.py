"""Loads the sessions of a library that are on, or just over, when it is loaded: so that the day can be tried at any hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from lxp.library import LibraryError
from lxp.models import Organisation, User
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Claim, Location, Session, SessionType
from plugins.skillslab.models.bookings import QUARTER_SECONDS
from plugins.skillslab.services.sessions.planning import SessionDraft, plan_session

FAR = timedelta(days=70)  # nothing of a library lies so far ahead, so that everything is free there
QUARTER = timedelta(seconds=QUARTER_SECONDS)
Come = Callable[[Session, str], None]


def load_today(
    row: dict[str, Any],
    session_type: SessionType,
    location: Location,
    owner: Organisation,
    by: User,
    come: Come,
    path: Path,
) -> Session | None:
    """A session that began so many minutes ago. It is planned and booked ahead, as by people, and then put at its time.

    None where one of this type is there already, not yet closed, or where something that it needs is taken today.
    """
    now = timezone.now()
    starts_at = _quarter(now - timedelta(minutes=row["minutes_ago"]))
    there = Session.objects.published().filter(session_type=session_type, room__location=location)
    if there.filter(ends_at__gt=now - timedelta(days=1), starts_at__lt=now).exists():
        return None
    planned_at = timezone.make_aware(datetime.combine(timezone.localdate() + FAR, time(9)))
    draft = SessionDraft(session_type, location, planned_at, row["places"], owner, note=row.get("note", ""))
    try:
        with transaction.atomic():
            session = plan_session(draft=draft, by=by)
            for email in row.get("booked", []):
                come(session, email)
            _put_at(session, starts_at)
    except SessionRefusedError as refusal:
        raise LibraryError(f"{path}: {row}: {refusal} {' '.join(refusal.reasons)}") from refusal
    except IntegrityError:
        return None
    return session


def _quarter(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.timestamp() % QUARTER_SECONDS)


def _put_at(session: Session, starts_at: datetime) -> None:
    """Move a session and everything that it claims. Raises IntegrityError when somebody or something is taken then."""
    sooner = (session.starts_at - starts_at) // QUARTER
    session.starts_at, session.ends_at = starts_at, session.ends_at - sooner * QUARTER
    session.save(update_fields=["starts_at", "ends_at"])
    for field in ("allocation", "booking"):
        Claim.objects.filter(**{f"{field}__session": session}).update(quarter=F("quarter") - sooner)
    session.bookings.update(booked_at=starts_at - timedelta(days=9), changed_at=starts_at - timedelta(days=9))
