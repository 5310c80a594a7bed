"""Dutch writes two nouns as one word. This takes them apart: "blaaskatheter" is a katheter, for the blaas.

A word is a compound where it is made of words that we know, perhaps with a linking letter. Known are the words of
`data/parts.nl.txt`, and those that the indexed texts use by themselves: so the engine learns the words of its library.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from lxp.search.words import EMPTY_WORDS, fold, stem

LANGUAGE = "nl"
SHORTEST_COMPOUND = 6
SHORTEST_PART = 3  # of the words in our own list; a learnt one has more letters, or too much would fall apart
SHORTEST_LEARNT = 4
LINKS = ("s", "en", "e", "n")
# Endings that are also words: with them "veiligheid" would be a heid, and "gevaarlijk" a lijk.
ENDINGS = frozenset(
    [
        "heid",
        "heden",
        "lijk",
        "lijke",
        "baar",
        "bare",
        "loos",
        "loze",
        "zaam",
        "zame",
        "achtig",
        "achtige",
        "eren",
        "ster",
        "schap",
        "teit",
        "iteit",
        "atie",
        "atief",
    ]
)
PARTS_FILE = Path(__file__).parent / "data" / "parts.nl.txt"


@cache
def own_parts() -> frozenset[str]:
    """The words of our own list, folded."""
    lines = PARTS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(fold(word) for line in lines if not line.startswith("#") for word in line.split())


def can_be_learnt(word: str) -> bool:
    """Whether a word of a text may be a part of others."""
    return SHORTEST_LEARNT <= len(word) <= 20 and word.isalpha() and word not in EMPTY_WORDS and word not in ENDINGS


class Lexicon:
    """The words that compounds are made of: our own list, and what was learnt from the texts of one index."""

    def __init__(self, learnt: Iterable[str] = ()) -> None:
        self.learnt = frozenset(learnt)
        self._own_stems = frozenset(stem(word, LANGUAGE) for word in own_parts())
        self._learnt_stems = frozenset(stem(word, LANGUAGE) for word in self.learnt)
        self.parts = lru_cache(maxsize=100_000)(self._parts)

    def knows(self, word: str) -> bool:
        if len(word) < SHORTEST_PART or word in ENDINGS or word in EMPTY_WORDS:
            return False
        if word in own_parts() or word in self.learnt:
            return True
        if len(word) < SHORTEST_LEARNT:
            return False
        root = stem(word, LANGUAGE)
        return len(root) >= SHORTEST_PART and (root in self._own_stems or root in self._learnt_stems)

    def _parts(self, word: str) -> tuple[str, ...]:
        """The words that this one is made of, the last one being what it is; none where it is no compound."""
        word = fold(word)
        if len(word) < SHORTEST_COMPOUND or not word.isalpha():
            return ()
        for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
            tail = word[place:]
            if self.knows(tail):
                first = self._first_parts(word[:place])
                if first:
                    return (*first, tail)
        return ()

    def _first_parts(self, head: str) -> tuple[str, ...]:
        """The words before the last one: a known word, with a linking letter or without, or a compound itself."""
        for bare in _without_link(head):
            if self.knows(bare):
                return (bare,)
        for bare in _without_link(head):
            deeper = self.parts(bare)  # remembered: without that, some words take seconds
            if deeper:
                return deeper
        return ()


def _without_link(head: str) -> list[str]:
    return [head, *(head.removesuffix(link) for link in LINKS if head.endswith(link))]
