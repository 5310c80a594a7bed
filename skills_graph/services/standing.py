"""Where people stand against what their jobs ask, on a day: held, about to expire, lapsed, growing or missing.

One semantics for the portfolio, the screens of a manager and their downloads. "Held on day D" is `until > D`, so that
tomorrow and next month cost nothing; a day in the past is derived from the evidence that there was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import Organisation
from skills_graph.models import (
    NEVER,
    Assurance,
    Competency,
    CompetencyTerms,
    Holding,
    JobProfile,
    Relation,
    Requirement,
    Strength,
)
from skills_graph.services.holdings import claims_on

SOON = timedelta(days=90)
Job = tuple[int, str]  # organisation id, and the job as its memberships write it


class State(models.TextChoices):
    """How somebody stands in one skill, on a day."""

    HELD = "held", _("in order")
    EXPIRES = "expires", _("expires soon")
    LAPSED = "lapsed", _("lapsed")
    GROWING = "growing", _("growing")
    MISSING = "missing", _("missing")


IN_ORDER = frozenset({State.HELD, State.EXPIRES})
URGENCY = {state: place for place, state in enumerate(("lapsed", "missing", "growing", "expires", "held"))}


@dataclass(frozen=True)
class AsOf:
    """The day that is judged, and the moment whose knowledge counts: None is what is known now."""

    day: date
    moment: datetime | None = None

    @classmethod
    def today(cls) -> AsOf:
        return cls(timezone.localdate())

    @classmethod
    def known_then(cls, day: date) -> AsOf:
        """A past day by what was known when it ended."""
        midnight = datetime.combine(day + timedelta(days=1), time(), timezone.get_current_timezone())
        return cls(day, min(midnight, timezone.now()))

    @property
    def is_to_come(self) -> bool:
        return self.day > timezone.localdate()

    @property
    def is_derived(self) -> bool:
        """Whether holdings, which say until when and not from when, cannot tell."""
        return self.moment is not None or self.day < timezone.localdate()


class Fact(NamedTuple):
    """Something that a person holds or held: at this level, this firmly, until (and not on) this day."""

    level: int
    assurance: int
    until: date


BARE = (
    "profile",
    "level",
    "assurance",
    "strength",
    *(f"competency__{name}" for name in ("uuid", "title", "labels", "kind")),
)
Facts = Mapping[int, Sequence[Fact]]  # by competency


@dataclass(frozen=True)
class Need:
    """What is asked of one competency."""

    competency: Competency
    level: int
    assurance: int = Assurance.DECLARED
    strength: int = Strength.ESSENTIAL

    @property
    def is_essential(self) -> bool:
        return self.strength == Strength.ESSENTIAL

    def joined_with(self, other: Need) -> Need:
        """What two jobs ask together: the most of each."""
        return Need(
            self.competency,
            max(self.level, other.level),
            max(self.assurance, other.assurance),
            min(self.strength, other.strength),
        )


@dataclass(frozen=True)
class Whole:
    """A competency that is made of parts: how many of them it takes, and how many another organisation keeps to itself."""

    needed: int
    parts: tuple[Relation, ...]
    hidden_count: int = 0


@dataclass(frozen=True)
class Standing:
    """One skill of one person on one day. `level` is what counts that day, `until` the end of what is asked."""

    need: Need
    state: State
    level: int
    until: date | None
    parts: tuple[Standing, ...] = field(default=())

    @property
    def competency(self) -> Competency:
        return self.need.competency

    @property
    def is_in_order(self) -> bool:
        return self.state in IN_ORDER

    @property
    def ends_on(self) -> date | None:
        """The first day on which it no longer counts; None where it never ends or never was."""
        return None if self.until == NEVER else self.until

    @property
    def level_words(self) -> str:
        return self.competency.framework.scale.label_of(self.level) if self.level else ""

    @property
    def asked_words(self) -> str:
        return self.competency.framework.scale.label_of(self.need.level)

    @property
    def missing_parts(self) -> list[Standing]:
        return [part for part in self.parts if not part.is_in_order]

    @property
    def held_parts(self) -> list[Standing]:
        return [part for part in self.parts if part.is_in_order]


def judge(need: Need, facts: Facts, day: date, wholes: Mapping[int, Whole] | None = None) -> Standing:
    """How the facts answer what is asked."""
    found = facts.get(need.competency.pk, ())
    level = max((fact.level for fact in found if fact.until > day), default=0)
    enough = [fact.until for fact in found if fact.level >= need.level and fact.assurance >= need.assurance]
    until = max(enough, default=None)
    whole = (wholes or {}).get(need.competency.pk)
    parts = tuple(judge(_need_of(part, need), facts, day) for part in whole.parts) if whole else ()
    return Standing(need, _state(level, until, day, parts), level, until, parts)


def _state(level: int, until: date | None, day: date, parts: Sequence[Standing]) -> State:
    if until is not None and until > day:
        return State.EXPIRES if until <= day + SOON else State.HELD
    if until is not None:
        return State.LAPSED
    return State.GROWING if level or any(part.is_in_order for part in parts) else State.MISSING


def _need_of(part: Relation, whole: Need) -> Need:
    """What a whole at a level asks of a part."""
    at = part.at or 1
    gives_enough = part.gives is not None and part.gives >= whole.level
    return Need(part.source, at if gives_enough else max(at, whole.level), part.assurance, whole.strength)


def standings(needs: Iterable[Need], facts: Facts, day: date, wholes: Mapping[int, Whole]) -> list[Standing]:
    """What needs doing first, then by title."""
    found = [judge(need, facts, day, wholes) for need in needs]
    return sorted(found, key=lambda each: (URGENCY[each.state], each.need.strength, str(each.competency)))


# ── what is asked ──────────────────────────────────────────────────────────────────────────────────────────────


def needs_of_jobs(
    jobs: Collection[Job], moment: datetime | None = None, *, words: bool = True
) -> dict[Job, dict[int, Need]]:
    """Job → competency id → what the profiles of that job ask: two queries for any number of jobs. Without `words`
    the competencies have their titles and no scale: for who says no level in words, at half the price."""
    links = known(JobProfile, moment).filter(
        organisation__in={organisation for organisation, _job in jobs}, job__in={job for _organisation, job in jobs}
    )
    jobs_of: dict[int, list[Job]] = {}
    for organisation, job, profile in links.values_list("organisation", "job", "profile"):
        if (organisation, job) in jobs:
            jobs_of.setdefault(profile, []).append((organisation, job))
    rows = known(Requirement, moment).filter(profile__in=jobs_of)
    asked = (
        rows.select_related("competency__framework__scale") if words else rows.only(*BARE).select_related("competency")
    )
    found: dict[Job, dict[int, Need]] = {}
    for row in asked:
        for job in jobs_of[row.profile_id]:
            add_need(found.setdefault(job, {}), need_of(row))
    return found


def needs_of_profile(profile_id: int, moment: datetime | None = None) -> dict[int, Need]:
    rows = known(Requirement, moment).filter(profile=profile_id).select_related("competency__framework__scale")
    return {row.competency_id: need_of(row) for row in rows}


def need_of(row: Requirement) -> Need:
    return Need(row.competency, row.level, row.assurance, row.strength)


def add_need(needs: dict[int, Need], need: Need) -> None:
    there = needs.get(need.competency.pk)
    needs[need.competency.pk] = there.joined_with(need) if there else need


def wholes_of(
    competencies: Collection[int], organisations: Collection[Organisation], moment: datetime | None = None
) -> dict[int, Whole]:
    """The parts of those competencies that are made of parts, as these organisations may see them: one query."""
    terms = known(CompetencyTerms, moment).filter(competency=OuterRef("target"), rollup__isnull=False)
    relations = known(Relation, moment).filter(
        target__in=competencies, kind=Relation.Kind.BROADER, status=Relation.Status.ACCEPTED
    )
    rows = relations.annotate(rollup=Subquery(terms.values("rollup")[:1])).filter(rollup__isnull=False)
    parts: dict[int, list[Relation]] = {}
    for relation in rows.select_related("source__framework__scale").order_by("assurance", "pk"):
        parts.setdefault(relation.target_id, []).append(relation)
    found = {}
    for whole, all_parts in parts.items():
        shown = tuple(part for part in all_parts if part.source.is_usable_by(organisations))
        found[whole] = Whole(all_parts[0].rollup or len(all_parts), shown, len(all_parts) - len(shown))  # type: ignore[attr-defined]
    return found


def known(model: type[models.Model], moment: datetime | None) -> Any:
    """The definitions that were known at a moment; None is now."""
    rows: Any = model._default_manager
    return rows.current() if moment is None else rows.known_at(moment)


# ── what is there ──────────────────────────────────────────────────────────────────────────────────────────────


def facts_of(people: Any, as_of: AsOf, competencies: Collection[int] | None = None) -> dict[int, dict[int, list[Fact]]]:
    """Person id → competency id → facts, for people (ids, or for today a query of them); of these competencies, or of all.

    One query for today and later. For a past day, or the knowledge of one, everybody's evidence is read and derived, in
    pieces: what is kept of it is only what is asked.
    """
    if as_of.is_derived:
        return _derived_facts(people, as_of, None if competencies is None else frozenset(competencies))
    rows = Holding.objects.filter(person__in=people)
    if competencies is not None:
        rows = rows.filter(competency__in=competencies)
    found: dict[int, dict[int, list[Fact]]] = {}
    for person, competency, level, assurance, until in rows.values_list(
        "person", "competency", "level", "assurance", "until"
    ):
        found.setdefault(person, {}).setdefault(competency, []).append(Fact(level, assurance, until))
    return found


def _derived_facts(people: Any, as_of: AsOf, competencies: frozenset[int] | None) -> dict[int, dict[int, list[Fact]]]:
    found: dict[int, dict[int, list[Fact]]] = {}
    for person, claims in claims_on(people, day=as_of.day, moment=as_of.moment):
        for claim in claims:
            if competencies is None or claim.competency in competencies:
                fact = Fact(claim.level, claim.assurance, claim.until)
                found.setdefault(person, {}).setdefault(claim.competency, []).append(fact)
    return found
