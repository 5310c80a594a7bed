"""The examples with which a module begins (`courses/starters`), and telling what of one is still as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import slugify

from lxp.library import read_yaml

STARTERS = Path(__file__).resolve().parent / "starters"
FALLBACK = "nl"
SENTENCE = 20  # characters: shorter words, such as “Quiz”, may well be meant


@dataclass(frozen=True)
class Starter:
    """An example to begin with, in one language. `key` is the same in every language."""

    key: str
    name: str
    description: str
    position: int
    document: dict[str, Any]


@cache
def starters(language: str) -> list[Starter]:
    """Every starter in a language, in Dutch where there is no other, in their order."""
    found = {}
    for code in (FALLBACK, language):
        for path in STARTERS.glob(f"*.{code}.yaml"):
            data = read_yaml(path)
            key = path.name.removesuffix(f".{code}.yaml")
            found[key] = Starter(key, data["name"], data["description"], data["position"], data)
    return sorted(found.values(), key=lambda each: each.position)


def is_slug_of_example(slug: str) -> bool:
    """Whether an address is named after an example: its title, perhaps with a number."""
    return re.sub(r"-[0-9]+$", "", slug) in _slugs()


@cache
def _slugs() -> frozenset[str]:
    return frozenset(slugify(each.document["title"]) for each in _all())


def words_of_examples(body: Any) -> list[str]:
    """The sentences in the stored activities of a page that an example brought and nobody changed, in their order."""
    return [words for words in dict.fromkeys(_sentences(body)) if words in _all_sentences()]


@cache
def _all_sentences() -> frozenset[str]:
    return frozenset(words for each in _all() for words in _sentences(each.document["activities"]))


def _all() -> list[Starter]:
    return [each for path in STARTERS.glob("*.yaml") for each in starters(path.name.split(".")[-2])]


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _sentences(each)
    elif isinstance(value, str):
        for paragraph in re.split(r"</(?:p|li|h[1-6])>", value):
            words = strip_tags(paragraph).strip()
            if len(words) >= SENTENCE and " " in words:
                yield words
