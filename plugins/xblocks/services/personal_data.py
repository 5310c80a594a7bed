"""What blocks know of one person: for their own copy, and to forget it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.person_data import ExportPart
from plugins.xblocks.models import Draft, LearnerState, Preference

CHUNK = 500


def export_parts(*, person: User) -> list[ExportPart]:
    return [
        ExportPart("xblocks-answers", _("What you did in activities from Open edX"), _answers(person)),
        ExportPart("xblocks-preferences", _("Your choices in activities from Open edX"), _preferences(person)),
        ExportPart("xblocks-drafts", _("Activities from Open edX that you are writing"), _drafts(person)),
    ]


def _answers(person: User) -> Iterator[dict[str, Any]]:
    rows = LearnerState.objects.filter(person=person).select_related("attempt__version").order_by("pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "module": row.attempt.version.title,
            "type": row.block_type,
            "values": row.data,
            "changed_at": row.changed_at,
        }


def _preferences(person: User) -> Iterator[dict[str, Any]]:
    for row in Preference.objects.filter(person=person).order_by("pk"):
        yield {"type": row.block_type, "values": row.data, "changed_at": row.changed_at}


def _drafts(person: User) -> Iterator[dict[str, Any]]:
    for row in Draft.objects.filter(person=person).order_by("pk"):
        yield {"type": row.block_type, "content": row.content, "tried": row.tried, "made_at": row.made_at}


@transaction.atomic
def forget(*, person: User) -> None:
    """Remove everything of a person. Summaries say nothing of one person, and stay."""
    for model in (LearnerState, Preference, Draft):
        model._default_manager.filter(person=person).delete()
