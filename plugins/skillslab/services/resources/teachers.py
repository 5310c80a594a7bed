"""Who is able to teach a type of session and who may assess in it: the skills graph says, on the day itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from plugins.skillslab.models import SessionType, Skillslab, Teacher
from skills_graph.api import Abilities, Outcome, abilities_of


@dataclass(frozen=True)
class Qualified:
    """People (ids) who may instruct, and who may assess."""

    instructors: frozenset[int]
    assessors: frozenset[int]


def skills_proven(session_types: Collection[SessionType]) -> dict[int, dict[int, int]]:
    """What is assessed in the activities that sessions serve: type (id) → competency (id) → level. Nothing where nothing
    practical is proven; then every teacher may teach it. One query, with their modules selected."""
    versions = {each.pk: each.module.current_version_id for each in session_types if each.module is not None}
    rows = Outcome.objects.filter(version__in=set(versions.values()), is_entry=False, kind="practical").order_by(
        "level"
    )
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for row in rows:
        if row.version_id is not None:
            outcomes[row.version_id].append(row)
    return {
        each.pk: {
            row.competency_id: row.level
            for row in outcomes[versions.get(each.pk) or 0]
            if each.block_id is None or row.block_id in (None, each.block_id)
        }
        for each in session_types
    }


@dataclass
class Staff:
    """The teachers of a skillslab, with what they may do in each type of session on any day; read once."""

    teachers: list[Teacher]
    proven: dict[int, dict[int, int]]
    abilities: Abilities
    _known: dict[tuple[int, date], Qualified] = field(default_factory=dict)

    def teaches_until(self, person: int, session_type: SessionType, day: date) -> date | None:
        """The first day on which somebody may not instruct a type any more; None for who may not on `day`."""
        return self.abilities.able_until(person, self.proven[session_type.pk], day)

    def assesses_until(self, person: int, session_type: SessionType, day: date) -> date | None:
        """The same for assessing: able, and with authority."""
        proven = self.proven[session_type.pk]
        able = self.abilities.able_until(person, proven, day)
        authorised = self.abilities.authorised_until(person, proven, day)
        return min(able, authorised) if able is not None and authorised is not None else None

    def qualified(self, session_type: SessionType, day: date) -> Qualified:
        key = (session_type.pk, day)
        if key not in self._known:
            people = [each.person_id for each in self.teachers if each.left_at is None]
            able = frozenset(each for each in people if self.teaches_until(each, session_type, day) is not None)
            judging = frozenset(each for each in people if self.assesses_until(each, session_type, day) is not None)
            self._known[key] = Qualified(able, judging)
        return self._known[key]


def staff_of(skillslab: Skillslab, first: date, session_types: Collection[SessionType] | None = None) -> Staff:
    """Everybody who teaches or taught here, and what they may do from a day on; in all types, or in these. Six queries."""
    rows = Teacher.objects.filter(skillslab=skillslab).select_related("person", "organisation")
    teachers = sorted(rows, key=lambda each: (each.left_at is not None, str(each.person).casefold(), each.pk))
    if session_types is None:
        session_types = list(SessionType.objects.filter(skillslab=skillslab).select_related("module"))
    proven = skills_proven(session_types)
    asked = {competency for each in proven.values() for competency in each}
    people = [each.person_id for each in teachers]
    return Staff(teachers, proven, abilities_of(people=people, competencies=asked, first=first))
