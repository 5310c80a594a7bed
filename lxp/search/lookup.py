"""Looking words up, for pages that list what matches: candidates with their rank, and what may have been meant instead.

Nothing here knows who asks. Whoever calls narrows the candidates by what the asker may see, also before a suggestion shows.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from modelsearch.backends import get_search_backend

from lxp.search.fields import WRITTEN
from lxp.search.queries import Loosely
from lxp.search.reader import Snapshot, read
from lxp.search.results import WhooshSearchResults
from lxp.search.whoosh import WhooshSearchBackend
from lxp.search.words import EMPTY_WORDS, fold, words_of

MOST_CANDIDATES = 2000  # of an engine that brings objects along
MOST_SUGGESTIONS = 5

Ranked = list[tuple[Any, float]]


def ranked(words: str, model: type[Model]) -> Ranked:
    """(primary key, score) of what has these words, the best first. Raises SearchUnavailableError."""
    results = get_search_backend().search(words, model, operator="and")
    return _ranked(results)


def ranked_loosely(words: str, model: type[Model]) -> Ranked:
    """The same with words that begin so or are nearly so; nothing where the engine knows no such thing."""
    backend = get_search_backend()
    if not isinstance(backend, WhooshSearchBackend):
        return []
    return _ranked(backend.search(Loosely(words), model))


def _ranked(results: Any) -> Ranked:
    if isinstance(results, WhooshSearchResults):
        return results.ranked()
    scored = results.annotate_score("score_of_search")[:MOST_CANDIDATES]
    return [(each.pk, each.score_of_search or 0.0) for each in scored] if results.model else []


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
    label, to_python = model._meta.label_lower, model._meta.pk.to_python

    def look_up(snapshot: Snapshot) -> list[tuple[str, list[tuple[str, set[Any]]]]]:
        pks = snapshot.pks(label)
        found = []
        for word in words_of(words):
            if word not in EMPTY_WORDS:
                near = snapshot.near(fold(word))[:MOST_SUGGESTIONS]
                keys = [{to_python(pks[n]) for n in snapshot.term(WRITTEN, each) if n in pks} for each in near]
                found.append((word, list(zip(near, keys, strict=True))))
        return found

    return read(backend.storage, look_up)
