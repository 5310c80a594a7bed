"""Which of some competencies somebody's jobs ask, and how that stands: for whoever can offer a way to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from lxp.models import User
from skills_graph.models import Competency
from skills_graph.services.portfolio import jobs_of, merged
from skills_graph.services.standing import AsOf, Standing, facts_of, judge, needs_of_jobs, wholes_of


@dataclass(frozen=True)
class Asked:
    """`about` is the skill that a job asks, `own` how the competency stands that was asked for: itself, or its part."""

    about: Competency
    own: Standing


def asked_of(*, person: User, competencies: Collection[int]) -> dict[int, Asked]:
    """Competency id → what is asked of it as essential, itself or as a part of a whole. Five queries at most; none for who
    has no job, or nothing to ask about."""
    jobs = jobs_of(person)
    if not jobs or not competencies:
        return {}
    needs = {key: each for key, each in merged(needs_of_jobs(jobs).values()).items() if each.is_essential}
    wholes = wholes_of(needs, person.organisations) if needs else {}
    facts = facts_of([person.pk], AsOf.today(), competencies).get(person.pk, {})
    today = timezone.localdate()
    found = {
        key: Asked(need.competency, judge(need, facts, today)) for key, need in needs.items() if key in competencies
    }
    for key in wholes:
        for part in judge(needs[key], facts, today, wholes).parts:
            if part.competency.pk in competencies:
                found.setdefault(part.competency.pk, Asked(needs[key].competency, part))
    return found
