"""Adding what jobs ask, who may assess, and what employers recognise of each other. Definitions: closed, never edited."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import (
    AssessorAuthorisation,
    Assurance,
    Competency,
    Framework,
    JobProfile,
    Profile,
    RecognitionRule,
    Requirement,
    Strength,
)
from skills_graph.models.outcomes import EvidenceKind
from skills_graph.services.definitions import check_level, put


@transaction.atomic
def add_profile(
    *,
    uri: str,
    title: str,
    labels: dict[str, str] | None = None,
    owner: Organisation | None = None,
    framework: Framework | None = None,
) -> Profile:
    """A profile by its address; its requirements are added one by one."""
    values: dict[str, Any] = {"title": title, "labels": labels or {}, "owner": owner, "framework": framework}
    profile = Profile.objects.filter(uri=uri).first()
    if profile is None or any(getattr(profile, name) != value for name, value in values.items()):
        profile, _made = Profile.objects.update_or_create(uri=uri, defaults=values)
    return profile


@transaction.atomic
def add_requirement(
    *,
    profile: Profile,
    competency: Competency,
    level: int,
    assurance: int = Assurance.DECLARED.value,
    strength: int = Strength.ESSENTIAL.value,
    by: User | None = None,
) -> Requirement:
    """What a profile asks of one competency, from now on. Raises DefinitionRefusedError for what nobody can hold."""
    if competency.kind == Competency.Kind.GROUP:
        raise DefinitionRefusedError(
            _("%(competency)s is a group, and nobody can hold a group. Ask for what is in it.")
            % {"competency": competency}
        )
    check_level(competency, level)
    values = {"level": level, "assurance": assurance, "strength": strength}
    return put(Requirement, {"profile": profile, "competency": competency}, values, by)


@transaction.atomic
def link_job(*, organisation: Organisation, job: str, profile: Profile, by: User | None = None) -> JobProfile:
    """Use a profile for a job, as the job is written in the organisation's memberships."""
    return put(JobProfile, {"organisation": organisation, "job": job, "profile": profile}, {}, by)


@transaction.atomic
def authorise_assessor(
    *,
    person: User,
    organisation: Organisation,
    competency: Competency,
    starts_on: date,
    ends_on: date | None = None,
    by: User | None = None,
) -> AssessorAuthorisation:
    """Let somebody judge a competency in an organisation, from a day until and including a day."""
    if ends_on is not None and ends_on < starts_on:
        raise DefinitionRefusedError(_("An authority cannot end before it starts."))
    identity = {"person": person, "organisation": organisation, "competency": competency, "starts_on": starts_on}
    return put(AssessorAuthorisation, identity, {"ends_on": ends_on}, by)


@transaction.atomic
def add_recognition(
    *,
    accepting: Organisation,
    issuer: Organisation,
    competency: Competency,
    kind: str,
    level: int,
    gives: Competency | None = None,
    gives_level: int | None = None,
    max_age_months: int | None = None,
    by: User | None = None,
) -> RecognitionRule:
    """Take an issuer's evidence of this kind, from this level, as proof of `gives` (the same competency unless given)."""
    if accepting.pk == issuer.pk:
        raise DefinitionRefusedError(_("An organisation needs no rule to take its own evidence."))
    gives, gives_level = gives or competency, gives_level or level
    if gives.is_reserved or EvidenceKind(kind) == EvidenceKind.RECOGNITION:
        raise DefinitionRefusedError(
            _("A reserved act is proven by its parts, and what was recognised is not recognised again. Name a part.")
        )
    check_level(competency, level)
    check_level(gives, gives_level)
    identity = {"accepting": accepting, "issuer": issuer, "competency": competency, "kind": kind, "level": level}
    values = {"gives": gives, "gives_level": gives_level, "max_age_months": max_age_months}
    return put(RecognitionRule, identity, values, by)
