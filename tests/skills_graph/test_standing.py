"""How facts answer what a job asks: each state, its last day, and a day in the past by what was known then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from skills_graph.inference import add_months
from skills_graph.models import NEVER
from skills_graph.services.definitions import add_terms
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.portfolio import portfolio_of
from skills_graph.services.standing import AsOf, Fact, Need, State, facts_of, judge, needs_of_jobs, wholes_of
from tests.factories.acts import JOB, ago, make_act, make_carer, pass_practical, pass_theory
from tests.factories.frameworks import make_competency
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("facts", "state", "level"),
    [
        ([], State.MISSING, 0),
        ([Fact(1, 2, NEVER)], State.GROWING, 1),
        ([Fact(3, 1, NEVER)], State.GROWING, 3),  # not firm enough
        ([Fact(2, 2, NEVER)], State.HELD, 2),
        ([Fact(2, 2, DAY + timedelta(days=91))], State.HELD, 2),
        ([Fact(2, 2, DAY + timedelta(days=90))], State.EXPIRES, 2),
        ([Fact(2, 2, DAY + timedelta(days=1))], State.EXPIRES, 2),
        ([Fact(2, 2, DAY)], State.LAPSED, 0),
        ([Fact(2, 2, DAY), Fact(1, 2, NEVER)], State.LAPSED, 1),
        ([Fact(2, 2, DAY), Fact(2, 3, NEVER)], State.HELD, 2),
    ],
)
def test_a_state_follows_from_level_assurance_and_day(facts: list[Fact], state: State, level: int) -> None:
    competency = make_competency()
    standing = judge(Need(competency, level=2, assurance=2), {competency.pk: facts}, DAY)
    assert (standing.state, standing.level) == (state, level)


def test_theory_without_practical_is_growing_and_says_what_is_missing() -> None:
    act = make_act()
    carer = make_carer(act)
    pass_theory(carer, act)
    (standing,) = portfolio_of(carer).skills
    assert standing.state == State.GROWING
    assert [part.competency for part in standing.held_parts] == [act.theory]
    assert [part.competency for part in standing.missing_parts] == [act.practical]


def test_both_parts_are_in_order_until_the_first_of_them_ends() -> None:
    act = make_act(months=12)
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=300)
    pass_practical(carer, act, days_ago=10)
    (standing,) = portfolio_of(carer).skills
    assert standing.state == State.EXPIRES
    assert standing.ends_on == add_months(ago(300), 12)


def test_what_lapsed_stays_lapsed_until_it_is_proven_again() -> None:
    act = make_act(months=12)
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=400)
    pass_practical(carer, act, days_ago=400)
    assert [each.state for each in portfolio_of(carer).skills] == [State.LAPSED]
    pass_theory(carer, act)
    pass_practical(carer, act)
    assert [each.state for each in portfolio_of(carer).skills] == [State.HELD]


def test_two_jobs_ask_the_most_of_each() -> None:
    competency = make_competency()
    first, second = Need(competency, 2, 1, 3), Need(competency, 1, 3, 1)
    joined = first.joined_with(second)
    assert (joined.level, joined.assurance, joined.strength) == (2, 3, 1)


def test_a_job_asks_what_its_profile_asked_at_that_moment() -> None:
    act = make_act()
    job = (act.organisation.pk, JOB)
    before = timezone.now() - timedelta(days=1)
    assert list(needs_of_jobs({job})[job]) == [act.act.pk]
    assert needs_of_jobs({job}, before) == {}
    assert needs_of_jobs({(act.organisation.pk, "Kok")}) == {}


def test_a_past_day_is_judged_by_what_was_proven_then() -> None:
    act = make_act()
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=20)
    practical = pass_practical(carer, act, days_ago=10)

    def state_on(days_ago: int) -> State:
        as_of = AsOf(ago(days_ago))
        facts = facts_of([carer.pk], as_of).get(carer.pk, {})
        need = Need(act.act, 3, 3)
        return judge(need, facts, as_of.day, wholes_of([act.act.pk], [])).state

    assert [state_on(days) for days in (25, 15, 10, 0)] == [State.MISSING, State.GROWING, State.HELD, State.HELD]
    revoke_evidence(person=carer, uuid=practical.uuid, by=None, reason="Wrong person")
    assert [state_on(days) for days in (10, 0)] == [State.GROWING, State.GROWING]


def test_what_was_known_then_is_another_question_than_what_is_known_now() -> None:
    act = make_act()
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=20)
    pass_practical(carer, act, days_ago=20)
    now, then = AsOf(ago(5)), AsOf.known_then(ago(5))
    assert act.act.pk in facts_of([carer.pk], now)[carer.pk]
    assert facts_of([carer.pk], then) == {}  # all of it was recorded today


def test_a_shorter_term_counts_from_when_it_is_known() -> None:
    act = make_act(months=36)
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=400)
    pass_practical(carer, act, days_ago=400)
    for part in (act.theory, act.practical, act.act):
        add_terms(competency=part, rollup=0 if part == act.act else None, renew_months=12)
    as_of = AsOf(ago(1))
    facts = facts_of([carer.pk], as_of)[carer.pk]
    assert judge(Need(act.act, 3, 3), facts, as_of.day).state == State.LAPSED


def test_nobody_else_is_in_the_facts() -> None:
    act = make_act()
    pass_theory(make_carer(act), act)
    assert facts_of([make_person().pk], AsOf.today()) == {}
