"""Reading the embedded index: which documents have which terms, and how well they match (Okapi BM25)."""

from __future__ import annotations

import logging
import math
import threading
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model
from whoosh.reading import IndexReader

from lxp.search.analysis import Analysis, Meaning
from lxp.search.exceptions import SearchUnavailableError
from lxp.search.fields import NAMED, WHOLE, WRITTEN
from lxp.search.postings import blocks
from lxp.search.storage import Storage

logger = logging.getLogger(__name__)
Scores = dict[int, float]
Answer = TypeVar("Answer")
SATURATION, LENGTH_SHARE = 1.2, 0.6  # k1 and b of BM25; lessons differ in length more than in worth
MOST_EXPANSIONS = 40
SHORTEST_MISSPELT, SHORTEST_TWICE_MISSPELT, SHORTEST_BEGUN = 5, 8, 4
BEGUN_WEIGHT, MISSPELT_WEIGHT = 0.3, 0.1

_open = threading.local()


class Snapshot:
    """The index as it stands after one commit. Belongs to one thread: the files behind it have one place each."""

    def __init__(self, name: str, generation: int, reader: IndexReader, analysis: Analysis) -> None:
        self.name, self.generation, self.reader, self.analysis = name, generation, reader, analysis
        self._norms: dict[str, array[float]] = {}
        self._pks: dict[str, dict[int, Any]] = {}

    @property
    def version(self) -> str:
        """Changes with every commit: what was found with one version is found again."""
        return f"{self.name}:{self.generation}"

    # ── documents ────────────────────────────────────────────────────────────────────────────────────────────
    def pks(self, model: type[Model]) -> dict[int, Any]:
        """Number in this index → primary key, of every object of a model."""
        label = model._meta.label_lower
        if label not in self._pks:
            keys, to_python = self.reader.column_reader("pk"), model._meta.pk.to_python
            self._pks[label] = {number: to_python(keys[number]) for number in self._documents("labels", label)}
        return self._pks[label]

    def _documents(self, field: str, term: str) -> Iterator[int]:
        for (numbers, _weights), offset, gone in blocks(self.reader, field, term):
            yield from (number + offset for number in numbers if number not in gone)

    def everything(self) -> Scores:
        return dict.fromkeys(self.reader.all_doc_ids(), 1.0)

    # ── terms ────────────────────────────────────────────────────────────────────────────────────────────────
    def term(self, field: str, term: str, weight: float = 1.0) -> Scores:
        """The documents with one term, each with its score."""
        frequency = self.reader.doc_frequency(field, term)
        if not frequency:
            return {}
        rarity = weight * math.log(1 + self.reader.doc_count_all() / frequency) * (SATURATION + 1)
        norms = self._norm(field)
        scores: Scores = {}
        for (numbers, weights), offset, gone in blocks(self.reader, field, term):
            for number, found in zip(numbers, weights, strict=True):
                scores[number + offset] = rarity * found / (found + norms[number + offset])
            for number in gone:
                scores.pop(number + offset, None)
        return scores

    def _norm(self, field: str) -> array[float]:
        """k1 · (1 − b + b · length / average) of each document, worked out once."""
        if field not in self._norms:
            average = self.reader.field_length(field) / max(self.reader.doc_count_all(), 1) or 1
            length, worth = self.reader.doc_field_length, SATURATION * LENGTH_SHARE / average
            known: dict[int, float] = {}  # a length is kept in one byte, so that there are few
            self._norms[field] = array(
                "d",
                (
                    known.get(each) or known.setdefault(each, SATURATION * (1 - LENGTH_SHARE) + worth * each)
                    for each in (length(number, field) or 0 for number in range(self.reader.doc_count_all()))
                ),
            )
        return self._norms[field]

    def meaning(self, meaning: Meaning, field: str = WHOLE, boost: float = 1.0) -> Scores:
        """The documents with all terms of a meaning."""
        weight = boost * meaning.weight / len(meaning.terms) if meaning.terms else 0.0
        return all_of([self.term(field, term, weight) for term in meaning.terms])

    def named_fields(self) -> list[str]:
        """The fields that this index has each on its own, with the places of their words."""
        return sorted(name for name in self.reader.indexed_field_names() if name.startswith(NAMED))

    def phrase(self, terms: list[str], field: str) -> Scores:
        """The documents with these terms one after the other."""
        scores = all_of([self.term(field, term) for term in terms])
        places = [self._places(field, term, scores) for term in terms]
        return {
            number: score
            for number, score in scores.items()
            if any(
                all(start + step in later[number] for step, later in enumerate(places)) for start in places[0][number]
            )
        }

    def _places(self, field: str, term: str, among: Scores) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for leaf, offset in self.reader.leaf_readers():
            if (field, term) not in leaf:
                continue
            matcher = leaf.postings(field, term)
            while matcher.is_active():
                if matcher.id() + offset in among:
                    found[matcher.id() + offset] = set(matcher.value_as("positions"))
                matcher.next()
        return found

    # ── words that are not complete, or not right ────────────────────────────────────────────────────────────
    def begins(self, field: str, start: str, weight: float = 1.0) -> Scores:
        """The documents with a term that begins so."""
        terms = [each.decode() for each in self.reader.expand_prefix(field, start)]
        return any_of([self.term(field, term, weight) for term in terms[:MOST_EXPANSIONS]])

    def near(self, word: str) -> list[str]:
        """Written words that somebody may have meant who typed this one, the likeliest first; none for a short word."""
        if len(word) < SHORTEST_MISSPELT:
            return []
        distance = 2 if len(word) >= SHORTEST_TWICE_MISSPELT else 1
        found: dict[str, int] = {}
        for wide in range(1, distance + 1):
            for each in self.reader.terms_within(WRITTEN, word, wide, prefix=1):
                found.setdefault(each.decode() if isinstance(each, bytes) else each, wide)
        found.pop(word, None)
        ranked = sorted(found, key=lambda each: (found[each], -self.reader.doc_frequency(WRITTEN, each), each))
        return ranked[:MOST_EXPANSIONS]

    def loosely(self, word: str) -> Scores:
        """The documents with a word that begins so, and far below those, with one that is nearly so."""
        found = self.begins(WRITTEN, word, BEGUN_WEIGHT) if len(word) >= SHORTEST_BEGUN else {}
        near = [self.term(WRITTEN, each, MISSPELT_WEIGHT) for each in self.near(word)]
        return any_of([found, *near])

    # ── all fields, or some by name ──────────────────────────────────────────────────────────────────────────
    def sought(self, meanings: tuple[Meaning, ...], named: dict[str, float] | None) -> Scores:
        """The documents with any meaning of a word; the best one counts."""
        if named is None:
            return any_of([self.meaning(each) for each in meanings])
        found = [self.meaning(each, NAMED + name, boost) for name, boost in named.items() for each in meanings]
        return any_of(found)

    @cached_property
    def words(self) -> Counter[str]:
        """Every written word, with in how many documents it stands."""
        lexicon = self.reader.lexicon(WRITTEN)
        return Counter({each.decode(): self.reader.doc_frequency(WRITTEN, each) for each in lexicon})


def all_of(several: list[Scores]) -> Scores:
    """What all have; scores add up."""
    if not several:
        return {}
    smallest, *others = sorted(several, key=len)
    for other in others:
        smallest = {number: score + other[number] for number, score in smallest.items() if number in other}
    return smallest


def any_of(several: list[Scores]) -> Scores:
    """What any has; the best score counts, so that a rare synonym never beats the word itself by adding to it."""
    best: Scores = {}
    for scores in sorted(several, key=len, reverse=True):
        if not best:
            best = dict(scores)
            continue
        for number, score in scores.items():
            if score > best.get(number, 0.0):
                best[number] = score
    return best


@contextmanager
def readable(storage: Storage) -> Iterator[None]:
    """Whatever a damaged file brings about becomes SearchUnavailableError, and is left to `reconcile`."""
    try:
        yield
    except SearchUnavailableError:
        raise
    except Exception as fault:  # a damaged file may raise anything
        logger.exception("The search index in %s cannot be read; lxp index rebuild makes it anew.", storage.root)
        forget(storage)
        storage.mark_damaged()
        raise SearchUnavailableError(f"The search index in {storage.root} cannot be read.") from fault


def read(storage: Storage, work: Callable[[Snapshot], Answer]) -> Answer:
    """Work on the index as it stands. A file that was just merged away is no damage: then the work is done again."""
    with readable(storage):
        try:
            return work(snapshot(storage))
        except FileNotFoundError:
            forget(storage)
            return work(snapshot(storage))


def snapshot(storage: Storage) -> Snapshot:
    """This thread's snapshot, taken again where the index was written or replaced since."""
    kept: dict[Any, Snapshot] = _open.__dict__.setdefault("snapshots", {})
    name = storage.serving()
    found = kept.get(storage.root)
    index = storage.open(name) if found is None or found.name != name else _open.indexes[storage.root]
    generation = index.latest_generation()
    if found is None or found.name != name or found.generation != generation:
        found = Snapshot(name, generation, index.reader(), Analysis(storage.lexicon(name)))
        kept[storage.root] = found
        _open.__dict__.setdefault("indexes", {})[storage.root] = index
    return found


def forget(storage: Storage) -> None:
    """Let this thread open the index anew."""
    for kept in _open.__dict__.values():
        kept.pop(storage.root, None)
