"""Who is able to teach a type of session and who may assess in it: the skills graph says, on the day itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plugins.skillslab.models import SessionType, Skillslab, Teacher
from skills_graph.api import Authority, Outcome, able_until


@dataclass(frozen=True)
class Qualified:
    """People (ids) who may instruct, and who may assess."""

    instructors: frozenset[int]
    assessors: frozenset[int]


def skills_proven(session_type: SessionType) -> dict[int, int]:
    """What is assessed in the activity that a session serves: competency id → level. Nothing where nothing practical is
    proven; then every teacher may teach it. One query."""
    module = session_type.module
    if module is None or module.current_version_id is None:
        return {}
    rows = Outcome.objects.filter(version=module.current_version_id, is_entry=False, kind="practical")
    if session_type.block_id is not None:
        rows = rows.filter(Q(block_id__isnull=True) | Q(block_id=session_type.block_id))
    return dict(rows.order_by("level").values_list("competency", "level"))


def qualified_for(session_type: SessionType, day: date) -> Qualified:
    """The teachers who hold what the session proves on that day; assessors have authority for it beside."""
    return QualifiedDays(session_type).on(day)


class QualifiedDays:
    """The same for any number of days: six queries at most, when it is made."""

    def __init__(self, session_type: SessionType) -> None:
        people, proven = teachers_of(session_type.skillslab), skills_proven(session_type)
        self.ends = able_until(people=people, asked=proven)
        self.authority = Authority(people=list(self.ends), competencies=proven) if proven else None
        self.known: dict[date, Qualified] = {}

    def on(self, day: date) -> Qualified:
        if day not in self.known:
            able = frozenset(person for person, until in self.ends.items() if until > day)
            may_assess = able & self.authority.on(day) if self.authority is not None else able
            self.known[day] = Qualified(able, may_assess)
        return self.known[day]


def teachers_of(skillslab: Skillslab) -> list[int]:
    return list(Teacher.objects.filter(skillslab=skillslab, left_at__isnull=True).values_list("person", flat=True))
