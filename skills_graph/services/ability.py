"""Who of some people is able to do something on a day, and who may judge it: for whoever looks for a teacher."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from skills_graph.models import AssessorAuthorisation, Competency, Holding, Relation


def able_people(*, people: Collection[int], asked: Mapping[int, int], day: date) -> set[int]:
    """Who of these people (ids) holds every asked competency (id → level) on a day, itself or the reserved act that it is
    part of. Everybody, where nothing is asked. Two queries."""
    able = set(people)
    wholes = _wholes_of(asked)
    wanted = {each for competency in asked for each in (competency, *wholes.get(competency, ()))}
    rows = Holding.objects.on(day).filter(person__in=able, competency__in=wanted) if wanted else Holding.objects.none()
    held = set(rows.values_list("person_id", "competency_id", "level"))
    for competency, level in asked.items():
        counting = {competency, *wholes.get(competency, ())}
        able &= {person for person, what, reached in held if what in counting and reached >= level}
    return able


def authorised_people(*, people: Collection[int], competencies: Collection[int], day: date) -> set[int]:
    """Who of these people (ids) some organisation lets judge every one of these competencies on a day. Two queries."""
    authorised = set(people)
    wholes = _wholes_of(competencies)
    wanted = {each for competency in competencies for each in (competency, *wholes.get(competency, ()))}
    rows = AssessorAuthorisation.objects.on(day).current().filter(person__in=authorised, competency__in=wanted)
    given = set(rows.values_list("person_id", "competency_id"))
    for competency in competencies:
        counting = {competency, *wholes.get(competency, ())}
        authorised &= {person for person, what in given if what in counting}
    return authorised


def _wholes_of(competencies: Collection[int]) -> dict[int, set[int]]:
    links = Relation.objects.current().filter(
        source__in=competencies,
        kind=Relation.Kind.BROADER,
        status=Relation.Status.ACCEPTED,
        target__kind=Competency.Kind.RESERVED,
    )
    found: dict[int, set[int]] = {}
    for part, whole in links.values_list("source_id", "target_id"):
        found.setdefault(part, set()).add(whole)
    return found
