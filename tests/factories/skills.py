"""Evidence in a ledger, as the service adds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from lxp.models import Organisation, User
from skills_graph.models import Competency, Evidence, Holding
from skills_graph.services.evidence import Statement, record_evidence


def prove(person: User, competency: Competency, level: int = 1, *, issuer: Organisation, **fields: Any) -> Evidence:
    """A test that was passed today, unless told otherwise."""
    values = {"kind": "test", "occurred_on": timezone.localdate(), **fields}
    statement = Statement(person=person, competency=competency, level=level, issuer=issuer, **values)
    return record_evidence(statement=statement)


def held(person: User, day: date | None = None) -> list[tuple[str, int, int, str]]:
    """(title, level, assurance, until) of what somebody holds on a day, or ever held, in a fixed order."""
    rows = Holding.objects.filter(person=person).select_related("competency")
    rows = rows.on(day) if day else rows
    return sorted((row.competency.title, row.level, row.assurance, row.until.isoformat()) for row in rows)
