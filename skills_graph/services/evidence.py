"""The ledger: evidence is added and never changed, and what follows from it is derived in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.api import Attempt, ModuleVersion
from lxp import audit, plugin_manager
from lxp.models import Organisation, User
from lxp.prepared import Prepared
from skills_graph.chain import digest_of, new_salt
from skills_graph.exceptions import EvidenceRefusedError
from skills_graph.models import ASSURANCE_OF, Competency, Evidence, EvidenceKind
from skills_graph.permissions import may_revoke
from skills_graph.services.holdings import lock_ledger, write_holdings

_last_of = Prepared(
    lambda person: Evidence.objects.filter(person=person).order_by("-number").values_list("number", "digest")[:1]
)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What one row of the ledger is to say.

    `level` is a rank of the competency's scale. `valid_until` is the first day on which it no longer counts. `uuid` is the
    xAPI statement's id (xAPI 1.0.3, Data 2.4.1), where it has one already: taken in twice it is stored once.
    """

    person: User
    competency: Competency
    level: int
    kind: str
    occurred_on: date
    issuer: Organisation
    assessor: User | None = None
    failed: bool = False
    valid_until: date | None = None
    module_version: ModuleVersion | None = None
    attempt: Attempt | None = None
    block_id: UUID | None = None
    uuid: UUID | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_evidence(*, statement: Statement) -> Evidence:
    """Add one row to a person's ledger, and bring the holdings in line with it, or neither.

    The level is lowered to what this kind of evidence can prove. The same statement again returns the row that is there.
    Raises EvidenceRefusedError.
    """
    person = statement.person
    wiped = lock_ledger([person.pk])
    known = Evidence.objects.filter(person=person, uuid=statement.uuid).first() if statement.uuid else None
    if known is not None:
        return known
    if person.pk in wiped:
        raise EvidenceRefusedError(_("This person was erased, so nothing can be added."))
    row = prepare_evidence(statement)
    append_evidence([row])
    return row


def prepare_evidence(statement: Statement) -> Evidence:
    """The same row, checked and not stored, for who adds several at once. Raises EvidenceRefusedError."""
    _check_competency(statement.competency)
    _check_circumstances(statement)
    assurance = ASSURANCE_OF[EvidenceKind(statement.kind)]
    return Evidence(
        uuid=statement.uuid or uuid4(),
        person=statement.person,
        competency=statement.competency,
        level=_proven_level(statement.competency, statement.level, assurance),
        kind=statement.kind,
        assurance=assurance,
        failed=statement.failed,
        occurred_on=statement.occurred_on,
        valid_until=statement.valid_until,
        module_version=statement.module_version,
        attempt=statement.attempt.uuid if statement.attempt is not None else None,
        block_id=statement.block_id,
        issuer=statement.issuer,
        assessor=statement.assessor,
        detail=statement.detail,
    )


def _check_competency(competency: Competency) -> None:
    if competency.kind == Competency.Kind.GROUP:
        raise EvidenceRefusedError(
            _("“%(competency)s” is a group. Choose one of the competencies in it.") % {"competency": competency}
        )
    if competency.is_reserved:
        raise EvidenceRefusedError(
            _("“%(competency)s” is a reserved act: nothing proves it directly. Prove its theory and its practical.")
            % {"competency": competency}
        )
    if competency.retired_on is not None:
        raise EvidenceRefusedError(
            _("“%(competency)s” was withdrawn on %(day)s. Choose the competency that took its place.")
            % {"competency": competency, "day": competency.retired_on}
        )


def _check_circumstances(statement: Statement) -> None:
    day, assessor = statement.occurred_on, statement.assessor
    if statement.kind not in ASSURANCE_OF:
        raise EvidenceRefusedError(_("This kind of evidence cannot be recorded: a rule of recognition makes it."))
    if day > timezone.localdate():
        raise EvidenceRefusedError(_("%(day)s is in the future. Give the day on which it happened.") % {"day": day})
    if statement.valid_until is not None and statement.valid_until < day:
        raise EvidenceRefusedError(_("The last day lies before the day on which it happened. Correct one of the two."))
    if assessor is not None and assessor.pk == statement.person.pk:
        raise EvidenceRefusedError(_("Nobody signs for themselves. Ask another assessor."))
    if statement.kind == EvidenceKind.PRACTICAL and assessor is None:
        raise EvidenceRefusedError(_("A practical needs an assessor who signs it."))


def _proven_level(competency: Competency, level: int, assurance: int) -> int:
    scale = competency.framework.scale
    if not 1 <= level <= len(scale.levels):
        raise EvidenceRefusedError(
            _("“%(competency)s” has levels 1 to %(count)d. Choose one of those.")
            % {"competency": competency, "count": len(scale.levels)}
        )
    proven = min(level, scale.highest_with(assurance))
    if proven < 1:
        raise EvidenceRefusedError(
            _("This kind of evidence proves no level of “%(competency)s”. Choose a firmer kind.")
            % {"competency": competency}
        )
    return proven


def append_evidence(rows: list[Evidence]) -> None:
    """Number, chain and store rows of one ledger that is locked, derive what follows, and tell plugins after the commit."""
    person = rows[0].person
    number, digest = next(iter(_last_of.rows(person.pk)), (0, ""))
    for row in rows:
        number += 1
        row.number, row.salt, row.recorded_at = number, new_salt(), timezone.now()
        row.digest = digest = digest_of(row, digest)
    Evidence.objects.bulk_create(rows)
    write_holdings(person)
    for row in rows:
        plugin_manager.announce(
            "evidence_recorded", organisations=lambda: person.organisations, evidence_uuid=row.uuid, person=person
        )


@transaction.atomic
def revoke_evidence(*, person: User, uuid: UUID, by: User | None, reason: str) -> Evidence:
    """Add the row that takes back another one, and bring the holdings in line. Revoking twice returns the first.

    `by` is None for an operator at the command line. Raises EvidenceRefusedError for a row that is not there or that
    revokes itself, and PermissionDenied for who may not.
    """
    lock_ledger([person.pk])
    row = Evidence.objects.filter(person=person, uuid=uuid).select_related("issuer", "competency").first()
    if row is None:
        raise EvidenceRefusedError(_("This evidence is not there. Open the list again."))
    if by is not None and not may_revoke(by, row):
        raise PermissionDenied("evidence.revoke")
    if row.revokes is not None:
        raise EvidenceRefusedError(_("This row takes back another one. Add new evidence instead."))
    if not reason.strip():
        raise EvidenceRefusedError(_("Say why this evidence no longer counts."))
    earlier = Evidence.objects.filter(person=person, revokes=uuid).first()
    if earlier is not None:
        return earlier
    revocation = Evidence(
        person=person,
        competency=row.competency,
        level=row.level,
        kind=row.kind,
        assurance=row.assurance,
        failed=row.failed,
        occurred_on=max(timezone.localdate(), row.occurred_on),
        revokes=row.uuid,
        issuer=row.issuer,
        assessor=by or row.assessor,
        detail={"reason": reason.strip()},
    )
    append_evidence([revocation])
    audit.record("evidence.revoked", by=by, about=revocation, person=person, organisation=row.issuer)
    return revocation
