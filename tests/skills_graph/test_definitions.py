"""Definitions: added and closed, never edited; nothing false gets in."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import CompetencyTerms, GraphVersion, Relation, Requirement, Scale, ScaleMap
from skills_graph.services.definitions import (
    add_competency,
    add_framework,
    add_relation,
    add_scale,
    add_scale_map,
    add_terms,
    close_definition,
    retire_competency,
)
from skills_graph.services.profiles import add_profile, add_recognition, add_requirement, authorise_assessor, link_job
from tests.factories.frameworks import LEVELS, make_competency, make_framework, make_profile, make_scale
from tests.factories.people import make_organisation, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MARCH, JUNE = datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 6, 3, 12, tzinfo=UTC)


def test_another_term_closes_the_first_and_the_past_keeps_it():
    with time_machine.travel(MARCH, tick=False):
        competency = make_competency(months=36)
    with time_machine.travel(JUNE, tick=False):
        add_terms(competency=competency, renew_months=24)
    assert CompetencyTerms.objects.known_at(MARCH).get().renew_months == 36
    assert CompetencyTerms.objects.known_at(JUNE).get().renew_months == 24
    assert CompetencyTerms.objects.current().get().renew_months == 24


def test_adding_the_same_again_changes_nothing_at_all():
    competency, other = make_competency("A", months=12), make_competency("B", months=12)
    add_relation(source=competency, target=other, kind="implies")
    profile = make_profile("Carer", (competency, 2))
    before = GraphVersion.current()
    make_scale()
    make_competency("A", months=12)
    add_relation(source=competency, target=other, kind="implies")
    make_profile("Carer", (competency, 2))
    assert GraphVersion.current() == before
    assert CompetencyTerms.objects.count() == 2
    assert Relation.objects.count() == 1
    assert Requirement.objects.filter(profile=profile).count() == 1


def test_every_change_raises_the_version_of_the_graph_once():
    framework = make_framework()
    before = GraphVersion.current()
    competency = make_competency(framework=framework)
    assert GraphVersion.current() == before + 1
    retire_competency(competency=competency, on=date(2026, 1, 1))
    assert GraphVersion.current() == before + 2
    retire_competency(competency=competency)
    assert GraphVersion.current() == before + 2
    assert competency.retired_on == date(2026, 1, 1)


def test_closing_twice_keeps_the_first_moment():
    relation = add_relation(source=make_competency("A"), target=make_competency("B"), kind="close")
    with time_machine.travel(MARCH, tick=False):
        Relation.objects.update(known_from=MARCH)
        close_definition(definition=relation)
    with time_machine.travel(JUNE, tick=False):
        close_definition(definition=relation)
    assert relation.known_until == MARCH


@pytest.mark.parametrize(
    "levels",
    [
        [],
        [{"code": str(number), "min_assurance": 1} for number in range(9)],
        [{"code": "a", "min_assurance": 1}, {"code": "a", "min_assurance": 1}],
        [{"code": "a", "min_assurance": 2}, {"code": "b", "min_assurance": 1}],
        [{"code": "a", "min_assurance": 4}],
        [{"min_assurance": 1}],
    ],
    ids=["none", "nine", "same code", "falling assurance", "unknown assurance", "no code"],
)
def test_a_scale_that_cannot_be_is_refused(levels):
    with pytest.raises(DefinitionRefusedError, match="needs 1 to 8 levels"):
        add_scale(slug="odd", title="Odd", levels=levels)
    assert Scale.objects.exists() is False


def test_a_scale_in_use_keeps_its_levels_but_may_say_them_better():
    make_framework()
    better = [{**LEVELS[0], "labels": {"nl": "weet het", "en": "know it"}}, *LEVELS[1:]]
    make_scale(levels=better)
    with pytest.raises(DefinitionRefusedError, match="is in use"):
        make_scale(levels=LEVELS[:3])
    assert Scale.objects.get().levels == better


@pytest.mark.parametrize(
    "ranks", [[1, 2, 1, 3], [1, 2], [1, 2, 3, 4], [-1, 1, 1, 1]], ids=["falls", "short", "beyond", "below"]
)
def test_a_map_that_falls_or_points_nowhere_is_refused(ranks):
    source, target = make_scale(), make_scale("short", levels=LEVELS[:3])
    with pytest.raises(DefinitionRefusedError, match="never less for more"):
        add_scale_map(source=source, target=target, ranks=ranks)
    assert ScaleMap.objects.exists() is False
    add_scale_map(source=source, target=target, ranks=[0, 1, 1, 3])


def test_a_level_beyond_the_scale_is_refused_everywhere():
    competency, other = make_competency("A"), make_competency("B")
    profile, organisations = make_profile(), [make_organisation(), make_organisation()]
    with pytest.raises(DefinitionRefusedError, match="no level 5"):
        add_requirement(profile=profile, competency=competency, level=5)
    with pytest.raises(DefinitionRefusedError, match="no level 5"):
        add_relation(source=competency, target=other, kind="implies", at=5)
    with pytest.raises(DefinitionRefusedError, match="no level 0"):
        add_relation(source=competency, target=other, kind="implies", gives=0)
    with pytest.raises(DefinitionRefusedError, match="no level 9"):
        add_recognition(
            accepting=organisations[0],
            issuer=organisations[1],
            competency=competency,
            kind="test",
            level=2,
            gives_level=9,
        )
    assert (Requirement.objects.count(), Relation.objects.count()) == (0, 0)


@pytest.mark.parametrize(("source", "target"), [(None, 36), (48, 36)])
def test_an_inference_that_would_last_longer_is_refused(source, target):
    long, short = make_competency("Long", months=source), make_competency("Short", months=target)
    before = GraphVersion.current()
    with pytest.raises(DefinitionRefusedError, match="keep it alive beyond its term"):
        add_relation(source=long, target=short, kind="implies")
    with pytest.raises(DefinitionRefusedError, match="keep it alive beyond its term"):
        add_relation(source=short, target=long, kind="equivalent")
    assert (Relation.objects.count(), GraphVersion.current()) == (0, before)
    add_relation(source=short, target=long, kind="implies")
    add_relation(source=long, target=short, kind="close")


def test_a_part_may_not_outlast_its_whole_whichever_is_said_first():
    part, whole = make_competency("Part", months=48), make_competency("Whole", months=36)
    add_relation(source=part, target=whole, kind="broader")
    with pytest.raises(DefinitionRefusedError, match="Part lasts longer than Whole"):
        add_terms(competency=whole, renew_months=36, rollup=0)
    add_terms(competency=part, renew_months=36)
    add_terms(competency=whole, renew_months=36, rollup=0)
    with pytest.raises(DefinitionRefusedError, match="Part lasts longer than Whole"):
        add_terms(competency=part)
    assert CompetencyTerms.objects.current().get(competency=part).renew_months == 36


def test_equivalents_keep_the_same_term():
    one, other = make_competency("A", months=12), make_competency("B", months=12)
    add_relation(source=one, target=other, kind="equivalent")
    for months in (6, 24):
        with pytest.raises(DefinitionRefusedError, match="lasts longer than"):
            add_terms(competency=one, renew_months=months)


@pytest.mark.parametrize("kind", ["broader", "requires", "replaced"])
def test_a_circle_is_refused_and_closing_a_link_opens_it(kind):
    one, two, three = make_competency("A"), make_competency("B"), make_competency("C")
    first = add_relation(source=one, target=two, kind=kind)
    add_relation(source=two, target=three, kind=kind)
    with pytest.raises(DefinitionRefusedError, match="circle"):
        add_relation(source=three, target=one, kind=kind)
    assert Relation.objects.count() == 2
    close_definition(definition=first)
    add_relation(source=three, target=one, kind=kind)


def test_a_relation_to_itself_is_refused():
    competency = make_competency("A")
    with pytest.raises(DefinitionRefusedError, match="A cannot be related to itself"):
        add_relation(source=competency, target=competency, kind="close")


def test_an_inference_between_scales_needs_levels_or_a_map():
    own = make_competency("Own")
    foreign = make_competency(
        "Foreign", framework=make_framework("other", scale=make_scale("short", levels=LEVELS[:2]))
    )
    with pytest.raises(DefinitionRefusedError, match="different levels"):
        add_relation(source=own, target=foreign, kind="implies")
    add_relation(source=own, target=foreign, kind="implies", at=3, gives=2)
    add_scale_map(source=own.framework.scale, target=foreign.framework.scale, ranks=[0, 1, 2, 2])
    add_relation(source=own, target=foreign, kind="implies")
    assert Relation.objects.current().get().at is None


def test_an_operator_maps_scales_and_withdraws_a_competency():
    own = make_competency("Own")
    make_scale("short", levels=LEVELS[:2])
    told = StringIO()
    with pytest.raises(CommandError, match=r"There is no scale long\. There are: short, words\."):
        call_command("map_scales", "words", "long", "1")
    with pytest.raises(CommandError, match="never less for more"):
        call_command("map_scales", "words", "short", "2", "1", "1", "1")
    assert ScaleMap.objects.exists() is False
    call_command("map_scales", "words", "short", "0", "1", "2", "2", stdout=told)
    assert ScaleMap.objects.current().get().ranks == [0, 1, 2, 2]

    with pytest.raises(CommandError, match="There is no competency https"):
        call_command("withdraw_competency", "https://example.org/gone")
    call_command("withdraw_competency", own.uri, "--on", "2026-01-01", stdout=told)
    own.refresh_from_db()
    assert own.retired_on == date(2026, 1, 1)
    assert told.getvalue() == "Words now leads to Short.\nOwn is withdrawn since 2026-01-01.\n"


def test_what_a_competency_is_never_changes():
    competency = make_competency("A")
    with pytest.raises(DefinitionRefusedError, match="another kind or framework"):
        add_competency(framework=competency.framework, uri=competency.uri, kind="reserved", title="A")
    with pytest.raises(DefinitionRefusedError, match="scale cannot change"):
        add_framework(uri=competency.framework.uri, title="Care", scale=make_scale("other"))
    competency.refresh_from_db()
    assert competency.kind == "skill"


def test_a_profile_asks_no_group():
    with pytest.raises(DefinitionRefusedError, match="is a group"):
        add_requirement(profile=make_profile(), competency=make_competency("Role", kind="group"), level=1)


def test_recognition_is_of_another_and_never_of_a_whole_reserved_act():
    one, other = make_organisation(), make_organisation()
    practical, act = make_competency("Practical"), make_competency("Act", kind="reserved")
    with pytest.raises(DefinitionRefusedError, match="its own evidence"):
        add_recognition(accepting=one, issuer=one, competency=practical, kind="practical", level=3)
    with pytest.raises(DefinitionRefusedError, match="proven by its parts"):
        add_recognition(accepting=one, issuer=other, competency=practical, kind="practical", level=3, gives=act)
    rule = add_recognition(
        accepting=one, issuer=other, competency=practical, kind="practical", level=3, max_age_months=24
    )
    assert (rule.gives, rule.gives_level) == (practical, 3)
    assert (
        add_recognition(
            accepting=one, issuer=other, competency=practical, kind="practical", level=3, max_age_months=24
        ).pk
        == rule.pk
    )


def test_jobs_and_authorities_are_repeatable():
    organisation, person, competency = make_organisation(), make_person(), make_competency()
    profile = add_profile(uri="https://example.org/p", title="P")
    links = {link_job(organisation=organisation, job="Carer", profile=profile).pk for _time in range(2)}
    day = date(2024, 1, 1)
    with pytest.raises(DefinitionRefusedError, match="cannot end before"):
        authorise_assessor(
            person=person, organisation=organisation, competency=competency, starts_on=day, ends_on=date(2023, 1, 1)
        )
    authorities = {
        authorise_assessor(person=person, organisation=organisation, competency=competency, starts_on=day).pk
        for _time in range(2)
    }
    assert (len(links), len(authorities)) == (1, 1)
