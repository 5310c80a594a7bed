"""A reserved act with its theory and its practical, a job that asks it, and people who stand differently in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from lxp.models import Organisation, Role, Unit, User
from lxp.services.organisations import grant_membership
from skills_graph.models import Assurance, Competency, Evidence, Profile
from skills_graph.services.definitions import add_relation, add_terms
from skills_graph.services.profiles import add_requirement, link_job
from tests.factories.frameworks import make_competency, make_framework, make_profile
from tests.factories.people import make_member, make_organisation, make_person
from tests.factories.skills import prove

JOB = "Verzorgende"
LEVEL = 3


@dataclass
class Act:
    """What the tests of a portfolio and of a team look at."""

    organisation: Organisation
    act: Competency
    theory: Competency
    practical: Competency
    profile: Profile
    assessor: User
    unit: Unit


def make_act(slug: str = "linde", *, months: int = 36) -> Act:
    organisation = make_organisation(slug)
    framework = make_framework(f"zorg-{slug}")
    theory = make_competency(f"Katheter {slug}: theorie", framework=framework, kind="knowledge", months=months)
    practical = make_competency(f"Katheter {slug}: praktijk", framework=framework, months=months)
    act = make_competency(f"Katheter {slug} inbrengen", framework=framework, kind="reserved", role="provider")
    add_terms(competency=act, rollup=0, renew_months=months, legal_basis="Wet BIG")
    add_relation(source=theory, target=act, kind="broader", at=2, gives=LEVEL, assurance=Assurance.TESTED.value)
    add_relation(
        source=practical, target=act, kind="broader", at=LEVEL, gives=LEVEL, assurance=Assurance.ASSESSED.value
    )
    profile = make_profile(f"Verzorgende {slug}")
    add_requirement(profile=profile, competency=act, level=LEVEL, assurance=Assurance.ASSESSED.value)
    link_job(organisation=organisation, job=JOB, profile=profile)
    unit = Unit.objects.create(organisation=organisation, slug="team", name="Team Geel")
    return Act(organisation, act, theory, practical, profile, make_member(organisation, Role.ASSESSOR), unit)


def make_carer(act: Act, name: str = "Anna", **fields: object) -> User:
    """A member of the team with the job that asks the act."""
    person = make_person(first_name=name, last_name="Bakker")
    values = {"unit": act.unit, "job": JOB, "starts_on": date(2020, 1, 1), **fields}
    grant_membership(person=person, organisation=act.organisation, **values)
    return person


def make_leader(act: Act, *, unit: Unit | None = None, role: str = Role.MANAGER) -> User:
    person = make_person(first_name="Lies", last_name="Leider")
    grant_membership(
        person=person,
        organisation=act.organisation,
        unit=unit or act.unit,
        roles=frozenset({role}),
        starts_on=date(2020, 1, 1),
    )
    return person


def pass_theory(person: User, act: Act, *, days_ago: int = 0, **fields: object) -> Evidence:
    return prove(person, act.theory, 2, issuer=act.organisation, occurred_on=ago(days_ago), **fields)


def pass_practical(person: User, act: Act, *, days_ago: int = 0, **fields: object) -> Evidence:
    values = {"kind": "practical", "assessor": act.assessor, "occurred_on": ago(days_ago), **fields}
    return prove(person, act.practical, LEVEL, issuer=act.organisation, **values)


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)
