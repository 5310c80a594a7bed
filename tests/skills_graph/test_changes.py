"""Whom a change of the definitions concerns: only they are derived anew, and nobody is forgotten."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from lxp.models import Organisation, Role, User
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import Competency, Derivation, DraftOutcome, GraphChange, GraphVersion, Relation
from skills_graph.services.authority import end_authority, give_authority, register_person
from skills_graph.services.changes import people_behind
from skills_graph.services.competency_search import find_competencies
from skills_graph.services.definitions import (
    add_competency,
    add_relation,
    add_terms,
    close_definition,
    retire_competency,
)
from skills_graph.services.holdings import differences, rebuild_holdings
from skills_graph.services.profiles import add_recognition, link_job
from skills_graph.services.snapshots import current_snapshot
from skills_graph.services.upkeep import renew_holdings
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.modules import make_module, page_of, publish, quiz
from tests.factories.people import make_member, make_organisation, make_person
from tests.factories.skills import held, prove

pytestmark = pytest.mark.django_db
NEVER = "9999-12-31"


@pytest.fixture
def issuer() -> Organisation:
    return make_organisation("maasdal")


def test_what_infers_nothing_leaves_nobody_behind_and_every_cache_as_it_is(issuer: Organisation) -> None:
    skill, person = make_competency("Washing"), make_member(issuer)
    prove(person, skill, issuer=issuer)
    assessor, administrator = make_member(issuer, Role.ASSESSOR), make_member(issuer, Role.ADMINISTRATOR)
    snapshot, number = current_snapshot(), GraphVersion.objects.values_list("number", "words").get()
    today = timezone.localdate()
    given = {"person": assessor, "organisation": issuer, "competency": skill, "by": administrator}
    authority = give_authority(starts_on=today, **given)
    end_authority(authority=authority, last_day=today, by=administrator)
    register_person(person=person, organisation=issuer, register="BIG", number="1", checked_on=today, by=administrator)
    link_job(organisation=issuer, job="Carer", profile=make_profile("Carer", (skill, 1)))
    module = make_module(issuer, quiz())
    DraftOutcome.objects.create(module=module, competency=skill, level=1, kind="test")
    version = publish(page_of(module)).current_version
    assert version.outcomes.count() == 1
    assert people_behind() == []
    assert GraphVersion.objects.values_list("number", "words").get() == number
    assert current_snapshot() is snapshot


def test_only_those_with_records_of_what_changed_are_behind(issuer: Organisation) -> None:
    one, other = make_competency("One"), make_competency("Other")
    concerned, bystander = make_person(), make_person()
    prove(concerned, one, issuer=issuer)
    prove(bystander, make_competency("Third"), issuer=issuer)
    assert people_behind() == []
    relation = add_relation(source=one, target=other, kind="implies")
    assert people_behind() == [concerned.pk]
    assert renew_holdings() == 1
    assert held(concerned) == [("One", 1, 2, NEVER), ("Other", 1, 2, NEVER)]
    assert people_behind() == []
    close_definition(definition=relation)
    assert people_behind() == [concerned.pk]
    rebuild_holdings(people=[concerned.pk])
    assert held(concerned) == [("One", 1, 2, NEVER)]
    assert people_behind() == []


def test_a_whole_with_a_part_less_concerns_who_has_the_other_parts(issuer: Organisation) -> None:
    whole, parts = make_competency("Whole", rollup=0), [make_competency(f"Part {number}") for number in range(3)]
    links = [add_relation(source=each, target=whole, kind="broader") for each in parts]
    person = make_person()
    for each in parts[:2]:
        prove(person, each, issuer=issuer)
    close_definition(definition=links[2])
    assert people_behind() == [person.pk]
    renew_holdings()
    assert ("Whole", 1, 2, NEVER) in held(person)


def test_a_recognition_concerns_who_failed_what_it_is_about_since(issuer: Organisation) -> None:
    other, person = make_organisation("linde"), make_person()
    theirs, ours = make_competency("Theirs"), make_competency("Ours")
    prove(person, theirs, issuer=other, occurred_on=date(2026, 3, 1))
    prove(person, theirs, issuer=other, occurred_on=date(2026, 4, 1), failed=True)
    assert held(person) == []
    add_recognition(accepting=issuer, issuer=other, competency=theirs, kind="test", level=1, gives=ours)
    assert people_behind() == [person.pk]
    renew_holdings()
    assert held(person) == [("Ours", 1, 2, NEVER)]
    assert people_behind() == []


def test_a_withdrawn_competency_concerns_who_holds_it_and_is_found_no_more(issuer: Organisation) -> None:
    skill, person = make_competency("Washing"), make_person()
    prove(person, skill, issuer=issuer)
    assert find_competencies(text="washing", organisations=[issuer]) == [skill]
    retire_competency(competency=skill)
    assert people_behind() == [person.pk]
    assert find_competencies(text="washing", organisations=[issuer]) == []
    add_competency(framework=skill.framework, uri=skill.uri, kind="skill", title="Cleaning")
    assert find_competencies(text="cleaning", organisations=[issuer]) == [skill]
    renew_holdings()
    assert differences(person.pk) == set()


def test_who_was_wiped_is_never_behind(issuer: Organisation) -> None:
    one, person = make_competency("One"), make_person()
    prove(person, one, issuer=issuer)
    User.objects.filter(pk=person.pk).update(wiped_at=timezone.now())
    Derivation.objects.filter(person=person).delete()
    add_relation(source=one, target=make_competency("Other"), kind="implies")
    assert people_behind() == []
    rebuild_holdings(people=[person.pk])
    assert not Derivation.objects.filter(person=person).exists()


def test_what_changes_concerned_is_forgotten_when_nobody_is_behind(issuer: Organisation) -> None:
    one, person = make_competency("One"), make_person()
    prove(person, one, issuer=issuer)
    add_relation(source=one, target=make_competency("Other"), kind="implies")
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        renew_holdings()
        assert GraphChange.objects.exists()  # somebody was behind until now
        renew_holdings()
    assert not GraphChange.objects.exists()


@pytest.mark.parametrize("seed", range(8))
def test_whoever_holds_otherwise_after_some_changes_is_behind(issuer: Organisation, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secrets
    other, framework = make_organisation("linde"), make_framework()
    skills = [
        make_competency(f"Skill {number}", framework=framework, rollup=random.choice((None, 0, 1)))
        for number in range(7)
    ]
    people = [make_person() for _number in range(6)]
    for _change in range(10):
        _change_something(random, skills, issuer, other)
    rebuild_holdings()
    for person in people:
        for _row in range(random.randint(1, 4)):
            prove(
                person, random.choice(skills), random.randint(1, 2), issuer=random.choice((issuer, other)),
                occurred_on=date(2026, random.randint(1, 9), 1), failed=random.random() < 0.2,
            )  # fmt: skip
    count = 0
    for _round in range(8):
        for _change in range(random.randint(1, 3)):
            _change_something(random, skills, issuer, other)
        different = {person.pk for person in people if differences(person.pk)}
        behind = set(people_behind())
        assert different <= behind
        count += len(different)
        rebuild_holdings(people=behind)
        assert [person.pk for person in people if differences(person.pk)] == []
    assert count > 0


def _change_something(random: Random, skills: list[Competency], issuer: Organisation, other: Organisation) -> Any:
    one, two = random.sample(skills, 2)
    what = random.randrange(5)
    months = random.choice((None, 24))
    try:
        if what == 0:
            return add_terms(competency=one, rollup=random.choice((None, 0, 1)), renew_months=months)
        if what == 1:
            kind = random.choice(("implies", "equivalent"))
            return add_relation(source=one, target=two, kind=kind, at=random.choice((None, 2)))
        if what == 2:
            return add_relation(source=one, target=two, kind="broader")
        if what == 3:
            return add_recognition(
                accepting=issuer, issuer=other, competency=one, kind="test", level=1, gives=two,
                max_age_months=random.choice((None, 12)),
            )  # fmt: skip
        rows = list(Relation.objects.current().order_by("pk"))
        return close_definition(definition=random.choice(rows)) if rows else None
    except DefinitionRefusedError:
        return None
