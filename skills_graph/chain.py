"""The chain of a person's evidence: each row's digest holds the one before, so that nothing can be changed unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256
from secrets import token_hex

from skills_graph.models import Evidence

SALT_BYTES = 16


def new_salt() -> str:
    """What keeps a digest from telling, by trying, what a row said that is gone."""
    return token_hex(SALT_BYTES)


def digest_of(evidence: Evidence, previous: str) -> str:
    """SHA-256 over the previous digest and the salted digest of everything that a row says."""
    said = {
        "uuid": str(evidence.uuid),
        "person": evidence.person_id,
        "number": evidence.number,
        "competency": evidence.competency_id,
        "level": evidence.level,
        "kind": str(evidence.kind),
        "assurance": int(evidence.assurance),
        "failed": evidence.failed,
        "occurred_on": evidence.occurred_on.isoformat(),
        "recorded_at": evidence.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "valid_until": evidence.valid_until.isoformat() if evidence.valid_until else None,
        "revokes": str(evidence.revokes) if evidence.revokes else None,
        "module_version": evidence.module_version_id,
        "attempt": str(evidence.attempt) if evidence.attempt else None,
        "block_id": str(evidence.block_id) if evidence.block_id else None,
        "issuer": evidence.issuer_id,
        "assessor": evidence.assessor_id,
        "detail": evidence.detail,
    }
    plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    salted = sha256(f"{evidence.salt}{plain}".encode()).hexdigest()
    return sha256(f"{previous}{salted}".encode()).hexdigest()


def first_break(rows: Iterable[Evidence]) -> Evidence | None:
    """The first of a person's rows, in their order, that is not what was written, or follows one that is gone."""
    previous = ""
    for number, row in enumerate(rows, start=1):
        if row.number != number or row.digest != digest_of(row, previous):
            return row
        previous = row.digest
    return None
