"""Which modules have the words that somebody typed. The engine ranks their pages; the database says which of them live,
and which modules this person may find: that is asked before anything is suggested, so that nobody learns of a hidden word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from courses.models import Module, ModulePage
from lxp.middleware import public_stamp
from lxp.search.candidates import among
from lxp.search.exceptions import SearchUnavailableError
from lxp.search.lookup import Ranked, index_version, near_words, ranked, ranked_loosely

OTHER_LANGUAGE_WEIGHT = 0.5  # the same words in a language that the reader did not choose


@dataclass(frozen=True)
class Found:
    """The modules that match, the best first, and how they were found.

    `is_loose`: nothing has the words as they were typed; `instead` is then what was perhaps meant, if anything.
    `is_without_index`: the index was away, and only titles and summaries were looked through.
    """

    module_ids: list[int] = field(default_factory=list)
    is_loose: bool = False
    instead: str = ""
    is_without_index: bool = False


NOTHING_ASKED = Found()


def kept_key(name: str, asked: str, *, with_words: bool) -> str:
    """Where an answer is kept until something public or the index changes; nowhere while there is no index."""
    try:
        version = index_version() if with_words else ""
    except SearchUnavailableError:
        return ""
    return f"{name}:{sha256(f'{public_stamp()}:{version}:{asked}'.encode()).hexdigest()}"


def find(words: str, permitted: QuerySet[Module]) -> Found:
    """The modules with these words among those that somebody may find: as typed, or else nearly so."""
    try:
        exact = _module_ids(ranked(words, ModulePage), permitted)
        if exact:
            return Found(exact)
        near = _module_ids(ranked_loosely(words, ModulePage), permitted)
        return Found(near, is_loose=bool(near), instead=_instead(words, permitted) if near else "")
    except SearchUnavailableError:
        return Found(_in_titles(words, permitted), is_without_index=True)


def _module_ids(candidates: Ranked, permitted: QuerySet[Module]) -> list[int]:
    """The permitted modules of live pages among the candidates, the best first: one query."""
    if not candidates:
        return []
    language, scores = get_language(), dict(candidates)
    best: dict[int, float] = {}
    for page_id, module_id, written_in in _pages(scores, permitted).values_list("pk", "module", "text_language"):
        score = scores[page_id] * (1 if written_in == language else OTHER_LANGUAGE_WEIGHT)
        best[module_id] = max(best.get(module_id, 0.0), score)
    return sorted(best, key=lambda module_id: (-best[module_id], -module_id))


def _pages(page_ids: Iterable[int], permitted: QuerySet[Module]) -> QuerySet[ModulePage]:
    return among(ModulePage.objects.live(), list(page_ids)).filter(module__in=permitted).order_by()


def _instead(words: str, permitted: QuerySet[Module]) -> str:
    """The question with its unknown words put right, by words that this person may read; "" where there are none."""
    asked = near_words(words, ModulePage)
    candidates = {page_id for _word, near in asked for _other, page_ids in near for page_id in page_ids}
    readable = set(_pages(candidates, permitted).values_list("pk", flat=True)) if candidates else set()
    meant = [next((other for other, page_ids in near if page_ids & readable), word) for word, near in asked]
    return " ".join(meant) if meant != [word for word, _near in asked] else ""


def _in_titles(words: str, permitted: QuerySet[Module]) -> list[int]:
    """Modules with all these words in title or summary, the newest first: what the database can do by itself."""
    for word in words.split():
        permitted = permitted.filter(
            Q(current_version__title__icontains=word) | Q(current_version__summary__icontains=word)
        )
    return list(permitted.order_by("-current_version__published_at", "-pk").values_list("pk", flat=True))
