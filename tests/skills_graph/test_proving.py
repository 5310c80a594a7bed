"""Learning becomes evidence in the transaction of the completion, once; what was lost comes back by reconciliation."""

import re
from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
import time_machine
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from courses.activities.base import Result
from courses.activities.quiz import Quiz
from courses.models import Assessment, Attempt
from courses.services.assessment import sign
from courses.services.attempts import move_to_current
from courses.services.requests import ask_for_assessment
from skills_graph import lxp_hooks
from skills_graph.models import Evidence, Holding, Outcome
from skills_graph.services import proving, upkeep
from skills_graph.services.definitions import retire_competency
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.holdings import differences
from skills_graph.services.profiles import authorise_assessor
from skills_graph.services.upkeep import renew_holdings, write_missing_evidence
from tests.factories.acts import make_act, make_carer
from tests.factories.frameworks import make_competency
from tests.factories.learning import answer_quiz, row_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module, page_of, publish, quiz
from tests.factories.people import make_member, make_organisation
from tests.factories.skills import held, prove

pytestmark = pytest.mark.django_db
DETAILS = {"is_competent": True, "feedback": ""}
NEVER = "9999-12-31"


@pytest.fixture
def owner():
    return make_organisation()


def outcome(version, competency, level=1, *, position=None, kind="test", **fields):
    block_id = version.activities.get(position=position).block_id if position else None
    return Outcome.objects.create(
        version=version, block_id=block_id, competency=competency, level=level, kind=kind, **fields
    )


def assessor_of(owner, competency):
    """An assessor with authority over a competency, who holds it too."""
    person = make_member(owner, "assessor")
    prove(person, competency, 3, issuer=owner, kind="practical", assessor=make_member(owner))
    authorise_assessor(person=person, organisation=owner, competency=competency, starts_on=date(2020, 1, 1))
    return person


def test_the_result_of_a_module_names_what_it_proved_and_the_next_step(client):
    act = make_act()
    carer = make_carer(act)
    module = make_module(act.organisation, quiz())
    outcome(module.current_version, act.theory, 2)
    other = make_module(act.organisation, lesson(), title="Katheter oefenen")
    other.current_version.outcomes.create(competency=act.practical, level=3, kind="practical")
    attempt = make_attempt(carer, module)
    answer_quiz(attempt, 1)
    client.force_login(carer)
    carer.language = "en"
    carer.save()
    page = re.sub(r"\s+", " ", client.get(reverse("courses:result", args=[attempt.uuid])).content.decode())
    why = reverse("skills_graph:why", args=[act.theory.uuid])
    assert f'<a href="{why}">Katheter linde: theorie</a>' in page
    assert "Level 2: " in page.partition("What you proved with this")[2]
    assert "<strong>Katheter oefenen</strong> takes" in page.partition("A good next step")[2]
    row = Evidence.objects.get(person=carer)
    revoke_evidence(person=carer, uuid=row.uuid, by=None, reason="Not alone")
    assert (
        "What you proved with this" not in client.get(reverse("courses:result", args=[attempt.uuid])).content.decode()
    )


def scores(attempt, position, score="met"):
    activity = row_of(attempt, position)
    return {each["id"]: score for each in activity.content["criteria"]}


def judge(attempt, assessor, *, position=1, is_competent=True):
    take(attempt, position, "request")
    request = ask_for_assessment(attempt=attempt, row=row_of(attempt, position))
    score = "met" if is_competent else "not_met"
    return sign(
        request=request, by=assessor, scores=scores(attempt, position, score), is_competent=is_competent, feedback=""
    )


def test_a_passed_quiz_proves_its_outcome_and_the_module_proves_its_own(owner):
    module = make_module(owner, lesson(), quiz())
    tested, read = make_competency("Tested", months=12), make_competency("Read")
    outcome(module.current_version, tested, 2, position=2)
    outcome(module.current_version, read, kind="reading")
    attempt = make_attempt(make_member(owner), module)
    with time_machine.travel("2026-03-28 23:30:00+00:00", tick=False):  # the day after, in Amsterdam
        take(attempt, 1, "finish")
        assert Evidence.objects.count() == 0
        answer_quiz(attempt, 2)
    rows = list(Evidence.objects.of(attempt.person))
    assert [(row.competency, row.level, row.kind, row.assurance, row.failed) for row in rows] == [
        (tested, 2, "test", 2, False), (read, 1, "reading", 1, False),
    ]  # fmt: skip
    assert [(row.attempt, row.module_version, row.issuer, row.assessor) for row in rows] == [
        (attempt.uuid, module.current_version, owner, None)
    ] * 2
    assert (rows[0].block_id, rows[1].block_id) == (row_of(attempt, 2).block_id, None)
    assert rows[0].occurred_on == date(2026, 3, 29)
    assert rows[0].detail == {"score_percent": 100}
    assert held(attempt.person) == [("Read", 1, 1, NEVER), ("Tested", 2, 2, "2027-03-29")]


def test_a_failed_quiz_is_failed_evidence(owner):
    module = make_module(owner, quiz(rounds=1))
    competency = make_competency("Tested")
    outcome(module.current_version, competency, position=1)
    attempt = make_attempt(make_member(owner), module)
    answer_quiz(attempt, 1, wrong=2)
    row = Evidence.objects.get()
    assert (row.failed, row.level, held(attempt.person)) == (True, 1, [])


def test_what_is_needed_to_start_proves_nothing(owner):
    module = make_module(owner, lesson())
    outcome(module.current_version, make_competency(), kind="reading", is_entry=True)
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    assert attempt.completed_at is not None
    assert Evidence.objects.count() == 0


def test_a_signed_practical_names_its_assessor(owner):
    module, competency = make_module(owner, assignment()), make_competency("Washing")
    assessor = assessor_of(owner, competency)
    outcome(module.current_version, competency, 3, position=1, kind="practical")
    attempt = make_attempt(make_member(owner), module)
    assessment = judge(attempt, assessor)
    row = Evidence.objects.of(attempt.person).get()
    assert (row.assessor, row.level, row.assurance, row.failed) == (assessor, 3, 3, False)
    assert row.detail == {"assessment": str(assessment.uuid)}
    assert held(attempt.person) == [("Washing", 3, 3, NEVER)]


def test_each_judgement_of_not_competent_is_a_failure_and_a_later_one_makes_it_good(owner):
    module, competency = make_module(owner, assignment()), make_competency("Washing")
    assessor = assessor_of(owner, competency)
    outcome(module.current_version, competency, 3, position=1, kind="practical")
    attempt = make_attempt(make_member(owner), module)
    judge(attempt, assessor, is_competent=False)
    judge(attempt, assessor, is_competent=False)
    assert [row.failed for row in Evidence.objects.of(attempt.person)] == [True, True]
    assert held(attempt.person) == []
    judge(attempt, assessor)
    assert [row.failed for row in Evidence.objects.of(attempt.person)] == [True, True, False]
    assert held(attempt.person) == [("Washing", 3, 3, NEVER)]


def test_a_competency_that_was_withdrawn_under_way_does_not_keep_anybody_from_finishing(owner):
    module = make_module(owner, lesson())
    gone, there = make_competency("Gone"), make_competency("There")
    outcome(module.current_version, gone, kind="reading")
    outcome(module.current_version, there, kind="reading")
    attempt = make_attempt(make_member(owner), module)
    retire_competency(competency=gone)
    take(attempt, 1, "finish")
    assert attempt.completed_at is not None
    assert held(attempt.person) == [("There", 1, 1, NEVER)]


def test_a_fault_in_the_ledger_undoes_the_completion(owner, monkeypatch):
    module = make_module(owner, lesson())
    outcome(module.current_version, make_competency(), kind="reading")
    attempt = make_attempt(make_member(owner), module)
    monkeypatch.setattr("skills_graph.services.evidence.digest_of", lambda *_arguments: None)
    with pytest.raises(DatabaseError):
        take(attempt, 1, "finish")
    assert Attempt.objects.get(pk=attempt.pk).completed_at is None
    assert (attempt.states.count(), Evidence.objects.count(), Holding.objects.count()) == (0, 0, 0)


def test_an_activity_that_stayed_the_same_proves_what_the_newer_version_says_of_it(owner):
    module = make_module(owner, quiz(), lesson())
    attempt = make_attempt(make_member(owner), module)
    answer_quiz(attempt, 1)
    assert Evidence.objects.count() == 0
    outcome(attempt.version, make_competency("Tested"), 2, position=1)
    take(attempt, 2, "finish")
    assert held(attempt.person) == [("Tested", 2, 2, NEVER)]


def test_what_is_passed_after_all_counts_from_the_day_on_which_it_was_passed(owner, monkeypatch):
    module = make_module(owner, quiz(rounds=2), lesson())
    outcome(module.current_version, make_competency("Tested", months=12), 2, position=1)
    attempt = make_attempt(make_member(owner), module)
    # As a block of others does, that says when all of it was seen, and later what it was worth.
    monkeypatch.setattr(
        Quiz, "result", lambda quiz: Result(is_completed=quiz.round.is_finished, passed=quiz.round.is_passed)
    )
    with time_machine.travel("2026-03-03 12:00:00+00:00", tick=False):
        answer_quiz(attempt, 1, wrong=2)
    assert [row.failed for row in Evidence.objects.of(attempt.person)] == [True]
    with time_machine.travel("2026-04-04 12:00:00+00:00", tick=False):
        take(attempt, 1, "new_round", {"round": ["2"]})
        answer_quiz(attempt, 1, number=2)
    rows = Evidence.objects.of(attempt.person).values_list("failed", "occurred_on")
    assert list(rows) == [(True, date(2026, 3, 3)), (False, date(2026, 4, 4))]
    assert held(attempt.person) == [("Tested", 2, 2, "2027-04-04")]
    assert write_missing_evidence() == []


def test_an_activity_that_changed_and_is_done_again_proves_again(owner):
    module, competency = make_module(owner, quiz(), lesson()), make_competency("Tested")
    outcome(module.current_version, competency, 2, position=1)
    attempt = make_attempt(make_member(owner), module)
    with time_machine.travel("2026-03-03 12:00:00+00:00", tick=False):
        answer_quiz(attempt, 1)
    changed = publish(page_of(module), quiz(count=3), lesson(), significance="substantive")
    outcome(changed.current_version, competency, 2, position=1)
    moved = move_to_current(attempt=attempt)
    with time_machine.travel("2026-04-04 12:00:00+00:00", tick=False):
        answer_quiz(moved, 1)
        take(moved, 2, "finish")
    first, second = Evidence.objects.of(attempt.person)
    assert [(row.module_version.number, row.occurred_on) for row in (first, second)] == [
        (1, date(2026, 3, 3)), (2, date(2026, 4, 4)),
    ]  # fmt: skip
    revoke_evidence(person=attempt.person, uuid=first.uuid, by=None, reason="The questions were wrong")
    assert held(attempt.person) == [("Tested", 2, 2, NEVER)]


@pytest.mark.parametrize("is_same", [True, False])
def test_evidence_under_a_former_id_is_not_written_again_and_hides_no_other_act(owner, is_same):
    module, competency = make_module(owner, quiz()), make_competency("Tested")
    attempt = make_attempt(make_member(owner), module)
    with time_machine.travel("2026-03-03 12:00:00+00:00", tick=False):
        answer_quiz(attempt, 1)
    row = outcome(module.current_version, competency, 2, position=1)
    former = uuid5(proving.NAMESPACE, f"{attempt.uuid}:{row.block_id}:{competency.uuid}:2:passed")
    day = date(2026, 3, 3) if is_same else date(2026, 2, 2)
    prove(
        attempt.person,
        competency,
        2,
        issuer=owner,
        uuid=former,
        occurred_on=day,
        attempt=attempt,
        block_id=row.block_id,
    )
    proving.prove_module(attempt=Attempt.objects.get(pk=attempt.pk))
    days = [date(2026, 3, 3)] if is_same else [date(2026, 2, 2), date(2026, 3, 3)]
    assert [each.occurred_on for each in Evidence.objects.of(attempt.person)] == days


def test_a_completion_without_evidence_gets_it_once(owner):
    module, person = make_module(owner, quiz()), make_member(owner)
    attempt = make_attempt(person, module)
    answer_quiz(attempt, 1)
    outcome(module.current_version, make_competency("Tested"), 2, position=1)
    outcome(module.current_version, make_competency("Whole"), kind="reading")
    assert [each.pk for each in write_missing_evidence()] == [attempt.pk]
    first = list(Evidence.objects.of(person).values_list("uuid", "number"))
    assert held(person) == [("Tested", 2, 2, NEVER), ("Whole", 1, 1, NEVER)]
    assert write_missing_evidence() == []
    lxp_hooks.completing_module(attempt=Attempt.objects.get(pk=attempt.pk))
    assert list(Evidence.objects.of(person).values_list("uuid", "number")) == first


def test_a_judgement_without_evidence_gets_it(owner):
    module, assessor = make_module(owner, assignment()), make_member(owner, "assessor")
    attempt = make_attempt(make_member(owner), module)
    judge(attempt, assessor, is_competent=False)
    judge(attempt, assessor)
    outcome(module.current_version, make_competency("Washing"), 3, position=1, kind="practical")
    assert lxp_hooks.reconcile()[:1] == [f"Wrote the missing evidence of attempt {attempt.uuid}."]
    assert [row.failed for row in Evidence.objects.of(attempt.person)] == [True, False]
    assert {UUID(row.detail["assessment"]) for row in Evidence.objects.of(attempt.person)} == set(
        Assessment.objects.values_list("uuid", flat=True)
    )
    assert held(attempt.person) == [("Washing", 3, 3, NEVER)]


def test_a_judgement_of_today_is_looked_at_before_what_was_done_since_its_learner_was_here(owner, monkeypatch):
    module, assessor = make_module(owner, assignment(), lesson()), make_member(owner, "assessor")
    judged, other = (make_attempt(make_member(owner), module) for _number in range(2))
    judge(judged, assessor)
    take(other, 2, "finish")
    now = timezone.now()
    Attempt.objects.filter(pk=judged.pk).update(active_at=now - timedelta(days=2))
    Attempt.objects.filter(pk=other.pk).update(active_at=now - timedelta(hours=2))
    outcome(module.current_version, make_competency("Washing"), 3, position=1, kind="practical")
    monkeypatch.setattr(upkeep, "ATTEMPTS_AT_ONCE", 1)
    assert [each.pk for each in write_missing_evidence()] == [judged.pk]


def test_holdings_that_differ_are_put_right(owner):
    module = make_module(owner, lesson())
    outcome(module.current_version, make_competency("Read"), kind="reading")
    attempt = make_attempt(make_member(owner), module)
    take(attempt, 1, "finish")
    Holding.objects.update(until=date(2020, 1, 1))
    assert differences(attempt.person_id) == {Evidence.objects.get().competency_id}
    assert "Put right the holdings of 1 people." in lxp_hooks.reconcile()
    assert held(attempt.person) == [("Read", 1, 1, NEVER)]
    assert renew_holdings() == 0
