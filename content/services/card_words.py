"""Words as people type them on a phone, in six languages: without accents and marks, and near enough to what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxp.search.words import EMPTY_WORDS, fold

WORD = re.compile(r"[^\W_]+")
# Letters that Arabic keyboards mix up, and those of Persian ones. Vowel signs go with the accents, the hamza above alef too.
ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا", "ـ": None, "ء": None})
APOSTROPHES = str.maketrans("", "", "'’ʼ")
ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
SHORTEST, SHORTEST_STEM, LONGEST_ENDING = 2, 4, 3
LONG_WORD = 7  # may hold two mistakes; a word of four letters one
SHORTEST_GUESSED = 4
# What the other languages say in every sentence; Dutch and English have theirs in `lxp.search.words`.
SMALL = (
    "mijn mij moeder vader man vrouw iemand help helpen doe doen moet kan ik wil hoe my mum mother father do can want "
    "bir ve ile icin için nasil nasıl ne var yok benim annem babam yardim yardım "
    "jak i w na z do dla nie co mam jest moja moj mój mama się sie pomoc komus komuś "
    "як і в на з до для не що є моя мій мама у та це "
    "كيف ما في من على إلى الى عن هل مع هذا هذه أمي امي"
)
SMALL_WORDS = frozenset(fold(word).translate(ARABIC) for word in SMALL.split())


def words_in(text: str) -> Iterator[str]:
    """The words that say something, each folded."""
    bare = fold(text.casefold())  # as a whole: a vowel sign would end a word
    for found in WORD.finditer(bare.translate(APOSTROPHES)):
        plain = found[0].translate(ARABIC)
        if len(plain) >= SHORTEST and plain not in EMPTY_WORDS and plain not in SMALL_WORDS:
            yield _without_article(plain)


def _without_article(word: str) -> str:
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= SHORTEST_STEM - 1:
            return word.removeprefix(article)
    return word


def closeness(asked: str, word: str) -> float:
    """How surely a word is meant: the word itself, its beginning, another ending, a part of a compound; 0 is not at all."""
    if asked == word:
        return 1.0
    if len(asked) >= SHORTEST_STEM and word.startswith(asked):
        return 0.8
    if len(asked) < SHORTEST_STEM or len(word) < SHORTEST_STEM:
        return 0.0
    if _shares_stem(asked, word):
        return 0.7
    return 0.6 if asked in word or (len(word) > SHORTEST_STEM and word in asked) else 0.0


def _shares_stem(asked: str, word: str) -> bool:
    same = next((place for place, (a, b) in enumerate(zip(asked, word, strict=False)) if a != b), None)
    same = min(len(asked), len(word)) if same is None else same
    longest = max(len(asked), len(word))
    return same >= SHORTEST_STEM and longest - same <= LONGEST_ENDING and 3 * same >= 2 * longest - 1


def pairs_of(word: str) -> set[str]:
    """Each two letters that follow each other, the ends included."""
    padded = f" {word} "
    return {padded[place : place + 2] for place in range(len(padded) - 1)}


def is_near(asked: str, word: str) -> bool:
    """Whether one is the other with a mistake or, in a longer word, two: a letter too many, missing, wrong or swapped."""
    if min(len(asked), len(word)) < SHORTEST_GUESSED:
        return False
    most = 2 if len(asked) >= LONG_WORD else 1
    return abs(len(asked) - len(word)) <= most and _mistakes(asked, word) <= most


def _mistakes(first: str, second: str) -> int:
    """The distance of Damerau and Levenshtein, with neighbours swapped as one."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
