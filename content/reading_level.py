"""How hard a Dutch text reads: a level by the formula of Flesch and Douma, and the sentences that are long.

Douma's formula for Dutch (W.H. Douma, De leesbaarheid van landbouwbladen, Wageningen 1960): 206.84 − 0.77 × syllables in a
hundred words − 0.93 × words in a sentence. Levels of language are not defined by any formula: the borders are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from content.card_text import items_of

LONG_SENTENCE = 15  # more words than this
HARD_SENTENCE = 20  # one sentence like this is enough: many short lines around it make the whole look easy
MOST_NAMED = 3
TEXTS = ("title", "intro")
LISTS = ("core", "do", "dont", "call", "emergency")
OPTION_TEXTS = ("text", "feedback")
READ = (*TEXTS, *LISTS, "steps", "check_questions")
BORDERS = ((80, "A2"), (60, "B1"), (45, "B2"))  # from this score on
HARDEST = "C1"
ALLOWED = ("A2", "B1")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
END = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=\S)")
# A vowel or a group that is said as one; what carries a trema begins a new one. “ij” is one sound.
SYLLABLE = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ij|ei|au|ou|y(?![aeiou])|[aeiouàáâäèéêëìíîïòóôöùúûü]"
)


@dataclass(frozen=True)
class Reading:
    """How a text reads. `score`: higher is easier. `long`: its sentences of more than fifteen words; `hardest`: what to
    mend first, the hardest before the others."""

    score: float
    level: str
    long: list[str]
    hardest: list[str]

    @property
    def is_allowed(self) -> bool:
        return self.level in ALLOWED and all(len(words_of(sentence)) <= HARD_SENTENCE for sentence in self.long)


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def syllables_of(word: str) -> int:
    """By groups of vowels: right for nearly every Dutch word, not for every name or borrowed word."""
    return max(1, len(SYLLABLE.findall(word.lower())))


def sentences_of(pieces: Iterable[str]) -> list[str]:
    """Each line or title is a sentence of its own, with a full stop or without."""
    found = [sentence.strip() for piece in pieces for line in piece.splitlines() for sentence in END.split(line)]
    return [sentence for sentence in found if words_of(sentence)]


def score_of(sentences: list[str]) -> float:
    """Flesch-Douma, with one decimal."""
    words = [word for sentence in sentences for word in words_of(sentence)]
    syllables = sum(syllables_of(word) for word in words)
    return round(206.84 - 77 * syllables / len(words) - 0.93 * len(words) / len(sentences), 1)


def reading_of(pieces: Iterable[str]) -> Reading | None:
    """How these pieces of Dutch text read together; None where there is nothing to read."""
    sentences = sentences_of(pieces)
    if not sentences:
        return None
    score = score_of(sentences)
    level = next((name for border, name in BORDERS if score >= border), HARDEST)
    long = [sentence for sentence in sentences if len(words_of(sentence)) > LONG_SENTENCE]
    by_score = sorted(dict.fromkeys(sentences), key=lambda sentence: score_of([sentence]))
    named = sorted(long, key=lambda sentence: -len(words_of(sentence)))
    return Reading(score, level, long, list(dict.fromkeys([*named, *by_score]))[:MOST_NAMED])


def reading_of_card(values: Mapping[str, Any]) -> Reading | None:
    """How a card reads, from its fields by name. What lies ready and what pictures show are words, no sentences."""
    pieces = [values.get(name) or "" for name in TEXTS]
    pieces += [line for name in LISTS for line in values.get(name) or []]
    for step in _blocks(values.get("steps")):
        pieces += [step.get("title") or "", step.get("text") or ""]
    for question in _blocks(values.get("check_questions")):
        options = items_of(question.get("options") or [])
        pieces += [question.get("prompt") or "", *(each.get(name) or "" for each in options for name in OPTION_TEXTS)]
    return reading_of(pieces)


def _blocks(stream: Any) -> list[dict[str, Any]]:
    return [each["value"] for each in stream.raw_data] if stream else []
