"""Who of some people is able to do something on a day, and who may judge it: one question, for whoever looks for a teacher."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from skills_graph.models import NEVER, AssessorAuthorisation, Competency, Holding, Relation

Wholes = Mapping[int, set[int]]


@dataclass(frozen=True)
class Abilities:
    """What people can do and may judge, read once and asked for any day from then on.

    `held` has, for a person and a competency, levels with the first day on which each counts no more; `given` the first
    day of an authority with the first day without it. `wholes` are the reserved acts that a competency is part of.
    """

    wholes: Wholes = field(default_factory=dict)
    held: Mapping[tuple[int, int], list[tuple[int, date]]] = field(default_factory=dict)
    given: Mapping[tuple[int, int], list[tuple[date, date]]] = field(default_factory=dict)

    def able_until(self, person: int, asked: Mapping[int, int], day: date) -> date | None:
        """The first day from `day` on which somebody lacks one of these (competency → level); None for who lacks it then,
        `date.max` for never."""
        return _first_lack(self._held_until(person, what, level, day) for what, level in asked.items())

    def authorised_until(self, person: int, competencies: Collection[int], day: date) -> date | None:
        """The same for the authority to judge all of these."""
        return _first_lack(self._given_until(person, what, day) for what in competencies)

    def _held_until(self, person: int, competency: int, level: int, day: date) -> date | None:
        rows = (row for each in self._counting(competency) for row in self.held.get((person, each), ()))
        return max((until for reached, until in rows if reached >= level and until > day), default=None)

    def _given_until(self, person: int, competency: int, day: date) -> date | None:
        rows = sorted(row for each in self._counting(competency) for row in self.given.get((person, each), ()))
        reached: date | None = None
        for first, until in rows:  # one that follows at once goes on where the other ends
            if first <= (reached or day) < until:
                reached = until
        return reached

    def _counting(self, competency: int) -> set[int]:
        return {competency, *self.wholes.get(competency, ())}


def _first_lack(days: Iterable[date | None]) -> date | None:
    found = list(days)
    return None if None in found else min((each for each in found if each is not None), default=NEVER)


def abilities_of(*, people: Collection[int], competencies: Collection[int], first: date) -> Abilities:
    """What these people (ids) can do and may judge of these competencies from a day on. Three queries."""
    wholes = reserved_wholes(competencies)
    wanted = _with_wholes(competencies, wholes)
    return Abilities(wholes, _held(people, wanted, first), _given(people, wanted, first))


def _with_wholes(competencies: Collection[int], wholes: Wholes) -> set[int]:
    return {each for competency in competencies for each in (competency, *wholes.get(competency, ()))}


def _held(people: Collection[int], wanted: set[int], first: date) -> dict[tuple[int, int], list[tuple[int, date]]]:
    found: dict[tuple[int, int], list[tuple[int, date]]] = defaultdict(list)
    rows = Holding.objects.on(first).filter(person__in=people, competency__in=wanted)
    for person, competency, level, until in rows.values_list("person_id", "competency_id", "level", "until"):
        found[person, competency].append((level, until))
    return found


def _given(people: Collection[int], wanted: set[int], first: date) -> dict[tuple[int, int], list[tuple[date, date]]]:
    found: dict[tuple[int, int], list[tuple[date, date]]] = defaultdict(list)
    rows = AssessorAuthorisation.objects.current().filter(person__in=people, competency__in=wanted)
    for person, competency, start, last in rows.values_list("person_id", "competency_id", "starts_on", "ends_on"):
        until = NEVER if last is None or last == NEVER else last + timedelta(days=1)
        if until > first:
            found[person, competency].append((start, until))
    return found


def reserved_wholes(competencies: Collection[int]) -> dict[int, set[int]]:
    """Part → the reserved acts that it is part of (all ids). One query."""
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
