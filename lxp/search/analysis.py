"""One analysis for every engine: what a text is indexed by, and what somebody who types a word may mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxp.search.compounds import LANGUAGE, Lexicon
from lxp.search.synonyms import longest_phrase, synonyms_of
from lxp.search.words import EMPTY_WORDS, fold, stem, stems, words_of

QUERY_LANGUAGES = ("nl", "en")  # a reader's words have no language of their own
MOST_QUERY_WORDS = 12
PART_WEIGHT = 0.35  # a part says less than a word that stands by itself
ALL_PARTS_WEIGHT, LAST_PART_WEIGHT, SYNONYM_WEIGHT = 0.6, 0.25, 0.45


@dataclass(frozen=True)
class Token:
    """One term of a text with the place of its word; of a compound also its parts, at the same place."""

    term: str
    place: int
    weight: float


@dataclass(frozen=True)
class Meaning:
    """Terms that must all be there, and how much finding them says. The first meaning of a word is the word itself."""

    terms: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Sought:
    """What somebody typed, and what may be meant by it; any one of these will do."""

    typed: str
    meanings: tuple[Meaning, ...]


class Analysis:
    """The analysis with the lexicon of one index."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def tokens(self, text: str, language: str = LANGUAGE) -> Iterator[Token]:
        """What a text is indexed by."""
        for place, word in enumerate(words_of(text)):
            if word in EMPTY_WORDS:
                continue
            terms = stems(word, language)
            for term in terms:
                yield Token(term, place, 1.0)
            for part in self._parts(word, language):
                term = stem(part, LANGUAGE)
                if term not in terms:
                    yield Token(term, place, PART_WEIGHT)

    def surface(self, text: str, language: str = LANGUAGE) -> Iterator[Token]:
        """The words as they are written, folded, with the parts of compounds: for completing and correcting."""
        for place, word in enumerate(words_of(text)):
            yield Token(fold(word), place, 1.0)
            for part in self._parts(word, language):
                yield Token(part, place, PART_WEIGHT)

    def _parts(self, word: str, language: str) -> tuple[str, ...]:
        return self.lexicon.parts(word) if language == LANGUAGE else ()

    def sought(self, text: str) -> list[Sought]:
        """What a reader's words may mean, one after the other; words of a phrase that has synonyms stay together."""
        words = [word for word in words_of(text) if word not in EMPTY_WORDS][:MOST_QUERY_WORDS]
        found, place = [], 0
        while place < len(words):
            count = self._phrase_length(words[place:])
            found.append(self._sought(tuple(words[place : place + count])))
            place += count
        return found

    def _phrase_length(self, words: list[str]) -> int:
        for count in range(min(longest_phrase(), len(words)), 1, -1):
            if synonyms_of(tuple(fold(word) for word in words[:count])):
                return count
        return 1

    def _sought(self, phrase: tuple[str, ...]) -> Sought:
        meanings = list(_own_meanings(phrase))
        for other in sorted(self._synonyms(phrase)):
            terms = tuple(stem(word, LANGUAGE) for word in other if word not in EMPTY_WORDS)
            meanings.append(Meaning(terms, SYNONYM_WEIGHT))
        parts = self.lexicon.parts(phrase[0]) if len(phrase) == 1 else ()
        if parts:
            terms = tuple(stem(part, LANGUAGE) for part in parts)
            meanings += [Meaning(terms, ALL_PARTS_WEIGHT), Meaning(terms[-1:], LAST_PART_WEIGHT)]
        unique: dict[tuple[str, ...], Meaning] = {}
        for meaning in meanings:
            unique.setdefault(meaning.terms, meaning)
        return Sought(" ".join(phrase), tuple(unique.values()))

    def _synonyms(self, phrase: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
        """Synonyms as they are listed, of the words as typed or of their stem: "pillen" has those of "pil"."""
        folded = tuple(fold(word) for word in phrase)
        return synonyms_of(folded) or synonyms_of(tuple(stem(word, LANGUAGE) for word in phrase))


def _own_meanings(phrase: tuple[str, ...]) -> Iterator[Meaning]:
    for language in QUERY_LANGUAGES:
        yield Meaning(tuple(stem(word, language) for word in phrase))
    yield Meaning(tuple(stem(fold(word), LANGUAGE) for word in phrase))
