"""Many people who need a session: a module that proves something in practice, and who holds it until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from lxp.models import Membership, Organisation, Unit, User
from skills_graph.models import NEVER, Competency, Holding
from tests.factories.frameworks import make_competency
from tests.factories.modules import assignment, make_module
from tests.factories.people import make_member
from tests.plugins.skillslab.lab import Lab

LEVEL, ASSESSED = 3, 3


@dataclass
class Crowd:
    """The competency that the sessions of a lab prove, and people of its partners who need it."""

    lab: Lab
    competency: Competency

    def add(
        self,
        number: int,
        organisation: Organisation | None = None,
        until: date | None = None,
        unit: Unit | None = None,
        job: str = "",
    ) -> list[User]:
        """People of an organisation who hold it until a day; without a day they hold nothing."""
        people = [make_member(organisation or self.lab.owner) for _each in range(number)]
        Membership.objects.filter(person__in=people).update(unit=unit, job=job)
        for person in people if until is not None else ():
            self.hold(person, until)
        return people

    def hold(self, person: User, until: date, level: int = LEVEL) -> None:
        values = {"level": level, "assurance": ASSESSED, "until": until}
        Holding.objects.create(person=person, competency=self.competency, **values)


def make_crowd(lab: Lab) -> Crowd:
    """The teachers of the lab hold it for ever."""
    module = make_module(lab.owner, assignment(outcomes=[]))
    competency = make_competency("Katheteriseren")
    version = module.current_version
    version.outcomes.create(competency=competency, level=LEVEL, kind="practical", is_entry=False)
    lab.session_type.module = module
    lab.session_type.save()
    crowd = Crowd(lab, competency)
    for teacher in lab.teachers:
        crowd.hold(teacher, NEVER)
    return crowd


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)
