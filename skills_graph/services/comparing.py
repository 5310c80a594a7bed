"""A person beside a profile: what is missing, at what level, and which modules teach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from lxp.models import User
from skills_graph.comparison import Asked, gap
from skills_graph.models import JobProfile, Profile, Requirement, Strength
from skills_graph.services.portfolio import jobs_of
from skills_graph.services.standing import (
    AsOf,
    Facts,
    Standing,
    State,
    facts_of,
    needs_of_profile,
    standings,
    wholes_of,
)
from skills_graph.services.teaching import Offer, offers, wanted_of, with_addresses

MOST_FOUND = 20
MOST_OFFERS, OFFERS_EACH = 40, 2
MOST_UNTAUGHT = 5  # without a module or a beginning, before they are folded
LEAST_LETTERS, MOST_CHARACTERS = 3, 80


@dataclass(frozen=True)
class Fit:
    """A job of the own organisations: how many of its requirements are met today."""

    profile: Profile
    met: int
    total: int
    is_own: bool


@dataclass(frozen=True)
class Line:
    """One requirement with how somebody stands, and what teaches what is missing."""

    standing: Standing
    offers: Sequence[Offer]

    @property
    def is_within_reach(self) -> bool:
        """Whether there is something to learn it with, or a beginning."""
        return bool(self.offers) or self.standing.state != State.MISSING


@dataclass(frozen=True)
class Gap:
    """What is missing of one strength: first what somebody has a beginning of or can learn, then the rest."""

    strength: str
    within_reach: Sequence[Line]
    rest: Sequence[Line]

    @property
    def count(self) -> int:
        return len(self.within_reach) + len(self.rest)


@dataclass(frozen=True)
class Comparison:
    """One person and one profile. `missing` is what is not in order, what is asked most first."""

    profile: Profile
    missing: Sequence[Gap]
    in_order: Sequence[Standing]
    attributions: Sequence[str]

    @property
    def total(self) -> int:
        return len(self.in_order) + sum(gap.count for gap in self.missing)


def visible_profiles(person: User) -> Q:
    return Q(owner__isnull=True) | Q(owner__in=person.organisations)


def find_profiles(person: User, text: str) -> list[Profile]:
    """At most 20 profiles with all these words in their title, in Dutch or English; shorter questions find nothing."""
    words = text.replace("\x00", "")[:MOST_CHARACTERS].split()
    if len("".join(words)) < LEAST_LETTERS:
        return []
    rows = Profile.objects.filter(visible_profiles(person))
    for word in words:
        rows = rows.filter(Q(title__icontains=word) | Q(labels__nl__icontains=word) | Q(labels__en__icontains=word))
    return list(rows.select_related("framework").order_by("framework", "title")[:MOST_FOUND])


def fits(person: User, facts: Facts) -> list[Fit]:
    """The jobs of one's organisations, one's own first and then what fits best: two queries for any number of them."""
    jobs = jobs_of(person)
    links = JobProfile.objects.current().filter(organisation__in=person.organisations).select_related("profile")
    profiles: dict[int, Profile] = {}
    own: set[int] = set()
    for link in links:
        profiles[link.profile_id] = link.profile
        if (link.organisation_id, link.job) in jobs:
            own.add(link.profile_id)
    demands: dict[int, list[Asked]] = {pk: [] for pk in profiles}
    rows = Requirement.objects.current().filter(profile__in=profiles)
    for profile_id, *asked in rows.values_list("profile", "competency", "level", "assurance", "strength"):
        demands[profile_id].append(Asked(*asked))
    today = timezone.localdate()
    found = []
    for pk, profile in profiles.items():
        total = len(demands[pk])
        found.append(Fit(profile, total - len(gap(demands[pk], facts, today)), total, pk in own))
    return sorted(found, key=lambda fit: (not fit.is_own, -fit.met / max(fit.total, 1), str(fit.profile)))


def own_facts(person: User) -> Facts:
    return facts_of([person.pk], AsOf.today()).get(person.pk, {})


def compare(person: User, profile: Profile, facts: Facts) -> Comparison:
    """How a person stands in all that a profile asks, with the modules that this person may find: four queries."""
    needs = {
        pk: need
        for pk, need in needs_of_profile(profile.pk).items()
        if need.competency.is_usable_by(person.organisations)
    }
    found = standings(needs.values(), facts, timezone.localdate(), wholes_of(needs, person.organisations))
    open_ones = [each for each in found if not each.is_in_order]
    taught = with_addresses(offers(person, wanted_of(open_ones), most=MOST_OFFERS))
    missing = []
    for strength in Strength:
        lines = [Line(each, _teaching(each, taught)) for each in open_ones if each.need.strength == strength]
        if lines:
            missing.append(_gap(str(strength.label), lines))
    frameworks = {need.competency.framework for need in needs.values()}
    attributions = sorted({each.attribution for each in frameworks if each.attribution})
    return Comparison(profile, missing, [each for each in found if each.is_in_order], attributions)


def _gap(strength: str, lines: Sequence[Line]) -> Gap:
    """A few stand together; of many, such as the eighty that ESCO asks of a job, those that one can do something about go
    first."""
    rest = [each for each in lines if not each.is_within_reach]
    if len(rest) <= MOST_UNTAUGHT:
        return Gap(strength, lines, [])
    return Gap(strength, [each for each in lines if each.is_within_reach], rest)


def _teaching(standing: Standing, taught: Sequence[Offer]) -> list[Offer]:
    wanted = wanted_of([standing])
    return [offer for offer in taught if wanted.keys() & offer.proves.keys()][:OFFERS_EACH]
