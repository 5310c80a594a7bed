"""Adding to the ledger, and taking back: what is refused leaves nothing, and holdings follow at once."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from skills_graph.chain import first_break
from skills_graph.exceptions import EvidenceRefusedError
from skills_graph.models import Evidence, Holding
from skills_graph.services.definitions import add_relation, retire_competency
from skills_graph.services.evidence import Statement, record_evidence, revoke_evidence
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.people import make_member, make_organisation, make_person
from tests.factories.skills import held, prove

pytestmark = pytest.mark.django_db
NEVER = "9999-12-31"
STATEMENT = UUID(int=7)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def execute(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def issuer():
    return make_organisation("maasdal")


@pytest.fixture
def assessor(issuer):
    return make_member(issuer, "assessor")


def test_evidence_is_held_at_once_with_its_reason(issuer):
    person, competency = make_person(), make_competency("Washing", months=36)
    row = prove(person, competency, 2, issuer=issuer, occurred_on=date(2026, 3, 3))
    assert held(person) == [("Washing", 2, 2, "2029-03-03")]
    assert Holding.objects.get().why == {
        "rule": "evidence", "competency": competency.pk, "level": 2, "assurance": 2, "until": "2029-03-03",
        "evidence": [str(row.uuid)], "parts": [],
    }  # fmt: skip


def test_the_earlier_of_the_two_ends_counts(issuer):
    person, competency = make_person(), make_competency("Washing", months=12)
    prove(person, competency, issuer=issuer, occurred_on=date(2026, 3, 3), valid_until=date(2026, 9, 1))
    assert held(person) == [("Washing", 1, 2, "2026-09-01")]


def test_a_kind_of_evidence_proves_no_more_than_the_scale_allows(issuer, assessor):
    person, competency = make_person(), make_competency("Washing")
    assert prove(person, competency, 4, issuer=issuer).level == 2
    assert prove(person, competency, 4, issuer=issuer, kind="practical", assessor=assessor).level == 4
    assert prove(person, competency, 4, issuer=issuer, kind="declaration").level == 1
    assert held(person) == [("Washing", 4, 3, NEVER)]


def test_the_same_statement_twice_is_stored_once(issuer):
    person, competency = make_person(), make_competency()
    first = prove(person, competency, issuer=issuer, uuid=STATEMENT)
    again = prove(person, competency, 2, issuer=issuer, uuid=STATEMENT)
    assert (again.pk, again.level, Evidence.objects.count()) == (first.pk, 1, 1)
    assert prove(make_person(), competency, issuer=issuer, uuid=STATEMENT).pk != first.pk


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"occurred_on": date(2999, 1, 1)}, "2999-01-01 is in the future. Give the day on which it happened."),
        ({"level": 5}, "“Washing” has levels 1 to 4. Choose one of those."),
        ({"level": 0}, "“Washing” has levels 1 to 4. Choose one of those."),
        ({"kind": "practical"}, "A practical needs an assessor who signs it."),
        ({"kind": "recognition"}, "This kind of evidence cannot be recorded: a rule of recognition makes it."),
        (
            {"occurred_on": date(2026, 3, 3), "valid_until": date(2026, 3, 2)},
            "The last day lies before the day on which it happened. Correct one of the two.",
        ),
    ],
)
def test_what_cannot_be_evidence_is_refused_and_leaves_nothing(issuer, fields, said):
    person, competency = make_person(), make_competency("Washing")
    with pytest.raises(EvidenceRefusedError) as error:
        prove(person, competency, fields.pop("level", 1), issuer=issuer, **fields)
    assert str(error.value) == said
    assert (Evidence.objects.count(), Holding.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("group", "“Washing” is a group. Choose one of the competencies in it."),
        (
            "reserved",
            "“Washing” is a reserved act: nothing proves it directly. Prove its theory and its practical.",
        ),
    ],
)
def test_groups_and_reserved_acts_take_no_direct_evidence(issuer, kind, said):
    with pytest.raises(EvidenceRefusedError) as error:
        prove(make_person(), make_competency("Washing", kind=kind), issuer=issuer)
    assert str(error.value) == said
    assert Evidence.objects.count() == 0


def test_nobody_signs_for_themselves(issuer):
    person = make_person()
    with pytest.raises(EvidenceRefusedError) as error:
        prove(person, make_competency(), issuer=issuer, kind="practical", assessor=person)
    assert str(error.value) == "Nobody signs for themselves. Ask another assessor."
    assert Evidence.objects.count() == 0


def test_a_competency_that_is_withdrawn_while_held_stays_until_its_day_and_says_so(issuer):
    person, competency = make_person(), make_competency("Washing", months=12)
    prove(person, competency, issuer=issuer, occurred_on=date(2026, 3, 3))
    retire_competency(competency=competency, on=date(2026, 6, 1))
    with pytest.raises(EvidenceRefusedError) as error:
        prove(person, competency, issuer=issuer)
    assert str(error.value) == "“Washing” was withdrawn on 2026-06-01. Choose the competency that took its place."
    prove(person, make_competency("Feeding"), issuer=issuer)
    assert held(person, date(2027, 3, 2)) == [("Feeding", 1, 2, NEVER), ("Washing", 1, 2, "2027-03-03")]
    assert held(person, date(2027, 3, 3)) == [("Feeding", 1, 2, NEVER)]
    assert Holding.objects.get(competency=competency).why["retired_on"] == "2026-06-01"


def test_a_reserved_act_needs_its_theory_and_an_assessed_practical(issuer, assessor):
    person, framework = make_person(), make_framework()
    act = make_competency("Catheter", kind="reserved", months=36, rollup=0, framework=framework)
    theory, practical = make_competency("Theory", months=36), make_competency("Practical", months=36)
    add_relation(source=theory, target=act, kind="broader", at=2, gives=3, assurance=2)
    add_relation(source=practical, target=act, kind="broader", at=3, gives=3, assurance=3)
    first = prove(person, theory, 2, issuer=issuer, occurred_on=date(2026, 1, 10))
    assert held(person) == [("Theory", 2, 2, "2029-01-10")]
    second = prove(
        person, practical, 3, issuer=issuer, kind="practical", assessor=assessor, occurred_on=date(2026, 2, 10)
    )
    assert held(person) == [
        ("Catheter", 3, 3, "2029-01-10"), ("Practical", 3, 3, "2029-02-10"), ("Theory", 2, 2, "2029-01-10"),
    ]  # fmt: skip
    reason = Holding.objects.get(competency=act).why
    assert (reason["rule"], reason["evidence"]) == ("whole", [])
    assert sorted(part["evidence"][0] for part in reason["parts"]) == sorted([str(first.uuid), str(second.uuid)])


def test_a_failure_takes_away_and_a_resit_gives_back(issuer):
    person, competency = make_person(), make_competency("Washing")
    prove(person, competency, 2, issuer=issuer)
    prove(person, competency, 2, issuer=issuer, failed=True)
    assert held(person) == []
    prove(person, competency, 2, issuer=issuer)
    assert held(person) == [("Washing", 2, 2, NEVER)]


def test_evidence_that_is_taken_back_no_longer_counts(issuer, assessor):
    person, competency = make_person(), make_competency("Washing")
    row = prove(person, competency, 2, issuer=issuer)
    revocation = revoke_evidence(person=person, uuid=row.uuid, by=assessor, reason=" Mistaken identity ")
    assert held(person) == []
    assert (revocation.revokes, revocation.detail, revocation.number) == (row.uuid, {"reason": "Mistaken identity"}, 2)
    again = revoke_evidence(person=person, uuid=row.uuid, by=assessor, reason="Once more")
    assert (again.pk, Evidence.objects.count()) == (revocation.pk, 2)


def test_only_the_issuer_takes_evidence_back_and_never_from_oneself(issuer, assessor):
    person, competency = make_member(issuer, "administrator"), make_competency("Washing")
    row = prove(person, competency, issuer=issuer)
    for stranger in (person, make_member(make_organisation("elsewhere"), "administrator"), make_member(issuer)):
        with pytest.raises(PermissionDenied):
            revoke_evidence(person=person, uuid=row.uuid, by=stranger, reason="No")
    assert (Evidence.objects.count(), held(person)) == (1, [("Washing", 1, 2, NEVER)])


@pytest.mark.parametrize(("reason", "said"), [(" ", "Say why this evidence no longer counts.")])
def test_taking_back_needs_a_reason(issuer, reason, said):
    person = make_person()
    row = prove(person, make_competency(), issuer=issuer)
    with pytest.raises(EvidenceRefusedError) as error:
        revoke_evidence(person=person, uuid=row.uuid, by=None, reason=reason)
    assert (str(error.value), Evidence.objects.count()) == (said, 1)


def test_a_revocation_cannot_be_taken_back_itself(issuer):
    person = make_person()
    row = prove(person, make_competency(), issuer=issuer)
    revocation = revoke_evidence(person=person, uuid=row.uuid, by=None, reason="Wrong")
    with pytest.raises(EvidenceRefusedError):
        revoke_evidence(person=person, uuid=revocation.uuid, by=None, reason="Wrong")
    with pytest.raises(EvidenceRefusedError):
        revoke_evidence(person=person, uuid=STATEMENT, by=None, reason="Wrong")
    assert Evidence.objects.count() == 2


def test_rows_are_numbered_and_chained_for_each_person(issuer, assessor):
    person, other, competency = make_person(), make_person(), make_competency()
    for each in (person, other, person):
        prove(each, competency, issuer=issuer, detail={"score": 80, "words": "één"})
    rows = list(Evidence.objects.of(person))
    assert [row.number for row in rows] == [1, 2]
    assert first_break(rows) is None
    rows[0].level = 3
    assert first_break(rows) == rows[0]
    assert first_break(list(Evidence.objects.of(person))[1:]) == rows[1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE skills_graph_evidence SET level = 4",
        "DELETE FROM skills_graph_evidence",
        "INSERT OR REPLACE INTO skills_graph_evidence SELECT * FROM skills_graph_evidence",
        "TRUNCATE skills_graph_evidence CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_the_ledger(issuer, statement):
    if statement.startswith("TRUNCATE" if connection.vendor == "sqlite" else "INSERT OR"):
        pytest.skip("This database does not know the statement.")
    person = make_person()
    row = prove(person, make_competency(), issuer=issuer)
    connection.check_constraints()  # PostgreSQL does not truncate while it has a key left to check
    with pytest.raises(IntegrityError, match="Evidence is added and never changed"):
        execute(statement)
    assert list(Evidence.objects.values_list("pk", "level")) == [(row.pk, 1)]


def test_rows_cannot_be_changed_through_models_either(issuer):
    row = prove(make_person(), make_competency(), issuer=issuer)
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        Evidence.objects.update(level=4)
    with pytest.raises(IntegrityError):
        row.delete()


def test_what_implies_something_else_proves_it_as_well(issuer):
    person, one, other = make_person(), make_competency("One", months=12), make_competency("Other", months=24)
    relation = add_relation(source=one, target=other, kind="implies", at=2, gives=1)
    row = prove(person, one, 2, issuer=issuer, occurred_on=date(2026, 3, 3))
    assert held(person) == [("One", 2, 2, "2027-03-03"), ("Other", 1, 2, "2027-03-03")]
    reason = Holding.objects.get(competency=other).why
    assert (reason["rule"], reason["source"], reason["parts"][0]["evidence"]) == (
        "implies",
        relation.pk,
        [str(row.uuid)],
    )


def test_recording_needs_few_statements_whatever_the_history(issuer, django_assert_num_queries):
    person, competency = make_person(), make_competency(months=12)
    today = timezone.localdate()
    for days in (30, 20, 10):
        prove(person, competency, issuer=issuer, occurred_on=today - timedelta(days=days))
    # savepoint, lock, last row, insert, graph, evidence, holdings, delete, insert, release
    statement = Statement(person=person, competency=competency, level=1, kind="test", occurred_on=today, issuer=issuer)
    with django_assert_num_queries(10):
        record_evidence(statement=statement)
