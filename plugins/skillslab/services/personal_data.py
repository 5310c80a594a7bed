"""What the skillslab knows of one person: for their own copy, and to forget it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.person_data import ExportPart
from plugins.skillslab.models import (
    Allocation,
    Booking,
    CalendarFeed,
    Claim,
    InvitationChoice,
    Replacement,
    Teacher,
    WaitlistEntry,
)

CHUNK = 500


def export_parts(*, person: User) -> list[ExportPart]:
    """Bookings, waitlists, and what somebody taught."""
    return [
        ExportPart("skillslab-bookings", _("Your places in the skillslab"), _bookings(person)),
        ExportPart("skillslab-waitlists", _("Where you waited for a place"), _entries(person)),
        ExportPart("skillslab-teaching", _("What you taught in the skillslab"), _teaching(person)),
        ExportPart("skillslab-replaced", _("Where somebody else taught in your place"), _replaced(person)),
        ExportPart("skillslab-teacher", _("Where you teach, and when you could not come"), _teacher(person)),
        ExportPart("skillslab-invitations", _("With which mail you want invitations"), _invitations(person)),
        ExportPart("skillslab-calendar", _("Your address for calendars"), _feeds(person)),
    ]


def _bookings(person: User) -> Iterator[dict[str, Any]]:
    rows = Booking.objects.filter(person=person).select_related("session__session_type", "organisation")
    for row in rows.prefetch_related("notes").order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "session": str(row.session.session_type),
            "starts_at": row.session.starts_at,
            "ends_at": row.session.ends_at,
            "organisation": str(row.organisation),
            "state": row.state,
            "booked_at": row.booked_at,
            "cancelled_at": row.cancelled_at,
            "cancel_reason": row.cancel_reason,
            "was_late": row.is_late,
            "attendance": row.attendance,
            "attendance_at": row.attendance_at,
            "attendance_notes": [
                {
                    "attendance": each.attendance,
                    "how": each.how,
                    "noted_at": each.noted_at,
                    "arrived_at": each.stored_at,
                }
                for each in row.notes.all()
            ],
        }


def _entries(person: User) -> Iterator[dict[str, Any]]:
    rows = WaitlistEntry.objects.filter(person=person).select_related("session__session_type", "organisation")
    for row in rows.prefetch_related("offers").order_by("pk"):
        yield {
            "session": str(row.session.session_type),
            "starts_at": row.session.starts_at,
            "organisation": str(row.organisation),
            "state": row.state,
            "joined_at": row.joined_at,
            "offers": [{"made_at": each.made_at, "state": each.state} for each in row.offers.all()],
        }


def _teaching(person: User) -> Iterator[dict[str, Any]]:
    rows = Allocation.objects.filter(person=person).select_related("session__session_type")
    for row in rows.order_by("pk"):
        yield {"session": str(row.session.session_type), "starts_at": row.session.starts_at, "role": row.role}


def _replaced(person: User) -> Iterator[dict[str, Any]]:
    rows = Replacement.objects.filter(person=person).select_related("session__session_type")
    for row in rows.order_by("pk"):
        yield {
            "session": str(row.session.session_type),
            "starts_at": row.session.starts_at,
            "role": row.role,
            "replaced_at": row.replaced_at,
        }


def _teacher(person: User) -> Iterator[dict[str, Any]]:
    rows = Teacher.objects.filter(person=person).select_related("skillslab", "organisation")
    for row in rows.prefetch_related("absences").order_by("pk"):
        yield {
            "skillslab": str(row.skillslab),
            "organisation": str(row.organisation),
            "left_at": row.left_at,
            "absences": [{"from": each.starts_at, "until": each.ends_at} for each in row.absences.all()],
        }


def _feeds(person: User) -> Iterator[dict[str, Any]]:
    """That there is one and since when; the secret itself would be a key that lies about."""
    for row in CalendarFeed.objects.filter(person=person):
        yield {"made_at": row.made_at}


def _invitations(person: User) -> Iterator[dict[str, Any]]:
    for row in InvitationChoice.objects.filter(person=person):
        yield {"when": row.when}


@transaction.atomic
def forget(*, person: User) -> None:
    """Remove everything of a person. What they noted of others stays, under their empty name."""
    Claim.objects.filter(person=person).delete()
    for model in (Booking, WaitlistEntry, Allocation, Replacement, Teacher, CalendarFeed, InvitationChoice):
        model._default_manager.filter(person=person).delete()
