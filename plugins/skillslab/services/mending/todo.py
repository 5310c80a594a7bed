"""What a coordinator has to do: derived each time from what there is, never stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxp.models import User
from plugins.skillslab.models import Session, Skillslab
from plugins.skillslab.permissions import coordinated
from plugins.skillslab.services.mending.gaps import Gap, outlook_of


@dataclass(frozen=True)
class Task:
    """A session that misses something."""

    session: Session
    gaps: list[Gap]


@dataclass
class Tasks:
    """Of one skillslab, the first session first."""

    tasks: list[Task] = field(default_factory=list)
    clashes: int = 0


def tasks_of(*, skillslab: Skillslab, by: User) -> Tasks:
    """Sessions that somebody runs, and all of a skillslab that they look after. Sixteen queries."""
    own = {each.pk for each in coordinated(by)}
    outlook = outlook_of(skillslab)
    found = [
        Task(each.session, each.gaps)
        for each in outlook.troubled
        if skillslab.owner_id in own or each.session.organiser_id in own
    ]
    return Tasks(sorted(found, key=lambda each: (each.session.starts_at, each.session.pk)), outlook.clashes)
