"""Who teaches in a skillslab: found among the people of partners, and what the skills graph says of them today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lxp.models import Membership, Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.models import SessionType, Skillslab, Teacher
from plugins.skillslab.permissions import coordinated
from plugins.skillslab.services.resources.teachers import Staff
from skills_graph.api import NEVER

FOUND_AT_MOST = 20
SHORTEST = 2


@dataclass(frozen=True)
class Ability:
    """What somebody may do in a type of session today; `until` is the first day on which they may not, None for never."""

    session_type: SessionType
    may_assess: bool
    until: date | None


@dataclass
class TeacherLine:
    teacher: Teacher
    abilities: list[Ability] = field(default_factory=list)


def teacher_lines(*, staff: Staff, session_types: list[SessionType], day: date) -> list[TeacherLine]:
    """Everybody with what they may teach and assess on a day. No queries: nothing of it is kept here."""
    lines = []
    for teacher in staff.teachers:
        line = TeacherLine(teacher)
        for each in session_types:
            teaches = staff.teaches_until(teacher.person_id, each, day)
            assesses = staff.assesses_until(teacher.person_id, each, day) if each.assessors else None
            if assesses is not None:
                line.abilities.append(Ability(each, True, None if assesses == NEVER else assesses))
            elif teaches is not None:
                line.abilities.append(Ability(each, False, None if teaches == NEVER else teaches))
        lines.append(line)
    return lines


def people_found(*, skillslab: Skillslab, by: User, words: str) -> list[Membership]:
    """People who could teach: of the own organisation by a part of the name, of any partner by the whole e-mail address,
    so that nobody leafs through the people of another organisation. One query."""
    text = words.strip()
    if len(text) < SHORTEST or "\x00" in text:
        return []
    own = [each.pk for each in coordinated(by)]
    partners = skillslab.partners.values("organisation")
    rows = Membership.objects.of_staff().current().filter(organisation__in=partners)
    asked = Q(person__email__iexact=text)
    parts = Q(organisation__in=own)
    for part in text.split()[:4]:
        parts &= Q(person__first_name__icontains=part) | Q(person__last_name__icontains=part)
    rows = rows.filter(asked | parts).select_related("person", "organisation")
    unique = {(each.person_id, each.organisation_id): each for each in rows.order_by("person__last_name", "pk")}
    return list(unique.values())[:FOUND_AT_MOST]


@transaction.atomic
def add_teacher(*, skillslab: Skillslab, person: User, organisation: Organisation, by: User) -> Teacher:
    """Let somebody of a partner teach here; who taught before begins again. What they may do follows from the skills graph.

    Raises SetupRefusedError for who does not belong to that partner today.
    """
    require(by, "skillslab.look_after", skillslab)
    is_partner = skillslab.partners.filter(organisation=organisation).exists()
    works_there = Membership.objects.of_staff().current().filter(person=person, organisation=organisation).exists()
    if not is_partner or not works_there:
        raise SetupRefusedError(_("Only people of partners teach here. Choose somebody from the list."))
    values = {"organisation": organisation, "left_at": None}
    return Teacher.objects.update_or_create(skillslab=skillslab, person=person, defaults=values)[0]
