"""What must be put right from time to time, and what can go."""

from __future__ import annotations

from django.utils import timezone

from plugins.skillslab.services.bookings.waitlist import overdue_sessions, settle_session
from plugins.skillslab.services.figures.counting import forget_old_counts
from plugins.skillslab.services.resources.claims import remove_old_claims


def settle_overdue() -> list[str]:
    """Write down what the clock decided while nothing changed, and offer what is free. Says what it did."""
    done = []
    for session in overdue_sessions(timezone.now()):
        offers = settle_session(session=session)
        if offers:
            done.append(f"Offered {len(offers)} places of session {session.uuid}.")
    return done


def clean_up() -> list[str]:
    removed = remove_old_claims()
    return [*([f"Removed {removed} quarters of sessions long past."] if removed else []), *forget_old_counts()]
