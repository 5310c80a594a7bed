"""Which modules are offered for what somebody lacks: the same that the database would say, from a table in memory."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.api import Module, ModuleVersion
from courses.models.catalogue import Sharing
from lxp.models import Organisation, PublicStamp, User
from skills_graph.models import Competency, DraftOutcome, Outcome
from skills_graph.proofs import build
from skills_graph.services import teaching
from skills_graph.services.teaching import Offer, offers
from tests.factories.frameworks import make_competency
from tests.factories.modules import lesson, make_page, page_of, publish
from tests.factories.people import join, make_member, make_organisation, make_person, make_volunteer

Answer = list[tuple[int, str, int, dict[int, int]]]
SKILLS, MODULES = 12, 150


def said(found: list[Offer]) -> Answer:
    return [(each.module_id, each.title, each.minutes, dict(each.proves)) for each in found]


def asked_of_the_database(person: User, wanted: Mapping[int, int], most: int) -> Answer:
    """The same question without a table: every outcome that this person may know of."""
    rows = Outcome.objects.filter(
        version__module__in=Module.objects.visible_to(person).published(),
        version=F("version__module__current_version"),
        is_entry=False,
        competency__in=list(wanted),
    )
    modules: dict[tuple[int, str, int], dict[int, int]] = {}
    fields = ("version__module__study_minutes", "version__title", "version__module", "competency", "level")
    for minutes, title, pk, competency, level in rows.values_list(*fields):
        if level >= wanted[competency]:
            proves = modules.setdefault((minutes, title, pk), {})
            proves[competency] = max(level, proves.get(competency, 0))
    best = sorted(modules.items(), key=lambda each: (-len(each[1]), each[0]))
    return [(pk, title, minutes, proves) for (minutes, title, pk), proves in best[:most]]


def make_corpus(chance: random.Random, owners: list[Organisation], skills: list[Competency]) -> None:
    """Modules with one or two versions, in every state of sharing, of which some are not offered; no pages."""
    for number in range(MODULES):
        module = Module.objects.create(
            owner=chance.choice(owners),
            sharing=chance.choice(Sharing.values),
            study_minutes=chance.choice((5, 15, 30)),
            archived_at=timezone.now() if chance.random() < 0.1 else None,
        )
        module.shared_with.set(chance.sample(owners, chance.randint(0, 1)))
        for version_number in range(1, chance.randint(1, 2) + 1):
            version = ModuleVersion.objects.create(
                module=module, number=version_number, language="nl", title=f"Module {number % 40:02}", theme="care",
                study_minutes=module.study_minutes, significance="substantive", digest=f"{number}-{version_number}",
            )  # fmt: skip
            for skill in chance.sample(skills, chance.randint(0, 4)):
                outcome = {"competency": skill, "level": chance.randint(1, 4), "is_entry": chance.random() < 0.15}
                Outcome.objects.create(version=version, kind="test", **outcome)
        if chance.random() < 0.9:
            Module.objects.filter(pk=module.pk).update(current_version=version)
    PublicStamp.raise_number()


@pytest.mark.django_db
def test_the_answers_are_those_of_the_database_for_everybody() -> None:
    chance = random.Random(31)  # noqa: S311 - the same corpus every time, no secret
    owners = [make_organisation() for _each in range(3)]
    skills = [make_competency(f"Vaardigheid {number}") for number in range(SKILLS)]
    make_corpus(chance, owners, skills)
    people = [make_member(owners[0]), make_member(owners[1]), make_volunteer(owners[0]), make_person()]
    join(people[1], owners[2])
    found = 0
    for _question in range(60):
        person = chance.choice(people)
        wanted = {each.pk: chance.randint(1, 4) for each in chance.sample(skills, chance.randint(1, SKILLS))}
        most = chance.choice((1, 3, 20, 1000))
        answer = said(offers(person, wanted, most=most))
        assert answer == asked_of_the_database(person, wanted, most)
        found += len(answer)
    assert found > 500


def test_a_module_that_proves_a_skill_twice_counts_it_once_at_the_highest_level() -> None:
    proofs = build([(5, "B", 7), (5, "A", 9), (1, "Proves nothing", 8)], [(7, 1, 2), (7, 1, 3), (7, 2, 1), (9, 1, 2)])
    assert [proofs.modules[place] for place in proofs.ranked({1: 2, 2: 1})] == [7, 9]
    assert proofs.of(1, {1: 2, 2: 2}) == {1: 3}
    assert [proofs.modules[place] for place in proofs.ranked({1: 3})] == [7]
    assert list(proofs.ranked({1: 4, 3: 1})) == []


def test_ranking_is_exact_where_modules_prove_many_skills() -> None:
    chance = random.Random(5)  # noqa: S311 - the same world every time, no secret
    of_module = {pk: chance.sample(range(40), chance.randint(1, 40)) for pk in range(1, 300)}
    rows = [(pk, skill, chance.randint(1, 3)) for pk, skills in of_module.items() for skill in skills]
    proofs = build([(pk % 7, "", pk) for pk in of_module], rows)
    for _turn in range(50):
        wanted = {skill: chance.randint(1, 3) for skill in chance.sample(range(45), chance.randint(1, 45))}
        counts = dict.fromkeys(of_module, 0)
        for pk, skill, level in rows:
            counts[pk] += skill in wanted and level >= wanted[skill]
        expected = sorted((pk for pk, count in counts.items() if count), key=lambda pk: (-counts[pk], pk % 7, pk))
        assert [proofs.modules[place] for place in proofs.ranked(wanted)] == expected


# ── what changes is seen at once, whoever changed it ─────────────────────────────────────────────────────────


def taught(person: User, skill: Competency) -> list[str]:
    return [each.title for each in offers(person, {skill.pk: 1}, most=3)]


def outcome_of(module: Module, skill: Competency) -> None:
    DraftOutcome.objects.create(module=module, competency=skill, level=1, kind="reading")


@pytest.mark.django_db
def test_each_publication_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    owner, skill, other = make_organisation(), make_competency("Wassen"), make_competency("Tillen")
    carer = make_member(owner)
    page = make_page(owner, lesson(), title="Wassen in bed")
    outcome_of(page.module, skill)
    assert taught(carer, skill) == []
    publish(page)
    assert (taught(carer, skill), taught(carer, other)) == (["Wassen in bed"], [])
    here = teaching._kept
    monkeypatch.setattr(teaching, "_kept", {})  # as in another process: it shares the database and nothing else
    DraftOutcome.objects.filter(module=page.module).update(competency=other)
    publish(page, title="Tillen uit bed")
    assert (taught(carer, skill), taught(carer, other)) == ([], ["Tillen uit bed"])
    monkeypatch.setattr(teaching, "_kept", here)
    assert (taught(carer, skill), taught(carer, other)) == ([], ["Tillen uit bed"])
    page_of(page.module).unpublish()
    assert taught(carer, other) == []


@pytest.mark.django_db
def test_a_publication_that_is_rolled_back_leaves_nothing() -> None:
    owner, skill = make_organisation(), make_competency("Wassen")
    carer = make_member(owner)
    first, second = (make_page(owner, lesson(), title=title) for title in ("Eerst", "Later"))
    for page in (first, second):
        outcome_of(page.module, skill)
    with transaction.atomic():
        publish(first)
        assert taught(carer, skill) == ["Eerst"]
        transaction.set_rollback(True)
    publish(second)
    assert taught(carer, skill) == ["Later"]


@pytest.mark.django_db
def test_what_somebody_may_not_find_is_never_offered_and_the_next_best_is() -> None:
    mine, theirs, skill = make_organisation(), make_organisation(), make_competency("Wassen")
    carer, stranger = make_member(mine), make_member(theirs)
    for number in range(60):  # more than the database is asked at first
        make_proof(theirs, skill, f"Van hen {number:02}", minutes=5, sharing="organisation")
    make_proof(mine, skill, "Van ons", minutes=60, sharing="organisation")
    PublicStamp.raise_number()
    assert taught(carer, skill) == ["Van ons"]
    assert taught(stranger, skill) == ["Van hen 00", "Van hen 01", "Van hen 02"]
    Module.objects.filter(owner=mine).update(sharing="coalition")  # rights are no part of the table
    assert [each.title for each in offers(stranger, {skill.pk: 1}, most=100)][-1] == "Van ons"
    Module.objects.filter(owner=mine).update(owner=theirs, sharing="organisation")
    assert taught(carer, skill) == []


def make_proof(owner: Organisation, skill: Competency, title: str, *, minutes: int, **fields: Any) -> Module:
    """A module that proves a skill, without a page."""
    module = Module.objects.create(owner=owner, study_minutes=minutes, **fields)
    values = {"title": title, "language": "nl", "theme": "care", "significance": "substantive", "digest": title}
    version = ModuleVersion.objects.create(module=module, number=1, study_minutes=minutes, **values)
    Outcome.objects.create(version=version, competency=skill, level=1, kind="test")
    Module.objects.filter(pk=module.pk).update(current_version=version)
    return module


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_offers_cost_one_query_while_nothing_is_published(rows: int) -> None:
    owner, skill = make_organisation(), make_competency("Wassen")
    carer = make_member(owner)
    for number in range(rows):
        make_proof(owner, skill, f"Module {number}", minutes=5)
    PublicStamp.raise_number()
    assert len(taught(carer, skill)) == rows
    with CaptureQueriesContext(connection) as captured:
        assert len(taught(carer, skill)) == rows
    assert len(captured) == 1
