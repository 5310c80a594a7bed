"""Words that mean the same to a reader: our list, and that of the operator. Used when somebody searches, so that a change
counts at once and nothing is indexed again.

A line is a group of words or phrases with commas. A line that begins with "-" takes those words out of every group.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from lxp.search.words import fold, words_of

OWN_FILE = Path(__file__).parent / "data" / "synonyms.nl.txt"

Phrase = tuple[str, ...]
_kept: dict[tuple[int, ...], dict[Phrase, frozenset[Phrase]]] = {}


def operators_file() -> Path:
    return Path(settings.SEARCH_SYNONYMS)


def synonyms_of(phrase: Phrase) -> frozenset[Phrase]:
    """What else a word, or words in this order, may be called; folded words, as in the lists."""
    return _groups().get(phrase, frozenset())


def longest_phrase() -> int:
    """How many words the longest phrase of the lists has."""
    return max((len(phrase) for phrase in _groups()), default=1)


def _groups() -> dict[Phrase, frozenset[Phrase]]:
    """The lists, read again when the operator's file changes."""
    try:
        stamp = operators_file().stat()
        key: tuple[int, ...] = (stamp.st_mtime_ns, stamp.st_size)
    except OSError:
        key = ()
    if key not in _kept:
        lines = OWN_FILE.read_text(encoding="utf-8").splitlines()
        if key:
            lines += operators_file().read_text(encoding="utf-8", errors="replace").splitlines()
        groups = grouped(lines)
        _kept.clear()
        _kept[key] = groups
    return _kept[key]


def grouped(lines: list[str]) -> dict[Phrase, frozenset[Phrase]]:
    """Phrase → the other phrases of its groups."""
    groups, taken_out = [], set()
    for line in lines:
        content = line.partition("#")[0].strip()
        phrases = {_phrase(each) for each in content.removeprefix("-").split(",")} - {()}
        if content.startswith("-"):
            taken_out |= phrases
        else:
            groups.append(phrases)
    found: dict[Phrase, frozenset[Phrase]] = {}
    for group in groups:
        for phrase in group - taken_out:
            found[phrase] = found.get(phrase, frozenset()) | (group - taken_out - {phrase})
    return found


def _phrase(text: str) -> Phrase:
    return tuple(fold(word) for word in words_of(text))
