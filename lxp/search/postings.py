"""The documents of a term, read block by block: its matcher in Whoosh, one posting at a time, takes several times as long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching.wrappers import FilterMatcher
from whoosh.reading import IndexReader

Block = tuple[list[int], list[float]]


def blocks(reader: IndexReader, field: str, term: str) -> Iterator[tuple[Block, int, frozenset[int]]]:
    """(numbers, weights), what to add to the numbers, and which of them were deleted; for each block of each segment."""
    for leaf, offset in reader.leaf_readers():
        if (field, term) not in leaf:
            continue
        matcher, gone = leaf.postings(field, term), frozenset[int]()
        if isinstance(matcher, FilterMatcher):
            matcher, gone = matcher.child, matcher._ids
            matcher.reset()
        read = _blocks if isinstance(matcher, W3LeafMatcher) else _one_by_one
        for block in read(matcher):
            yield block, offset, gone


def _blocks(matcher: W3LeafMatcher) -> Iterator[Block]:
    while matcher.is_active():
        matcher._read_ids()
        matcher._read_weights()
        yield matcher._ids, matcher._weights
        matcher._next_block()


def _one_by_one(matcher: Any) -> Iterator[Block]:
    """A term with few documents, which stand with the term itself."""
    numbers, weights = [], []
    while matcher.is_active():
        numbers.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    yield numbers, weights
