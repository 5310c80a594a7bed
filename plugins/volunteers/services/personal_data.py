"""What this plugin knows of one person: for their own copy, and to forget it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.person_data import ExportPart
from plugins.volunteers.models import CardSet, Certificate, Confirmation, Reminder, RoleAssignment


def export_parts(*, person: User) -> list[ExportPart]:
    """Roles, confirmations, certificates, reminders, and the sets that somebody handed over."""
    return [
        ExportPart("volunteers_roles", _("Your roles as a volunteer"), _roles(person)),
        ExportPart("volunteers_confirmations", _("Which cards you confirmed"), _confirmations(person)),
        ExportPart("volunteers_certificates", _("Your certificates of participation"), _certificates(person)),
        ExportPart("volunteers_reminders", _("When you were reminded"), _reminders(person)),
        ExportPart("volunteers_card_sets", _("Sets of cards that you handed over"), _sets(person)),
    ]


def _roles(person: User) -> Iterator[dict[str, Any]]:
    for row in RoleAssignment.objects.filter(person=person).select_related("role__organisation").order_by("pk"):
        yield {
            "role": row.role.title,
            "organisation": str(row.role.organisation),
            "from": row.assigned_at,
            "until": row.ended_at,
        }


def _confirmations(person: User) -> Iterator[dict[str, Any]]:
    rows = Confirmation.objects.filter(person=person).select_related("organisation", "taken_back__revocation")
    for row in rows.order_by("pk"):
        taken_back = getattr(row, "taken_back", None)
        yield {
            "card": row.title,
            "organisation": str(row.organisation),
            "how": row.proof,
            "confirmed_at": row.confirmed_at,
            "valid_until": row.valid_until,
            "taken_back_at": taken_back.revocation.revoked_at if taken_back is not None else None,
            "why": taken_back.revocation.reason if taken_back is not None else "",
        }


def _certificates(person: User) -> Iterator[dict[str, Any]]:
    for row in Certificate.objects.filter(person=person).select_related("organisation").order_by("pk"):
        yield {
            "organisation": str(row.organisation),
            "name": row.name,
            "since": row.since,
            "roles": row.roles,
            "titles": row.titles,
            "issued_on": row.issued_on,
        }


def _reminders(person: User) -> Iterator[dict[str, Any]]:
    for row in Reminder.objects.filter(person=person).select_related("organisation").order_by("pk"):
        yield {"organisation": str(row.organisation), "reminded_at": row.reminded_at}


def _sets(person: User) -> Iterator[dict[str, Any]]:
    """The secret address stays out: it would be a key that lies about."""
    for row in CardSet.objects.filter(made_by=person).select_related("organisation").order_by("pk"):
        yield {
            "set": row.occasion,
            "organisation": str(row.organisation),
            "made_at": row.made_at,
            "ends_on": row.ends_on,
            "ended_at": row.ended_at,
            "times_opened": row.opened,
        }


@transaction.atomic
def forget(*, person: User) -> None:
    """Remove everything of a person. A set that they handed over stays with its family, without who made it."""
    for model in (RoleAssignment, Confirmation, Certificate, Reminder):
        model._default_manager.filter(person=person).delete()
    CardSet.objects.filter(made_by=person).update(made_by=None)
