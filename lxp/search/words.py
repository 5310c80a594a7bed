"""Words as every engine sees them: without accents, without endings, and without the words that say nothing."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

# The algorithms of Snowball 3 by language; its "dutch" is that of Kraaij and Pohlmann. Other languages are only folded.
ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
UNFOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "’": "'"})
LONGEST_WORD = 60
# Words that stand in every text and that no reader looks for. "was" and "been" are things in Dutch: they stay.
EMPTY_WORDS = frozenset(
    [
        "aan",
        "als",
        "bij",
        "dan",
        "dat",
        "de",
        "deze",
        "die",
        "dit",
        "door",
        "een",
        "en",
        "er",
        "haar",
        "had",
        "heb",
        "hebben",
        "heeft",
        "hem",
        "het",
        "hij",
        "hoe",
        "hun",
        "ik",
        "in",
        "is",
        "je",
        "jij",
        "jou",
        "jouw",
        "kan",
        "kun",
        "kunt",
        "maar",
        "me",
        "mijn",
        "moet",
        "na",
        "naar",
        "niet",
        "nog",
        "nu",
        "of",
        "om",
        "omdat",
        "ons",
        "onze",
        "ook",
        "op",
        "over",
        "te",
        "ten",
        "ter",
        "tot",
        "uit",
        "van",
        "veel",
        "voor",
        "waar",
        "waren",
        "wat",
        "we",
        "wel",
        "welke",
        "werd",
        "wie",
        "wij",
        "word",
        "worden",
        "wordt",
        "zal",
        "ze",
        "zich",
        "zij",
        "zijn",
        "zo",
        "zou",
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "has",
        "have",
        "how",
        "if",
        "into",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "on",
        "or",
        "our",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "up",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)

_turn = threading.Lock()  # a stemmer keeps the word it works on in itself
_stemmers: dict[str, snowballstemmer.stemmer] = {}


def words_of(text: str) -> Iterator[str]:
    """The words of a text in small letters, empty ones too."""
    for found in WORD.finditer(text):
        yield found[0][:LONGEST_WORD].lower()


def fold(word: str) -> str:
    """A word without its accents."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word.translate(UNFOLDED))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """What a word has in common with its other forms, folded after that: endings have accents of their own."""
    algorithm = ALGORITHMS.get(language)
    if algorithm is None:
        return fold(word)
    with _turn:
        if algorithm not in _stemmers:
            _stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
        return fold(_stemmers[algorithm].stemWord(word))


@lru_cache(maxsize=100_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """The terms that a word is indexed and sought by: more than one only where it can be written without its accents."""
    own = stem(word, language)
    plain = stem(fold(word), language)
    return (own,) if own == plain else (own, plain)
