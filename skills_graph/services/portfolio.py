"""Everything that somebody can do, of all employers together, beside what the jobs ask: the same queries for any size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.api import Attempt
from lxp.models import User
from skills_graph.models import Competency, Credential, JobProfile, Profile
from skills_graph.services.standing import (
    AsOf,
    Facts,
    Job,
    Need,
    Standing,
    State,
    add_need,
    facts_of,
    judge,
    needs_of_jobs,
    needs_of_profile,
    standings,
    wholes_of,
)
from skills_graph.services.teaching import Offer, offers, wanted_of, with_addresses

MOST_BESIDE = 200
CREDENTIAL_WORDS = ("achievement__organisation", "achievement__competency__framework__scale")
# The roles of CanMEDS as Dutch nursing uses them (Beroepsprofiel verpleegkundige, 2015), in the order of a portfolio.
ROLES = {
    "provider": _("Giving care"),
    "communicator": _("Talking and listening"),
    "collaborator": _("Working together"),
    "promoter": _("Staying healthy"),
    "organiser": _("Organising"),
    "ebp": _("Thinking and improving"),
    "professional": _("Being a professional"),
}


@dataclass(frozen=True)
class Domain:
    """The skills of one role that the job asks."""

    key: str
    name: str
    skills: Sequence[Standing]

    @property
    def in_order(self) -> int:
        return sum(each.is_in_order for each in self.skills)


@dataclass(frozen=True)
class NextStep:
    """The one module that helps most, what it proves, and how many skills are then in order."""

    offer: Offer
    standing: Standing
    in_order_after: int


@dataclass(frozen=True)
class Portfolio:
    """What the page shows. `beside` is what somebody can do that no job of theirs asks, and `more_beside` how many of those
    are not in it."""

    profiles: Sequence[Profile]
    chosen: Profile | None
    domains: Sequence[Domain]
    beside: Sequence[Standing]
    more_beside: int
    credentials: Sequence[Credential]
    minutes_this_year: int
    next_step: NextStep | None

    @property
    def skills(self) -> list[Standing]:
        return list(chain.from_iterable(domain.skills for domain in self.domains))

    @property
    def in_order(self) -> int:
        return sum(domain.in_order for domain in self.domains)

    @property
    def valid_proofs(self) -> int:
        return sum(each.until > timezone.localdate() for each in self.credentials)


def jobs_of(person: User) -> set[Job]:
    return {(each.organisation_id, each.job) for each in person.current_memberships if each.job}


def merged(needs: Iterable[dict[int, Need]]) -> dict[int, Need]:
    """What several jobs ask together."""
    found: dict[int, Need] = {}
    for each in needs:
        for need in each.values():
            add_need(found, need)
    return found


def portfolio_of(person: User, profile_uuid: str = "") -> Portfolio:
    """The portfolio, compared with the own jobs together or with one profile of the own organisations."""
    today = timezone.localdate()
    profiles = _profiles_for(person)
    chosen = next((each for each in profiles if str(each.uuid) == profile_uuid), None)
    needs = needs_of_profile(chosen.pk) if chosen else merged(needs_of_jobs(jobs_of(person)).values())
    wholes = wholes_of(needs, person.organisations)
    facts = facts_of([person.pk], AsOf.today()).get(person.pk, {})
    skills = standings(needs.values(), facts, today, wholes)
    parts = {part.source_id for whole in wholes.values() for part in whole.parts}
    others = facts.keys() - needs.keys() - parts
    credentials = Credential.objects.standing().filter(person=person).defer("document", "evidence")
    return Portfolio(
        profiles=profiles,
        chosen=chosen,
        domains=domains_of(skills),
        beside=_beside(facts, others, today),
        more_beside=max(len(others) - MOST_BESIDE, 0),
        credentials=list(credentials.select_related(*CREDENTIAL_WORDS)),
        minutes_this_year=_minutes_this_year(person, today),
        next_step=next_step(person, skills),
    )


def _profiles_for(person: User) -> list[Profile]:
    """Profiles that the own organisations use for a job."""
    used = JobProfile.objects.current().filter(organisation__in=person.organisations)
    return list(Profile.objects.filter(pk__in=used.values("profile")))


def domains_of(skills: Iterable[Standing]) -> list[Domain]:
    """The skills by role, in the order of `ROLES`; each domain by title, so that a hill keeps its shape."""
    by_role: dict[str, list[Standing]] = {}
    for each in sorted(skills, key=lambda standing: str(standing.competency)):
        by_role.setdefault(each.competency.role, []).append(each)
    order = [*ROLES, *sorted(by_role.keys() - ROLES.keys())]
    return [
        Domain(role, str(ROLES.get(role, role.capitalize() or _("Other skills"))), by_role[role])
        for role in order
        if role in by_role
    ]


def _beside(facts: Facts, others: Collection[int], day: date) -> list[Standing]:
    """What is or was held beside what is asked, each at the highest level that it had."""
    rows = Competency.objects.filter(pk__in=others).select_related("framework__scale")[:MOST_BESIDE]
    return [judge(Need(row, _highest(facts, row.pk, day)), facts, day) for row in rows]


def _highest(facts: Facts, competency: int, day: date) -> int:
    """The level that counts today; the one that lapsed where none does."""
    found = facts[competency]
    return max((fact.level for fact in found if fact.until > day), default=max(fact.level for fact in found))


def _minutes_this_year(person: User, today: date) -> int:
    done = Attempt.objects.filter(person=person).completed()
    this_year = done.filter(completed_at__year=today.year)
    return this_year.aggregate(minutes=Sum("version__study_minutes"))["minutes"] or 0


def next_step_of(person: User) -> NextStep | None:
    """The next step towards what the own jobs ask, without the rest of the portfolio: nothing to look up without a job."""
    needs = merged(needs_of_jobs(jobs_of(person)).values())
    wholes = wholes_of(needs, person.organisations) if needs else {}
    ids = {*needs, *(part.source_id for whole in wholes.values() for part in whole.parts)}
    facts = facts_of([person.pk], AsOf.today(), ids).get(person.pk, {})
    return next_step(person, standings(needs.values(), facts, timezone.localdate(), wholes))


def next_step(person: User, skills: Sequence[Standing]) -> NextStep | None:
    """The module that settles most of what is urgent: first what lapsed, as on the home, and what is essential before what
    is not. Two queries for each of those that has nothing to offer, and two for the one that has."""
    waiting = [each for each in skills if each.state != State.HELD]
    essential = [each for each in waiting if each.need.is_essential]
    lapsed = [each for each in essential if each.state == State.LAPSED]
    tried = 0
    for lot in (lapsed, essential, waiting):
        found = with_addresses(offers(person, wanted_of(lot), most=1)) if len(lot) > tried else []
        if found:
            return _step(found[0], lot, skills)
        tried = len(lot)
    return None


def _step(offer: Offer, lot: Sequence[Standing], skills: Sequence[Standing]) -> NextStep:
    settles = [each for each in lot if _settles(offer, each)]
    settled = Counter(each.is_in_order for each in settles)[False]
    helped = next((each for each in lot if wanted_of([each]).keys() & offer.proves.keys()), lot[0])
    return NextStep(offer, helped, sum(each.is_in_order for each in skills) + settled)


def _settles(offer: Offer, standing: Standing) -> bool:
    """Whether all that is missing of a skill is in the offer."""
    return all(offer.proves.get(pk, 0) >= level for pk, level in wanted_of([standing]).items())
