"""Who of some people is able to do something on a day, and who may judge it: for whoever looks for a teacher."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from skills_graph.models import NEVER, AssessorAuthorisation, Competency, Holding, Relation


def able_people(*, people: Collection[int], asked: Mapping[int, int], day: date) -> set[int]:
    """Who of these people (ids) holds every asked competency (id → level) on a day, itself or the reserved act that it is
    part of. Everybody, where nothing is asked. Two queries."""
    return {person for person, until in able_until(people=people, asked=asked).items() if until > day}


def able_until(*, people: Collection[int], asked: Mapping[int, int]) -> dict[int, date]:
    """Until (and not on) which day each of these people (ids) holds every asked competency (id → level): for who looks at
    many days at once. Who never held them all is left out. Two queries, none where nothing is asked."""
    if not asked:
        return dict.fromkeys(people, NEVER)
    wholes = _wholes_of(asked)
    counting = {competency: {competency, *wholes.get(competency, ())} for competency in asked}
    rows = Holding.objects.filter(person__in=people, competency__in=set[int]().union(*counting.values()))
    ends: dict[int, dict[int, date]] = {}
    for person, what, level, until in rows.values_list("person_id", "competency_id", "level", "until"):
        for competency, least in asked.items():
            if what in counting[competency] and level >= least:
                own = ends.setdefault(person, {})
                own[competency] = max(until, own.get(competency, until))
    return {person: min(own.values()) for person, own in ends.items() if len(own) == len(asked)}


def authorised_people(*, people: Collection[int], competencies: Collection[int], day: date) -> set[int]:
    """Who of these people (ids) some organisation lets judge every one of these competencies on a day. Two queries."""
    return Authority(people=people, competencies=competencies).on(day)


class Authority:
    """Who of these people (ids) may judge every one of these competencies, on any day. Two queries, when it is made."""

    def __init__(self, *, people: Collection[int], competencies: Collection[int]) -> None:
        self.people = frozenset(people)
        wholes = _wholes_of(competencies)
        self.counting = [{competency, *wholes.get(competency, ())} for competency in competencies]
        rows = AssessorAuthorisation.objects.current().filter(
            person__in=self.people, competency__in=set[int]().union(*self.counting)
        )
        self.rows = list(rows.values_list("person_id", "competency_id", "starts_on", "ends_on"))

    def on(self, day: date) -> set[int]:
        authorised = set(self.people)
        in_force = [row for row in self.rows if row[2] <= day and (row[3] is None or day <= row[3])]
        for counting in self.counting:
            authorised &= {person for person, what, _first, _last in in_force if what in counting}
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
