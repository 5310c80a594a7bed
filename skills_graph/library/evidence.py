"""Loads `evidence/`: what the demo's people proved, dated from the day of loading so that the demo stays true.

A row that is there already, by its person and its id, is left as it is: evidence never changes.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from lxp.exceptions import LxpError
from lxp.library import LibraryError
from lxp.library_names import organisation_named, person_named
from lxp.models import User
from skills_graph.inference import add_months
from skills_graph.library.documents import rank_of
from skills_graph.library.names import competencies_of, version_of
from skills_graph.models import Competency, Evidence
from skills_graph.services.definitions import months_of
from skills_graph.services.evidence import Statement, record_evidence, revoke_evidence

NAMESPACE = UUID("1b0c6f6e-6c43-4c07-9a55-0d1f6f0e8f3d")


def load_evidence(slug: str, data: dict[str, Any], path: Path) -> None:
    """One person's evidence, in the order of the file."""
    person = person_named(data["person"], path)
    rows = [(uuid5(NAMESPACE, f"{slug}:{row['id']}"), row) for row in data["evidence"]]
    there = set(Evidence.objects.of(person).values_list("uuid", flat=True))
    new = [(uuid, row) for uuid, row in rows if uuid not in there]
    found = competencies_of([row["competency"] for _uuid, row in new], path)
    try:
        for uuid, row in new:
            _record(person, uuid, row, found[row["competency"]], path)
        for uuid, row in new:
            if row.get("revoked"):
                by = person_named(row["revoked_by"], path)
                revoke_evidence(person=person, uuid=uuid, by=by, reason=row["revoked"])
    except LxpError as refusal:
        raise LibraryError(f"{path}: {refusal}") from refusal


def _record(person: User, uuid: UUID, row: dict[str, Any], competency: Competency, path: Path) -> None:
    statement = Statement(
        person=person,
        competency=competency,
        level=rank_of(competency.framework.scale, row["level"]),
        kind=row["kind"],
        occurred_on=_day_of(row, competency, path),
        issuer=organisation_named(row["organisation"], path),
        assessor=person_named(row["assessor"], path) if row.get("assessor") else None,
        failed=row.get("failed", False),
        module_version=version_of(row["module"], path) if row.get("module") else None,
        uuid=uuid,
    )
    record_evidence(statement=statement)


def _day_of(row: dict[str, Any], competency: Competency, path: Path) -> date:
    """`days_ago`, or the day from which a whole term ends `expires_in_days` from now (less than 0: it has lapsed)."""
    today = timezone.localdate()
    if "days_ago" in row:
        return today - timedelta(days=row["days_ago"])
    months = months_of(competency)
    if months is None:
        raise LibraryError(f"{path}: {row['id']}: {competency.code} never expires; give days_ago.")
    return add_months(today + timedelta(days=row["expires_in_days"]), -months)
