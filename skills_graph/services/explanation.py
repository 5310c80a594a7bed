"""Why somebody holds a skill, or does not: the evidence behind it, what no longer counts, and what comes next.

Works from what is stored (`Holding.why`) and from the ledger; it decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.api import AssessmentRequest
from lxp.models import User
from skills_graph.inference import cited
from skills_graph.models import NEVER, Competency, CompetencyTerms, Evidence, EvidenceKind, Holding, Outcome
from skills_graph.services.holdings import evidence_on, explained_on
from skills_graph.services.standing import AsOf, Need, Standing, facts_of, judge, known, wholes_of
from skills_graph.services.teaching import Offer, offers, wanted_of, with_addresses

MOST_OFFERS, MOST_LOOKED_UP = 3, 12
Readable = Callable[[Evidence], bool]
RULES: dict[str, str | Promise] = {
    "whole": _("All its parts are proven, so the whole is proven."),
    "implies": _("Who can do this, can also do that."),
    "equivalent": _("This is the same skill under another name."),
    "recognition": _("The employer accepts what another employer recorded."),
    "evidence": _("This was proven directly."),
}


@dataclass(frozen=True)
class Ground:
    """One step of the derivation: a competency, the rule that gives it, until when, and the evidence it rests on."""

    competency: Competency
    level: int
    rule: str
    until: date
    evidence: Sequence[Evidence]
    depth: int

    @property
    def words(self) -> str | Promise:
        return RULES.get(self.rule, "")

    @property
    def level_words(self) -> str:
        return self.competency.framework.scale.label_of(self.level)

    @property
    def ends_on(self) -> date | None:
        return None if self.until == NEVER else self.until


@dataclass(frozen=True)
class Fallen:
    """Evidence that does not count: taken back, failed, or covered by what came later."""

    evidence: Evidence
    revocation: Evidence | None


@dataclass(frozen=True)
class PartStep:
    """A part of a reserved act with what comes next for it."""

    standing: Standing
    offers: Sequence[Offer]
    asked_on: date | None

    @property
    def is_practical(self) -> bool:
        return self.standing.competency.kind != Competency.Kind.KNOWLEDGE


@dataclass(frozen=True)
class Explanation:
    """What the page “Why?” shows. `is_whole_record`: whether evidence of every employer is in it."""

    standing: Standing
    grounds: Sequence[Ground]
    fallen: Sequence[Fallen]
    parts: Sequence[PartStep]
    offers: Sequence[Offer]
    renew_months: int | None
    legal_basis: str
    hidden_count: int

    @property
    def shown(self) -> list[Standing | Ground]:
        """Everything with a competency that is named."""
        return [self.standing, *self.standing.parts, *self.grounds]

    @property
    def direct(self) -> list[Ground]:
        """The steps that rest on evidence itself."""
        return [ground for ground in self.grounds if ground.evidence]


def explain(*, person: User, need: Need, viewer: User, as_of: AsOf | None = None) -> Explanation:
    """Why `person` holds or lacks what is needed on a day (today unless told), as `viewer` may read it. About ten queries,
    whatever the history.

    A leader reads what the own organisations recorded; of another employer's evidence, and of steps by way of another
    employer's own framework, only that they are there. For a past day there is nothing left to learn or to ask.
    """
    as_of = as_of or AsOf.today()
    wholes = wholes_of([need.competency.pk], viewer.organisations, as_of.moment)
    ids = {need.competency.pk, *(part.source_id for whole in wholes.values() for part in whole.parts)}
    standing = judge(need, facts_of([person.pk], as_of, ids).get(person.pk, {}), as_of.day, wholes)
    reasons = _reasons(person, standing, as_of)
    counted = set[str]().union(*(cited(reason) for reason in reasons.values()))
    ledger = _ledger(person, ids, counted, as_of)
    visible = _readable(person, viewer)
    own = reasons.get(need.competency.pk)
    shown = [own] if own else list(reasons.values())
    terms = known(CompetencyTerms, as_of.moment).filter(competency=need.competency).first()
    wanted = {} if as_of.is_derived else _to_learn(standing)
    found = with_addresses(offers(viewer, wanted, most=MOST_LOOKED_UP))
    grounds = _grounds(shown, ledger, visible)
    told = [each for each in grounds if viewer == person or each.competency.is_usable_by(viewer.organisations)]
    return Explanation(
        standing=standing,
        grounds=told,
        fallen=[each for each in _fallen(ledger.values(), counted) if visible(each.evidence)],
        parts=_parts(person, standing, found, as_of),
        offers=found[:MOST_OFFERS],
        renew_months=terms.renew_months if terms else None,
        legal_basis=terms.legal_basis if terms else "",
        hidden_count=sum(not visible(ledger[each]) for each in counted if each in ledger) + len(grounds) - len(told),
    )


def _to_learn(standing: Standing) -> dict[int, int]:
    """What is missing; of what is in order, what renewing takes: the parts that end first, or the skill itself."""
    if not standing.is_in_order:
        return wanted_of([standing])
    ending = [part for part in standing.parts if part.until == standing.until] or [standing]
    return {each.competency.pk: each.need.level for each in ending}


class _Reason(NamedTuple):
    """Something that is held, with its derivation."""

    competency: int
    level: int
    assurance: int
    until: date
    why: dict[str, Any]


def _reasons(person: User, standing: Standing, as_of: AsOf) -> dict[int, dict[str, Any]]:
    """Competency → derivation of what answers it best, of the competency and its parts."""
    needs = {each.competency.pk: each.need for each in (standing, *standing.parts)}

    def order(row: _Reason) -> tuple[bool, bool, date, int]:
        need = needs[row.competency]
        is_enough = row.level >= need.level and row.assurance >= need.assurance
        return is_enough and row.until > as_of.day, row.until > as_of.day, row.until, row.level

    best = {row.competency: row for row in sorted(_held(person, needs, as_of), key=order)}
    return {pk: best[pk].why for pk in needs if pk in best}


def _held(person: User, competencies: Collection[int], as_of: AsOf) -> Iterator[_Reason]:
    if as_of.is_derived:
        for claim, reason in explained_on(person.pk, day=as_of.day, moment=as_of.moment):
            if claim.competency in competencies:
                yield _Reason(claim.competency, claim.level, claim.assurance, claim.until, reason)
        return
    rows = Holding.objects.filter(person=person, competency__in=competencies)
    yield from map(_Reason._make, rows.values_list(*_Reason._fields))


def _ledger(person: User, competencies: Iterable[int], counted: Iterable[str], as_of: AsOf) -> dict[str, Evidence]:
    """The rows of these competencies, and whatever the derivations cite, by id; for a past day what counts for it."""
    ledger = evidence_on(as_of.day, as_of.moment) if as_of.is_derived else Evidence.objects.all()
    rows = ledger.of(person).filter(Q(competency__in=competencies) | Q(uuid__in=[*map(UUID, counted)]))
    related = rows.select_related("competency__framework__scale", "issuer", "assessor", "module_version__module")
    return {str(row.uuid): row for row in related}


def _steps(reason: dict[str, Any], depth: int = 0) -> Iterator[tuple[dict[str, Any], int]]:
    yield reason, depth
    for part in reason["parts"]:
        yield from _steps(part, depth + 1)


def _readable(person: User, viewer: User) -> Readable:
    """A test of one row of evidence: whether this viewer may read it."""
    if person.pk == viewer.pk:
        return lambda row: True
    readable = set(Evidence.objects.visible_to(viewer).filter(person=person).values_list("pk", flat=True))
    return lambda row: row.pk in readable


def _grounds(reasons: Sequence[dict[str, Any]], ledger: Mapping[str, Evidence], visible: Readable) -> list[Ground]:
    steps = [pair for reason in reasons for pair in _steps(reason)]
    ids = {step["competency"] for step, _depth in steps}
    competencies = Competency.objects.select_related("framework__scale").in_bulk(ids)
    return [
        Ground(
            competency=competencies[step["competency"]],
            level=step["level"],
            rule=step["rule"],
            until=date.fromisoformat(step["until"]),
            evidence=[
                ledger[each]
                for each in (*step["evidence"], *step.get("also", ()))
                if each in ledger and visible(ledger[each])
            ],
            depth=depth,
        )
        for step, depth in steps
    ]


def _fallen(ledger: Iterable[Evidence], counted: set[str]) -> list[Fallen]:
    """What is in the ledger and does not count, the latest first."""
    rows = list(ledger)
    revocations = {row.revokes: row for row in rows if row.revokes is not None}
    idle = [row for row in rows if row.revokes is None and str(row.uuid) not in counted]
    return [Fallen(row, revocations.get(row.uuid)) for row in sorted(idle, key=lambda row: -row.number)]


def _parts(person: User, standing: Standing, found: Sequence[Offer], as_of: AsOf) -> list[PartStep]:
    """Each part with the modules that prove it, and since when an assessor was asked for it."""
    asked = {} if as_of.is_derived else _asked_on(person, [part.competency.pk for part in standing.parts])
    return [
        PartStep(
            standing=part,
            offers=[each for each in found if part.competency.pk in each.proves][:MOST_OFFERS],
            asked_on=asked.get(part.competency.pk),
        )
        for part in standing.parts
    ]


def _asked_on(person: User, competencies: Sequence[int]) -> dict[int, date]:
    """Competency → since when a request for assessment waits that would prove it. Two queries."""
    waiting = AssessmentRequest.objects.waiting().filter(person=person)
    since: dict[tuple[int, UUID | None], date] = {}
    for version, block_id, moment in waiting.order_by("requested_at").values_list(
        "attempt__version", "block_id", "requested_at"
    ):
        day = timezone.localdate(moment)
        since[version, block_id] = day
        since.setdefault((version, None), day)  # what the practicals of a module prove together
    proving = Outcome.objects.filter(
        competency__in=competencies, kind=EvidenceKind.PRACTICAL, version__in={version for version, _block in since}
    )
    return {
        row.competency_id: since[row.version_id, row.block_id]
        for row in proving
        if (row.version_id, row.block_id) in since
    }
