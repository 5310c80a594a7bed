"""What the skills graph knows of one person: for their own copy, to forget it, and to let go of the evidence in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Erasure, User
from lxp.person_data import ExportPart
from skills_graph.models import AssessorAuthorisation, Credential, Derivation, Evidence, Holding, Registration
from skills_graph.services.holdings import lock_ledger

CHUNK = 500


def export_parts(*, person: User) -> list[ExportPart]:
    """The ledger of a person, what follows from it, the credentials to keep, and what they were authorised to do."""
    holdings = Holding.objects.filter(person=person).order_by("competency", "level", "assurance")
    registrations = Registration.objects.filter(person=person).order_by("pk")
    authorisations = AssessorAuthorisation.objects.filter(person=person).order_by("pk")
    return [
        ExportPart("evidence", _("What you proved"), _evidence(person)),
        ExportPart(
            "holdings", _("What you can do"), holdings.values("competency__title", "level", "assurance", "until")
        ),
        ExportPart("credentials", _("Your signed proofs"), _credentials(person)),
        ExportPart(
            "registrations",
            _("Registers that you are in"),
            registrations.values("organisation__name", "register", "number", "checked_on", "ends_on"),
        ),
        ExportPart(
            "authorisations",
            _("What you may judge"),
            authorisations.values("organisation__name", "competency__title", "starts_on", "ends_on"),
        ),
    ]


def _evidence(person: User) -> Iterator[dict[str, Any]]:
    rows = Evidence.objects.of(person).select_related("competency", "issuer", "assessor", "module_version")
    for row in rows.iterator(chunk_size=CHUNK):
        yield {
            "uuid": str(row.uuid),
            "competency": str(row.competency),
            "competency_uri": row.competency.uri,
            "level": row.level,
            "kind": row.kind,
            "assurance": row.assurance,
            "failed": row.failed,
            "occurred_on": row.occurred_on,
            "recorded_at": row.recorded_at,
            "valid_until": row.valid_until,
            "revokes": row.revokes,
            "module": str(row.module_version or ""),
            "issuer": str(row.issuer),
            "assessor": str(row.assessor or ""),
            "detail": row.detail,
        }


def _credentials(person: User) -> Iterator[dict[str, Any]]:
    for row in Credential.objects.filter(person=person).order_by("pk").iterator(chunk_size=CHUNK):
        yield {"issued_at": row.issued_at, "revoked_at": row.revoked_at, "credential": row.document}


@transaction.atomic
def forget(*, person: User, erasure: Erasure) -> None:
    """Remove what a person holds and is registered as, and empty the stored credentials.

    The ledger keeps its rows until they are due, and a credential names none of them any more. It keeps its place in its
    status list, as it stands: who was wiped may still show the file that they took along. Authorities to judge stay, since
    the evidence of others rests on them.
    """
    Holding.objects.filter(person=person).delete()
    Derivation.objects.filter(person=person).delete()
    Registration.objects.filter(person=person).delete()
    Credential.objects.filter(person=person).update(document={}, evidence=[])
    _let_go_of_evidence(erasure)


def let_go_of_due_evidence() -> list[str]:
    """Remove the evidence of people who were wiped and whose time has passed; one line for each person."""
    lines = []
    due = Erasure.objects.evidence_due(_today_in_the_database())
    for erasure in due.filter(person__in=Evidence.objects.order_by().values("person")).select_related("person"):
        with transaction.atomic():
            count = _let_go_of_evidence(erasure)
        lines.append(f"Removed {count} rows of evidence of person {erasure.person.uuid}.")
    return lines


def _let_go_of_evidence(erasure: Erasure) -> int:
    if erasure.keep_evidence_until is None or erasure.keep_evidence_until > _today_in_the_database():
        return 0
    lock_ledger([erasure.person_id])
    return Evidence.objects.filter(person=erasure.person_id).delete()[0]


def _today_in_the_database() -> date:
    """The day as the triggers of the ledger know it, in UTC: just after midnight here it is still yesterday there."""
    return timezone.now().date()
