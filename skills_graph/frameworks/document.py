"""A framework as a document: what an importer reads and the database takes in. Pure; names are addresses.

`check` says everything that is wrong with it at once, before anything is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from skills_graph.frameworks.validity import are_ranks, find_circle, lengthens

MAX_TITLE = 255
PROBLEMS_SHOWN = 20
BROADER, REQUIRES, IMPLIES, RELATED = "broader", "requires", "implies", "related"


@dataclass(frozen=True)
class Entry:
    """One competency. `months` until renewal; `rollup` as in CompetencyTerms."""

    uri: str
    kind: str
    title: str
    labels: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    summary: str = ""
    summaries: Mapping[str, str] = field(default_factory=dict)
    role: str = ""
    months: int | None = None
    rollup: int | None = None
    legal_basis: str = ""


@dataclass(frozen=True)
class Link:
    """One relation between two entries."""

    source: str
    target: str
    kind: str
    at: int | None = None
    gives: int | None = None
    assurance: int = 1
    provenance: str = ""


@dataclass(frozen=True)
class Demand:
    """One thing that a profile asks."""

    competency: str
    level: int
    assurance: int = 1
    strength: int = 1


@dataclass(frozen=True)
class Occupation:
    """One profile with what it asks."""

    uri: str
    title: str
    labels: Mapping[str, str]
    demands: list[Demand]


@dataclass
class FrameworkDocument:
    """A whole framework with its scale."""

    uri: str
    title: str
    scale_slug: str
    scale_title: str
    levels: list[dict[str, Any]]
    labels: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    licence: str = ""
    attribution: str = ""
    entries: list[Entry] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    occupations: list[Occupation] = field(default_factory=list)

    def check(self) -> list[str]:
        """What is wrong, one line each, at most `PROBLEMS_SHOWN`; empty when it can be stored."""
        problems = [] if are_ranks(self.levels) else [_("The scale needs 1 to 8 levels that rise.")]
        for number, problem in enumerate(self._problems()):
            if number == PROBLEMS_SHOWN:
                return [*problems, _("… and more.")]
            problems.append(problem)
        return problems

    def _problems(self) -> Iterator[str]:
        entries = {entry.uri: entry for entry in self.entries}
        yield from _doubles(entry.uri for entry in self.entries)
        yield from _doubles(each.uri for each in self.occupations)
        yield from _doubles(f"{link.kind}: {link.source} → {link.target}" for link in self.links)
        named = [(each.uri, each.title) for each in self.entries]
        named += [(each.uri, each.title) for each in self.occupations]
        for uri, title in named:
            if not title or max(len(title), len(uri)) > MAX_TITLE:
                yield _("%(uri)s needs a title of 1 to 255 characters.") % {"uri": uri}
        yield from self._unknown(entries)
        yield from self._circles()
        yield from self._lengthening(entries)

    def _unknown(self, entries: dict[str, Entry]) -> Iterator[str]:
        count = len(self.levels)
        for link in self.links:
            if link.source == link.target:
                yield _("%(uri)s cannot be related to itself.") % {"uri": link.source}
            for uri in (link.source, link.target):
                if uri not in entries:
                    yield _("%(uri)s is in a relation, and there is no such competency.") % {"uri": uri}
            if not all(level is None or 1 <= level <= count for level in (link.at, link.gives)):
                yield _("%(uri)s is related at a level that the scale lacks.") % {"uri": link.source}
        for each in self.occupations:
            yield from _doubles(f"{each.uri}: {demand.competency}" for demand in each.demands)
            for demand in each.demands:
                if demand.competency not in entries:
                    known = {"uri": each.uri, "competency": demand.competency}
                    yield _("%(uri)s asks %(competency)s, and there is no such competency.") % known
                elif not 1 <= demand.level <= count:
                    yield _("%(uri)s asks a level that the scale lacks.") % {"uri": each.uri}

    def _circles(self) -> Iterator[str]:
        for kind in (BROADER, REQUIRES):
            steps: dict[str, list[str]] = {}
            for link in self.links:
                if link.kind == kind:
                    steps.setdefault(link.source, []).append(link.target)
            circle = find_circle(steps)
            if circle:
                yield _("These go round in a circle: %(circle)s.") % {"circle": " → ".join(circle)}

    def _lengthening(self, entries: dict[str, Entry]) -> Iterator[str]:
        for link in self.links:
            source, target = entries.get(link.source), entries.get(link.target)
            if source is None or target is None:
                continue
            infers = link.kind == IMPLIES or (link.kind == BROADER and target.rollup is not None)
            if infers and lengthens(source.months, target.months):
                known = {"source": source.title, "target": target.title}
                yield _("%(source)s lasts longer than %(target)s, so it cannot prove it.") % known


def _doubles(names: Iterable[str]) -> Iterator[str]:
    for name, number in Counter(names).items():
        if number > 1:
            yield _("%(name)s is there %(number)d times.") % {"name": name, "number": number}
