"""What follows from a ledger: which competency, at which level, how firmly known, until which day, and why. No database.

Knuth's generalisation of Dijkstra's algorithm (Inf. Process. Lett. 6(1), 1977): claims become final in the order of their
last day, longest first, so every derivation is well founded whatever circles the definitions make, and the first one found
is the best. Failures and revocations are decided by the ledger alone, before anything is inferred; so the result is unique.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple
from uuid import UUID

from skills_graph.frameworks.validity import MAX_RANKS
from skills_graph.snapshot import Part, RecognitionFacts, Snapshot

NEVER = date.max.toordinal()
EVIDENCE, RECOGNITION, WHOLE = "evidence", "recognition", "whole"  # beside the kinds of relation that infer
_TIERS = (3, 2, 1)
_Waiting = tuple[Any, ...]  # its place in the order, and the claim


class Entry(NamedTuple):
    """A row of the ledger, as far as it matters here. Its id may be text, which is quicker to read from a database."""

    uuid: UUID | str
    number: int
    competency: int
    level: int
    assurance: int
    kind: str
    failed: bool
    occurred_on: date
    valid_until: date | None
    revokes: UUID | str | None
    issuer: int

    @property
    def moment(self) -> tuple[date, int]:
        """Its place in time: a test that is done again on the same day comes later in the ledger."""
        return self.occurred_on, self.number


@dataclass(slots=True, eq=False)  # not frozen: that would make it several times slower, and there are many
class Claim:
    """Something held: at least this level, at least this firmly, until (and not on) a day; with its derivation."""

    competency: int
    level: int
    assurance: int
    ordinal: int
    rule: str
    size: int
    evidence: UUID | str | None = None
    also: tuple[UUID | str, ...] = ()
    source: int | None = None  # the relation or the rule of recognition
    parts: tuple[Claim, ...] = ()

    @property
    def until(self) -> date:
        return date.fromordinal(self.ordinal)


class _Proof(NamedTuple):
    """A direct proof: a row of the ledger, or one that a rule of recognition turns into an own competency."""

    entry: Entry
    competency: int
    level: int
    ordinal: int
    rule: int | None


class _Verdict(NamedTuple):
    """What the ledger alone decides: the proofs that stand, up to which level a failure lets a competency be inferred,
    and the resits that must be cited where a failure was made good."""

    proofs: list[_Proof]
    ceilings: dict[int, int]
    resits: dict[int, list[tuple[int, UUID | str]]]


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month; never beyond the calendar."""
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def expiry(occurred_on: date, *ends: date | None, months: Iterable[int | None]) -> int:
    """The earliest of some days and of some terms after a day, as an ordinal; NEVER where nothing ends it."""
    days = [each for each in ends if each is not None]
    days += [add_months(occurred_on, each) for each in months if each is not None]
    return min(days).toordinal() if days else NEVER


def _proofs(entries: Iterable[Entry], graph: Snapshot) -> Iterator[_Proof]:
    renewals, reserved, recognitions = graph.renewals, graph.reserved, graph.recognitions
    for entry in entries:
        own = renewals.get(entry.competency)
        if entry.competency not in reserved:
            is_endless = own is None and entry.valid_until is None
            ordinal = NEVER if is_endless else expiry(entry.occurred_on, entry.valid_until, months=(own,))
            yield _Proof(entry, entry.competency, entry.level, ordinal, None)
        for rule in recognitions.get((entry.issuer, entry.competency), ()) if recognitions else ():
            if rule.kind == entry.kind and entry.level >= rule.level and rule.gives not in reserved:
                yield _recognised(entry, rule, own, graph)


def _recognised(entry: Entry, rule: RecognitionFacts, own: int | None, graph: Snapshot) -> _Proof:
    months = [own, rule.max_age_months, graph.renewals.get(rule.gives)]
    ordinal = expiry(entry.occurred_on, entry.valid_until, months=months)
    level = min(rule.gives_level, graph.highest(rule.gives, entry.assurance))
    return _Proof(entry, rule.gives, level, ordinal, rule.pk)


def judge(entries: Iterable[Entry], graph: Snapshot) -> _Verdict:
    """Take out what was revoked and what a later failure cancels.

    A failure cancels earlier direct proof of the same or lower assurance at its level and above, and holds what is
    inferred below its level, until a resit: later direct proof, at least as high and at least as firm.
    """
    rows = list(entries)
    revoked = {row.revokes for row in rows}
    standing = [row for row in rows if row.revokes is None and row.uuid not in revoked]
    failures: dict[int, list[Entry]] = {}
    for row in standing:
        if row.failed:
            failures.setdefault(row.competency, []).append(row)
    proofs = [proof for proof in _proofs((row for row in standing if not row.failed), graph) if proof.level > 0]
    if failures:
        proofs = [
            proof for proof in proofs if not any(_cancels(each, proof) for each in failures.get(proof.competency, ()))
        ]
    ceilings: dict[int, int] = {}
    resits: dict[int, list[tuple[int, UUID | str]]] = {}
    for competency, failed in failures.items():
        own = [proof for proof in proofs if proof.competency == competency]
        for failure in failed:
            made_good = [proof.entry for proof in own if _makes_good(proof, failure)]
            if made_good:
                first = min(made_good, key=lambda entry: entry.moment)
                resits.setdefault(competency, []).append((failure.level, first.uuid))
            else:
                ceilings[competency] = min(ceilings.get(competency, MAX_RANKS), failure.level - 1)
    return _Verdict(proofs, ceilings, resits)


def _cancels(failure: Entry, proof: _Proof) -> bool:
    return (
        failure.moment > proof.entry.moment
        and failure.level <= proof.level
        and failure.assurance >= proof.entry.assurance
    )


def _makes_good(proof: _Proof, failure: Entry) -> bool:
    return (
        proof.entry.moment > failure.moment
        and proof.level >= failure.level
        and proof.entry.assurance >= failure.assurance
    )


class _Derivation:
    """One run over one person's ledger."""

    def __init__(self, graph: Snapshot, verdict: _Verdict) -> None:
        self.graph, self.ceilings, self.resits = graph, verdict.ceilings, verdict.resits
        self.heap = [_first(proof) for proof in verdict.proofs]
        self.final: dict[int, list[Claim]] = {}  # by competency, in the order in which they became final
        self.known: dict[int, list[int]] = {}  # by competency, the highest final level for each assurance
        self.reached: dict[tuple[int, int], int] = {}  # by part and assurance, up to which level it was counted
        self.counted: dict[tuple[int, int, int], list[Claim]] = {}  # by whole, level and assurance

    def run(self) -> dict[int, list[Claim]]:
        heap, final, every_known = self.heap, self.final, self.known
        edges, parts = self.graph.edges, self.graph.parts
        heapify(heap)
        while heap:
            claim = heappop(heap)[-1]
            competency, level, assurance = claim.competency, claim.level, claim.assurance
            known = every_known.get(competency)
            if known is None:
                known = every_known[competency] = [0, 0, 0, 0]
                final[competency] = []
            if known[assurance] >= level:
                continue
            for tier in range(1, assurance + 1):
                known[tier] = max(known[tier], level)
            final[competency].append(claim)
            for edge in edges.get(competency, ()):
                if assurance >= edge.assurance:
                    rank = edge.ranks[level - 1 if level <= len(edge.ranks) else -1]
                    self.infer((claim,), edge.target, rank, assurance, edge.highest, edge.kind, edge.relation)
            for part in parts.get(competency, ()):
                self.count(claim, part)
        return final

    def infer(
        self,
        parts: tuple[Claim, ...],
        target: int,
        rank: int,
        assurance: int,
        highest: tuple[int, ...],
        rule: str,
        source: int,
    ) -> None:
        """Claim what follows, as high as the scale of the target and its failures allow."""
        level = min(rank, highest[assurance - 1], self.ceilings.get(target, MAX_RANKS))
        known = self.known.get(target)
        if level < 1 or (known is not None and known[assurance] >= level):
            return
        also: tuple[UUID | str, ...] = ()
        if target in self.resits:
            cited_too = {uuid for failed_level, uuid in self.resits[target] if failed_level <= level}
            also = tuple(sorted(cited_too, key=str))
        first, size, ordinal = parts[0], 1 + len(also), parts[-1].ordinal  # the last one to come ends first
        for part in parts:
            size += part.size
        claim = Claim(target, level, assurance, ordinal, rule, size, None, also, source or None, parts)
        identity = (1, source, rank, first.competency, first.level, first.assurance)
        heappush(self.heap, (-ordinal, size, -level, -assurance, target, *identity, claim))

    def count(self, claim: Claim, part: Part) -> None:
        """A part is there, for each assurance at every level up to a rank that it had not reached before."""
        rank = part.ranks[claim.level - 1 if claim.level <= len(part.ranks) else -1]
        for assurance in _TIERS:
            before = self.reached.get((part.relation, assurance), 0)
            if claim.assurance < part.needs[assurance - 1] or rank <= before:
                continue
            self.reached[part.relation, assurance] = rank
            for level in range(rank, before, -1):
                found = self.counted.setdefault((part.whole, level, assurance), [])
                found.append(claim)
                if len(found) == part.needed:
                    self.infer(tuple(found), part.whole, level, assurance, part.highest, WHOLE, 0)


def _first(proof: _Proof) -> _Waiting:
    """A direct proof in the order of claims: longest first, then the shortest derivation; the rest of the order only makes
    it the same on every machine."""
    entry, rule = proof.entry, EVIDENCE if proof.rule is None else RECOGNITION
    claim = Claim(proof.competency, proof.level, entry.assurance, proof.ordinal, rule, 1, entry.uuid, (), proof.rule)
    return (
        -proof.ordinal,
        1,
        -proof.level,
        -entry.assurance,
        proof.competency,
        0,
        entry.uuid,
        proof.rule or 0,
        claim,
    )


def derive(entries: Iterable[Entry], graph: Snapshot) -> list[Claim]:
    """All that follows from a person's ledger: for each competency only what nothing else of it covers.

    The order of the entries does not matter. What has ended is in it too: it lapsed.
    """
    final = _Derivation(graph, judge(entries, graph)).run()
    found: list[Claim] = []
    for competency in sorted(final):
        claims = final[competency]
        if len(claims) > 1:
            claims = sorted(_uncovered(claims), key=lambda each: (-each.level, -each.assurance))
        found += claims
    return found


def _uncovered(claims: list[Claim]) -> Iterator[Claim]:
    """Without those that a later one of the same last day covers; an earlier one cannot."""
    for place, claim in enumerate(claims):
        later = (each for each in claims[place + 1 :] if each.ordinal == claim.ordinal)
        if not any(each.level >= claim.level and each.assurance >= claim.assurance for each in later):
            yield claim


def why(claim: Claim, graph: Snapshot) -> dict[str, Any]:
    """The derivation as plain JSON: {"rule", "competency", "level", "assurance", "until", "evidence", "parts"}.

    `evidence` are the rows that this step itself rests on, `also` the resits that made a failure good. A step that was
    told before has no parts again, so that the whole stays in proportion to the number of its steps.
    """
    return _told(claim, graph, set())


def _told(claim: Claim, graph: Snapshot, told: set[int]) -> dict[str, Any]:
    step: dict[str, Any] = {
        "rule": claim.rule,
        "competency": claim.competency,
        "level": claim.level,
        "assurance": claim.assurance,
        "until": claim.until.isoformat(),
        "evidence": [str(each) for each in ([claim.evidence] if claim.evidence else [])],
        "parts": [],
    }
    if claim.also:
        step["also"] = [str(each) for each in claim.also]
    if claim.source is not None:
        step["source"] = claim.source
    if claim.competency in graph.retired:
        step["retired_on"] = graph.retired[claim.competency].isoformat()
    if id(claim) in told and claim.parts:
        step["is_repeated"] = True
    else:
        told.add(id(claim))
        step["parts"] = [_told(part, graph, told) for part in claim.parts]
    return step


def cited(reason: dict[str, Any]) -> set[str]:
    """The ids of all the evidence that a derivation rests on."""
    here = {*reason["evidence"], *reason.get("also", ())}
    return here.union(*(cited(part) for part in reason["parts"]))
