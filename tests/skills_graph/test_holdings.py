"""Holdings follow from the ledger: on every day, at every moment, after every change, and whoever writes at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from lxp.models import Job, User
from lxp.reconciliation import reconcile
from lxp.services.jobs import advance, lay_down, take
from skills_graph import triggers
from skills_graph.models import Derivation, Evidence, GraphVersion, Holding
from skills_graph.services import holdings, upkeep
from skills_graph.services.definitions import add_relation, add_terms, close_definition
from skills_graph.services.evidence import Statement, record_evidence, revoke_evidence
from skills_graph.services.holdings import claims_on, rebuild_holdings
from skills_graph.services.inspection import broken_chains, unguarded, wrong_holdings
from skills_graph.services.snapshots import current_snapshot
from skills_graph.tasks import catch_up_task, rebuild_holdings_task
from skills_graph.triggers import ledger_is_guarded
from tests.factories.frameworks import make_competency
from tests.factories.people import make_member, make_organisation, make_person
from tests.factories.simultaneous import at_once
from tests.factories.skills import held, prove

pytestmark = pytest.mark.django_db
NEVER = "9999-12-31"
FIELDS = ("person", "competency", "level", "assurance", "until", "why", "rule", "issuer")


@pytest.fixture
def issuer():
    return make_organisation("maasdal")


@pytest.fixture
def without_triggers(transactional_db: None) -> Iterator[None]:
    """A test that really commits must empty the ledger afterwards."""
    yield
    triggers.remove(connection)
    Evidence.objects.all()._raw_delete(connection.alias)
    triggers.install(connection)


def stored() -> list[tuple]:
    return sorted(Holding.objects.values_list(*FIELDS), key=repr)


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("passed_at", "until"),
    [
        ("2026-10-25 22:30:00+00:00", date(2027, 10, 25)),  # winter time since that night: 23:30
        ("2026-10-25 23:30:00+00:00", date(2027, 10, 26)),  # half past midnight
        ("2026-10-24 22:30:00+00:00", date(2027, 10, 25)),  # still summer time: half past midnight
        ("2026-03-28 23:30:00+00:00", date(2027, 3, 29)),  # the night in which an hour is skipped
        ("2026-03-28 22:30:00+00:00", date(2027, 3, 28)),
    ],
)
def test_the_last_day_is_a_day_of_the_calendar_whatever_the_clock_does(issuer, passed_at, until):
    person, competency = make_person(), make_competency("Washing", months=12)
    with time_machine.travel(passed_at, tick=False):
        prove(person, competency, issuer=issuer)
    assert Holding.objects.get().until == until


@pytest.mark.parametrize(
    ("now", "is_held"),
    [
        ("2026-10-24 21:59:00+00:00", True),  # one minute before midnight, summer time
        ("2026-10-24 22:00:00+00:00", False),
        ("2026-10-25 01:30:00+00:00", False),  # half past two, the second time
    ],
)
def test_holding_ends_at_midnight_when_the_clock_goes_back_on_that_day(issuer, now, is_held):
    person, competency = make_person(), make_competency("Washing", months=12)
    prove(person, competency, issuer=issuer, occurred_on=date(2025, 10, 25))
    with time_machine.travel(now, tick=False):
        assert Holding.objects.today().exists() is is_held


@pytest.mark.parametrize(
    ("now", "is_held"), [("2027-03-27 22:59:00+00:00", True), ("2027-03-27 23:00:00+00:00", False)]
)
def test_holding_ends_at_midnight_when_the_clock_goes_forward_on_that_day(issuer, now, is_held):
    person, competency = make_person(), make_competency("Washing", months=12)
    prove(person, competency, issuer=issuer, occurred_on=date(2026, 3, 28))
    with time_machine.travel(now, tick=False):
        assert Holding.objects.today().exists() is is_held


# ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_past_is_judged_by_the_evidence_and_the_definitions_that_were_known_then(issuer):
    january, april, june = (datetime(2026, month, 1, 12, tzinfo=UTC) for month in (1, 4, 6))
    with time_machine.travel(january, tick=False):
        person, competency = make_person(), make_competency("Washing", months=36)
    with time_machine.travel(april, tick=False):
        prove(person, competency, issuer=issuer, occurred_on=date(2026, 3, 1))
    with time_machine.travel(june, tick=False):
        add_terms(competency=competency, renew_months=1)
        rebuild_holdings()
    assert held(person) == [("Washing", 1, 2, "2026-04-01")]

    def on(moment: datetime, day: date) -> list[str]:
        claims = dict(claims_on([person.pk], day=day, moment=moment)).get(person.pk, [])
        return [each.until.isoformat() for each in claims if each.until > day]

    assert on(june - timedelta(seconds=1), date(2026, 4, 2)) == ["2029-03-01"]
    assert on(june, date(2026, 4, 2)) == []
    assert on(june, date(2026, 3, 31)) == ["2026-04-01"]
    assert on(april - timedelta(seconds=1), date(2026, 3, 2)) == []
    assert on(april, date(2026, 2, 28)) == []  # it had not happened yet


def test_what_was_taken_back_later_was_known_before(issuer):
    before = datetime(2026, 4, 1, 12, tzinfo=UTC)
    with time_machine.travel(before, tick=False):
        person, competency = make_person(), make_competency("Washing")
        row = prove(person, competency, issuer=issuer)
    with time_machine.travel(before + timedelta(days=9), tick=False):
        revoke_evidence(person=person, uuid=row.uuid, by=None, reason="Fraud")
        after = timezone.now()
    day = date(2026, 4, 5)
    assert [each.level for each in dict(claims_on([person.pk], day=day, moment=before))[person.pk]] == [1]
    assert dict(claims_on([person.pk], day=day, moment=after)) == {person.pk: []}
    assert dict(claims_on([person.pk], day=day)) == {person.pk: []}  # whoever looks back knows better


# ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_the_graph_reaches_who_holds_what_it_is_about(issuer):
    one, other = make_competency("One"), make_competency("Other")
    concerned, bystander = make_person(), make_person()
    prove(concerned, one, issuer=issuer)
    prove(bystander, make_competency("Third"), issuer=issuer)
    relation = add_relation(source=one, target=other, kind="implies")
    changes = rebuild_holdings(competencies=[one, other])
    assert [(each.person_id, each.competency_ids) for each in changes] == [(concerned.pk, frozenset({other.pk}))]
    assert held(concerned) == [("One", 1, 2, NEVER), ("Other", 1, 2, NEVER)]
    close_definition(definition=relation)
    rebuild_holdings_task()
    assert held(concerned) == [("One", 1, 2, NEVER)]
    assert Derivation.objects.get(person=concerned).graph_version == GraphVersion.current()


def test_a_graph_that_many_are_behind_is_a_job_that_can_be_taken_up_again(issuer, monkeypatch):
    one, other = make_competency("One"), make_competency("Other")
    people = [make_person() for _number in range(3)]
    for person in people:
        prove(person, one, issuer=issuer)
    add_relation(source=one, target=other, kind="implies")
    monkeypatch.setattr(upkeep, "PEOPLE_AT_ONCE", 2)
    monkeypatch.setattr(holdings, "PEOPLE_AT_ONCE", 1)
    assert (upkeep.needs_everybody(), upkeep.many_are_behind()) == (False, True)
    job = take(name=holdings.BEHIND_JOB)
    assert job is not None
    advance(job=job, count=1, position=people[0].pk)
    lay_down(job=job)  # as after a process that was killed
    told = "Asked the worker to derive anew the holdings of everybody whom changed definitions concern."
    assert told in reconcile()
    assert [len(held(person)) for person in people] == [1, 2, 2]  # the first was done, as far as anybody knows
    assert upkeep.many_are_behind() is False
    catch_up_task()
    assert [len(held(person)) for person in people] == [2, 2, 2]
    jobs = Job.objects.filter(name=holdings.BEHIND_JOB).order_by("pk")
    assert [(each.done, each.total) for each in jobs] == [(3, 3), (1, 1)]


def test_deriving_again_writes_nothing(issuer, django_assert_num_queries):
    person = make_person()
    prove(person, make_competency(), issuer=issuer)
    with django_assert_num_queries(6):  # savepoint, lock, graph, evidence, holdings, release
        assert rebuild_holdings(people=[person.pk]) == []


def test_definitions_of_a_change_that_was_undone_are_not_kept(issuer):
    person, one, other = make_person(), make_competency("One"), make_competency("Other")
    with transaction.atomic():
        add_relation(source=one, target=other, kind="implies")
        assert current_snapshot().edges
        transaction.set_rollback(True)
    make_competency("Third")  # gets the number of the change that was undone
    assert not current_snapshot().edges
    prove(person, one, issuer=issuer)
    assert held(person) == [("One", 1, 2, NEVER)]


@pytest.mark.parametrize("seed", range(6))
def test_replaying_the_ledger_gives_the_same_holdings(issuer, seed):
    random = Random(seed)  # noqa: S311 - no secrets
    assessor = make_member(issuer, "assessor")
    people = [make_person() for _number in range(3)]
    skills = [make_competency(f"Skill {number}", months=12 * number or None) for number in range(4)]
    whole = make_competency("Whole", rollup=2)
    for skill in skills:
        add_relation(source=skill, target=whole, kind="broader")
    add_relation(source=skills[1], target=skills[2], kind="implies", at=2, gives=1)
    for _number in range(40):
        person, day = random.choice(people), date(2024, 1, 1) + timedelta(days=random.randint(0, 800))
        kind = random.choice(["test", "practical", "declaration"])
        rows = list(Evidence.objects.of(person).filter(revokes__isnull=True))
        if rows and random.random() < 0.1:
            revoke_evidence(person=person, uuid=random.choice(rows).uuid, by=None, reason="Wrong")
        else:
            prove(
                person, random.choice(skills), random.randint(1, 4), issuer=issuer, kind=kind, occurred_on=day,
                assessor=assessor, failed=random.random() < 0.2,
            )  # fmt: skip
    before = stored()
    assert list(wrong_holdings()) == []
    Holding.objects.all().delete()
    rebuild_holdings(people=random.sample([each.pk for each in people], 3))
    assert stored() == before
    assert list(broken_chains()) == []


# ── checks ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_check_says_that_the_ledger_is_whole(issuer):
    prove(make_person(), make_competency(), issuer=issuer)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert out.getvalue().endswith("The ledger is whole: 1 rows.\n")


def test_the_check_finds_what_a_hand_in_the_database_did(issuer):
    person, competency = make_person(), make_competency("Washing")
    row = prove(person, competency, issuer=issuer)
    prove(person, competency, issuer=issuer)
    triggers.remove(connection)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE skills_graph_evidence SET level = 2 WHERE number = 1")
    Holding.objects.update(level=4)
    err = StringIO()
    with pytest.raises(CommandError, match=rf"The ledger has {2 + len(unguarded())} faults\."):
        call_command("check_ledger", stderr=err)
    assert f"Evidence {row.uuid} of person {person.pk} (number 1) does not fit in its chain." in err.getvalue()
    assert f"Person {person.pk} holds otherwise than the ledger says: {competency.uri}." in err.getvalue()


def test_a_missing_guard_is_a_warning_and_comes_back(issuer):
    assert ledger_is_guarded(None, databases=["default"]) == []
    triggers.remove(connection)
    [found] = ledger_is_guarded(None, databases=["default"])
    assert (found.id, found.is_serious()) == ("skills_graph.W001", False)
    triggers.install(connection)
    assert ledger_is_guarded(None, databases=["default"]) == []


def test_rebuilding_by_hand_says_how_far_it_is(issuer):
    person = make_person()
    prove(person, make_competency(), issuer=issuer)
    Holding.objects.all().delete()
    out = StringIO()
    call_command("rebuild_holdings", "--person", person.email, stdout=out)
    assert out.getvalue() == "1 of 1 people\nHoldings differed for 1 people.\n"
    with pytest.raises(CommandError):
        call_command("rebuild_holdings", "--person", "nobody@example.org")


# ── at once ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_two_assessors_who_sign_at_once_give_two_rows_one_chain_and_one_holding(without_triggers):
    issuer = make_organisation()
    person, competencies = make_person(), [make_competency("One"), make_competency("Other")]
    whole = make_competency("Whole", rollup=0)
    for each in competencies:
        add_relation(source=each, target=whole, kind="broader")
    assessors = [make_member(issuer, "assessor") for _number in range(4)]

    def sign(assessor_pk: int, competency_pk: int) -> int:
        statement = Statement(
            person=User.objects.get(pk=person.pk),
            competency=type(whole).objects.get(pk=competency_pk),
            level=3,
            kind="practical",
            occurred_on=date(2026, 3, 3),
            issuer=issuer,
            assessor=User.objects.get(pk=assessor_pk),
        )
        return record_evidence(statement=statement).number

    pairs = [(each.pk, competencies[number % 2].pk) for number, each in enumerate(assessors)]
    found = at_once([lambda pair=pair: sign(*pair) for pair in pairs])
    assert sorted(found) == [1, 2, 3, 4]
    assert held(person) == [("One", 3, 3, NEVER), ("Other", 3, 3, NEVER), ("Whole", 3, 3, NEVER)]
    assert list(broken_chains()) == []
    assert list(wrong_holdings()) == []


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_sign_for_each_other_at_once_do_not_wait_for_ever(without_triggers):
    issuer = make_organisation()
    one, other = make_member(issuer, "assessor"), make_member(issuer, "assessor")
    competency = make_competency("Washing")

    def sign(person: User, assessor: User) -> int:
        row = prove(person, competency, 3, issuer=issuer, kind="practical", assessor=assessor)
        return row.number

    found = at_once([lambda: sign(one, other), lambda: sign(other, one)] * 3)
    assert sorted(found) == [1, 1, 2, 2, 3, 3]


@pytest.mark.django_db(transaction=True)
def test_the_same_statement_at_once_is_stored_once(without_triggers):
    issuer, person, competency = make_organisation(), make_person(), make_competency("Washing")
    uuid = issuer.uuid
    calls = [lambda: prove(person, competency, issuer=issuer, uuid=uuid).pk] * 4
    assert len(set(at_once(calls))) == 1
    assert Evidence.objects.count() == 1
