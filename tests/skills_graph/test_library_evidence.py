"""Evidence as files: dated from the day of loading, stored once, and consistent with the rest of the library."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml

from lxp.library import LibraryError
from lxp.models import Role
from skills_graph.library.evidence import load_evidence
from skills_graph.models import Evidence, Holding
from tests.factories.frameworks import make_competency
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.usefixtures("in_english")
LIBRARY = Path(__file__).parents[2] / "content" / "library"
HERE = Path("file.yaml")
TODAY, LATER = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 12, 24, 12, tzinfo=UTC)


def rows_of(*rows: dict[str, Any]) -> dict[str, Any]:
    usual = {"competency": "hands", "level": "helped", "kind": "test", "organisation": "here"}
    return {"person": "carer@example.org", "evidence": [{**usual, **row} for row in rows]}


@pytest.fixture
def world() -> None:
    organisation = make_organisation("here")
    make_member(organisation, email="carer@example.org")
    make_member(organisation, Role.ASSESSOR, email="assessor@example.org")
    make_competency("Hands", code="hands", months=24)
    make_competency("Talk", code="talk")


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_days_are_counted_from_the_day_of_loading_and_never_again():
    rows = rows_of(
        {"id": "old", "expires_in_days": -10},
        {"id": "talk", "competency": "talk", "days_ago": 100},
        {"id": "soon", "expires_in_days": 45},
    )
    with time_machine.travel(TODAY, tick=False):
        load_evidence("carer", rows, HERE)
    expected = [
        ("hands", date(2024, 11, 12)),
        ("talk", date(2026, 8, 14)),
        ("hands", date(2025, 1, 6)),
    ]
    assert list(Evidence.objects.values_list("competency__code", "occurred_on")) == expected
    assert Holding.objects.get(competency__code="hands").until == date(2027, 1, 6)
    with time_machine.travel(LATER, tick=False):
        load_evidence("carer", rows, HERE)
    assert list(Evidence.objects.values_list("competency__code", "occurred_on")) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_what_was_failed_and_what_was_taken_back_proves_nothing():
    practical = {"kind": "practical", "level": "alone", "assessor": "assessor@example.org"}
    withdrawn = {"revoked": "Wrong", "revoked_by": "assessor@example.org"}
    rows = rows_of(
        {"id": "failed", "days_ago": 20, "failed": True},
        {"id": "taken back", "competency": "talk", "days_ago": 10, **practical, **withdrawn},
    )
    for _time in range(2):
        load_evidence("carer", rows, HERE)
    assert Evidence.objects.count() == 3
    assert Evidence.objects.get(revokes__isnull=False).detail == {"reason": "Wrong"}
    assert Holding.objects.exists() is False


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"competency": "talk", "expires_in_days": 10}, "talk never expires; give days_ago"),
        ({"competency": "unknown", "days_ago": 1}, "there is no competency unknown"),
        ({"days_ago": 1, "organisation": "there"}, "there is no organisation there"),
        ({"days_ago": 1, "module": "none"}, "there is no published module none"),
        ({"days_ago": -1}, "is in the future"),
        ({"days_ago": 1, "kind": "practical"}, "needs an assessor"),
        ({"days_ago": 1, "level": "perfect"}, "“perfect” is none of"),
    ],
)
def test_a_row_with_a_mistake_is_named(row, message):
    with pytest.raises(LibraryError, match=message):
        load_evidence("carer", rows_of({"id": "one", **row}), HERE)
    assert Evidence.objects.exists() is False


def test_the_demos_evidence_names_only_what_the_library_has():
    def read(folder: str) -> list[dict[str, Any]]:
        return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((LIBRARY / folder).glob("*.yaml"))]

    people = {person["email"]: {each["organisation"] for each in person["memberships"]} for person in read("people")}
    signs = {
        (row["person"], code)
        for agreement in read("agreements")
        for row in agreement["assessors"]
        if "until" not in row
        for code in row["competencies"]
    }
    files = read("evidence")
    assert [each["person"] for each in files if each["person"] not in people] == []
    rows = [row for each in files for row in each["evidence"]]
    assert [row for row in rows if row.get("assessor") and (row["assessor"], row["competency"]) not in signs] == []
    modules = {path.parent.name for path in (LIBRARY / "modules").glob("*/module.yaml")}
    assert {row["module"] for row in rows if row.get("module")} <= modules
    sanne = next(each for each in files if each["person"] == "sanne@maasdal.example")["evidence"]
    assert {row["organisation"] for row in sanne} == people["sanne@maasdal.example"]
    assert any(row.get("failed") for row in sanne)
    assert any(row.get("revoked") for row in sanne)
    assert any(row.get("expires_in_days", 0) < 0 for row in sanne)
    assert any(0 < row.get("expires_in_days", 0) <= 90 for row in sanne)
