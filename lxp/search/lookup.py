"""Looking words up, for pages that list what matches: candidates with their rank, and what may have been meant instead.

Nothing here knows who asks. Whoever calls narrows the candidates by what the asker may see, also before a suggestion shows.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.db.models import Model
from modelsearch.backends import get_search_backend

from lxp.search.exceptions import SearchUnavailableError
from lxp.search.fields import WRITTEN
from lxp.search.queries import Loosely
from lxp.search.reader import Snapshot, read
from lxp.search.results import WhooshSearchResults
from lxp.search.whoosh import WhooshSearchBackend
from lxp.search.words import EMPTY_WORDS, fold, words_of

logger = logging.getLogger(__name__)
MOST_CANDIDATES = 2000  # of an engine that brings objects along
MOST_SUGGESTIONS = 5

Ranked = list[tuple[Any, float]]
Scored = dict[Any, float]


def ranked(words: str, model: type[Model]) -> Ranked:
    """(primary key, score) of what has these words, the best first. Raises SearchUnavailableError."""
    return sorted(scored(words, model).items(), key=lambda each: each[1], reverse=True)


def scored(words: str, model: type[Model]) -> Scored:
    """Primary key → score of what has these words, in no order: whoever narrows them sorts fewer."""
    return _scored(get_search_backend().search(words, model, operator="and"))


def scored_loosely(words: str, model: type[Model]) -> Scored:
    """The same with words that begin so or are nearly so; nothing where the engine knows no such thing."""
    backend = get_search_backend()
    if not isinstance(backend, WhooshSearchBackend):
        return {}
    return _scored(backend.search(Loosely(words), model))


def _scored(results: Any) -> Scored:
    if isinstance(results, WhooshSearchResults):
        return results.scored()
    if not results.model:
        return {}
    try:
        found = list(results.annotate_score("score_of_search")[:MOST_CANDIDATES])
    except DatabaseError:
        raise
    except Exception as fault:  # a server that is away may raise anything
        logger.exception("The search engine does not answer.")
        raise SearchUnavailableError("The search engine does not answer.") from fault
    return {each.pk: each.score_of_search or 0.0 for each in found}


def index_version() -> str:
    """Changes whenever the index does, so that what was found can be kept. Raises SearchUnavailableError."""
    backend = get_search_backend()
    if not isinstance(backend, WhooshSearchBackend):
        return ""
    return read(backend.storage, lambda snapshot: snapshot.version)


def near_words(words: str, model: type[Model]) -> list[tuple[str, list[tuple[str, set[Any]]]]]:
    """For each long word of a question: words that are nearly so, the likeliest first, each with the keys of what has it."""
    backend = get_search_backend()
    if not isinstance(backend, WhooshSearchBackend):
        return []

    def look_up(snapshot: Snapshot) -> list[tuple[str, list[tuple[str, set[Any]]]]]:
        pks = snapshot.pks(model)
        found = []
        for word in words_of(words):
            if word not in EMPTY_WORDS:
                near = snapshot.near(fold(word))[:MOST_SUGGESTIONS]
                keys = [{pks[n] for n in snapshot.term(WRITTEN, each) if n in pks} for each in near]
                found.append((word, list(zip(near, keys, strict=True))))
        return found

    return read(backend.storage, look_up)
