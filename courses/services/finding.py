"""What has the words that somebody typed. The engine ranks pages; which of them live, and what this person may find, the
database has said: that is looked at before anything is suggested, so that nobody learns of a hidden word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Q
from django.utils.translation import get_language
from wagtail.models import Page

from courses.models import Course, Module
from courses.services.places import flags_of
from courses.services.shelf import Shelf
from lxp.search.exceptions import SearchUnavailableError
from lxp.search.lookup import index_version, near_words, scored, scored_loosely

OTHER_LANGUAGE_WEIGHT = 0.5  # the same words in a language that the reader did not choose


@dataclass(frozen=True)
class Found:
    """How well each place of the shelf matches, and how it was found.

    `is_loose`: nothing has the words as they were typed; `instead` is then what was perhaps meant, if anything.
    `is_without_index`: the index was away, and only titles and summaries were looked through.
    """

    scores: Mapping[int, float] = field(default_factory=dict)
    is_loose: bool = False
    instead: str = ""
    is_without_index: bool = False


NOTHING_ASKED = Found()


def kept_key(name: str, stamp: str, asked: str, *, with_words: bool) -> str:
    """Where an answer is kept until something public or the index changes; nowhere while there is no index."""
    try:
        version = index_version() if with_words else ""
    except SearchUnavailableError:
        return ""
    return f"{name}:{sha256(f'{stamp}:{version}:{asked}'.encode()).hexdigest()}"


def find(words: str, shelf: Shelf, seen: int) -> Found:
    """The places with these words among those that somebody may find: as typed, or else nearly so."""
    may_see = flags_of(seen, shelf.size)
    try:
        exact = _by_place(scored(words, Page), shelf, may_see)
        if exact:
            return Found(exact)
        near = _by_place(scored_loosely(words, Page), shelf, may_see)
        return Found(near, is_loose=bool(near), instead=_instead(words, shelf, may_see) if near else "")
    except SearchUnavailableError:
        return Found(_in_titles(words, shelf, may_see), is_without_index=True)


def _by_place(candidates: Mapping[int, float], shelf: Shelf, may_see: bytes) -> dict[int, float]:
    """The scores of live pages by the places that they lead to; of the pages of one place the best."""
    language = get_language()
    best: dict[int, float] = {}
    at = shelf.pages.get
    for page_id, score in candidates.items():
        page = at(page_id)
        if page is None or not may_see[page[0]]:
            continue
        place, written_in = page
        worth = score if written_in == language else score * OTHER_LANGUAGE_WEIGHT
        if worth > best.get(place, 0.0):
            best[place] = worth
    return best


def _instead(words: str, shelf: Shelf, may_see: bytes) -> str:
    """The question with its unknown words put right, by words that this person may read; "" where there are none."""

    def is_readable(page_ids: Iterable[int]) -> bool:
        return any(may_see[shelf.pages[page_id][0]] for page_id in page_ids if page_id in shelf.pages)

    asked = near_words(words, Page)
    meant = [next((other for other, page_ids in near if is_readable(page_ids)), word) for word, near in asked]
    return " ".join(meant) if meant != [word for word, _near in asked] else ""


def _in_titles(words: str, shelf: Shelf, may_see: bytes) -> dict[int, float]:
    """What has all these words in title or summary, all equal: what the database can do by itself."""
    asked = Q()
    for word in words.split():
        asked &= Q(current_version__title__icontains=word) | Q(current_version__summary__icontains=word)
    modules = Module.objects.filter(asked).values_list("pk", flat=True)
    courses = Course.objects.filter(asked).values_list("pk", flat=True)
    at = shelf.places()
    places = (at.get(entry) for entry in [*modules, *(-pk for pk in courses)])
    return {place: 1.0 for place in places if place is not None and may_see[place]}
