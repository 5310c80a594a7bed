"""What many people hold until when, and what jobs ask of them: for whoever plans how it is proven again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from lxp.models import Organisation
from skills_graph.models import Holding, JobProfile, Strength
from skills_graph.services.standing import Job

ROWS_AT_ONCE = 5000


class Held(NamedTuple):
    """A competency that a person holds or held (both ids), at a level, this firmly, until and not on a day."""

    person: int
    competency: int
    level: int
    assurance: int
    until: date


class AskedByJob(NamedTuple):
    """What a job asks of a competency."""

    level: int
    assurance: int


def held_by(*, competencies: Collection[int], person: int | None = None) -> Iterator[Held]:
    """What everybody holds, or one person, of these competencies (ids), also what has lapsed. One query, read in pieces."""
    rows = Holding.objects.filter(competency__in=competencies)
    if person is not None:
        rows = rows.filter(person=person)
    fields = ("person", "competency", "level", "assurance", "until")
    return (Held(*row) for row in rows.values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE))


def asked_by_jobs(
    *, organisations: Collection[Organisation | int], parts: Mapping[int, Collection[int]]
) -> Mapping[Job, Mapping[int, AskedByJob]]:
    """(organisation id, job) → competency id → what the profiles of that job ask together, where they cannot do without.

    `parts` are the competencies, each with the reserved acts that it is part of (`reserved_wholes`): who is asked an act is
    asked its parts. One query.
    """
    asking: dict[int, set[int]] = {}
    for part, wholes in parts.items():
        for each in (part, *wholes):
            asking.setdefault(each, set()).add(part)
    rows = JobProfile.objects.current().filter(
        Q(profile__requirements__known_until__isnull=True),
        organisation__in=organisations,
        profile__requirements__competency__in=asking,
        profile__requirements__strength=Strength.ESSENTIAL,
    )
    fields = (
        "organisation",
        "job",
        *(f"profile__requirements__{name}" for name in ("competency", "level", "assurance")),
    )
    found: dict[Job, dict[int, AskedByJob]] = {}
    for organisation, job, competency, level, assurance in rows.values_list(*fields):
        asked = found.setdefault((organisation, job), {})
        for part in asking[competency]:
            there = asked.get(part, AskedByJob(0, 0))
            asked[part] = AskedByJob(max(there.level, level), max(there.assurance, assurance))
    return found


def families_of_jobs(*, organisations: Collection[Organisation | int]) -> Mapping[Job, str]:
    """(organisation id, job) → the title of its profile, the first by title where there are several. One query."""
    rows = JobProfile.objects.current().filter(organisation__in=organisations).select_related("profile")
    titles = sorted((str(row.profile), row.organisation_id, row.job) for row in rows)
    return {(organisation, job): title for title, organisation, job in reversed(titles)}
