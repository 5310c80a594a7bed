"""The fields of the embedded index. They take terms that the analysis has made already, so that a change of the analysis
never meets an old index with a class it cannot open. Their names are stored with the index: see `storage.FORMAT`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.fields import ID, KEYWORD, FieldType, Schema
from whoosh.formats import Existence, Frequency, Positions
from whoosh.system import pack_uint

from lxp.search.analysis import Token

ONCE = pack_uint(1)
WHOLE, COMPLETED, WRITTEN, NAMED = "text", "completed", "written", "field_"


class Terms(FieldType):
    """Terms with their places and weights, of one field: for phrases, and for a search in this field alone."""

    def __init__(self) -> None:
        self.format = Positions()
        self.scorable = True

    def index(self, value: Iterable[Token], **keywords: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, (places, weight) in _gathered(value).items():
            yield term.encode(), len(places), weight, self.format.encode(sorted(places))


class WeighedTerms(FieldType):
    """Terms with their weights and nothing else, of all fields together: what nearly every search reads, whole."""

    def __init__(self) -> None:
        self.format = Existence()
        self.scorable = True

    def index(self, value: Iterable[Token], **keywords: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term, (places, weight) in _gathered(value).items():
            yield term.encode(), len(places), weight, b""


def _gathered(tokens: Iterable[Token]) -> dict[str, tuple[list[int], float]]:
    """Term → its places, and how much they weigh together."""
    places: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for token in tokens:
        places[token.term].append(token.place)
        weights[token.term] += token.weight
    return {term: (found, weights[term]) for term, found in places.items()}


class PlainTerms(FieldType):
    """Terms without places, each once."""

    def __init__(self) -> None:
        self.format = Frequency()
        self.scorable = True

    def index(self, value: Iterable[Token], **keywords: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        weights: dict[str, float] = {}
        for token in value:
            weights[token.term] = max(weights.get(token.term, 0.0), token.weight)
        for term, weight in weights.items():
            yield term.encode(), 1, weight, ONCE


def schema() -> Schema:
    found = Schema(
        key=ID(unique=True, stored=True),
        labels=KEYWORD(),
        pk=ID(stored=True, sortable=True),
        **{WHOLE: WeighedTerms(), COMPLETED: PlainTerms(), WRITTEN: PlainTerms()},
    )
    found.add(f"{NAMED}*", Terms(), glob=True)
    return found
