"""Wagtail's queries on the embedded index. It only says which words match; filters, rights and order are the database's."""

from __future__ import annotations

from typing import Any

from modelsearch.backends.base import BaseSearchQueryCompiler
from modelsearch.index import get_indexed_models
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from lxp.search.documents import field_boosts
from lxp.search.fields import COMPLETED, NAMED
from lxp.search.reader import Scores, Snapshot, all_of, any_of
from lxp.search.words import EMPTY_WORDS, fold, stem, words_of

Boosts = dict[str, float] | None


class Loosely(SearchQuery):
    """Words as typed, or beginning so, or nearly so; all of them, or where nothing has all, any of them."""

    def __init__(self, query_string: str) -> None:
        self.query_string = query_string

    def __repr__(self) -> str:
        return f"<Loosely {self.query_string!r}>"


class WhooshQueryCompiler(BaseSearchQueryCompiler):
    """A search for whole words."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True

    def named_fields(self) -> Boosts:
        """The fields that were asked for by name, each with its boost; None for all of them together."""
        if self.fields is None:
            return None
        root = self.queryset.model
        models = [model for model in get_indexed_models() if issubclass(model, root)] or [root]
        boosts = dict(pair for model in models for pair in field_boosts(model.get_search_fields()))
        return {name: boosts[name] for name in self.fields if name in boosts}

    def scored(self, snapshot: Snapshot) -> dict[Any, float]:
        """Primary key → score of what matches; of this model and those that build on it."""
        pks = snapshot.pks(self.queryset.model)
        found = self.scores(snapshot, self.query).items()
        return {pks[number]: score for number, score in found if number in pks}

    def ranked(self, snapshot: Snapshot) -> list[tuple[Any, float]]:
        """(primary key, score) of what matches, the best first; among equals what was taken in first."""
        pks = snapshot.pks(self.queryset.model)
        scores = self.scores(snapshot, self.query)
        order = sorted(sorted(pks.keys() & scores.keys()), key=scores.__getitem__, reverse=True)
        return [(pks[number], scores[number]) for number in order]

    def scores(self, snapshot: Snapshot, query: SearchQuery) -> Scores:
        if isinstance(query, PlainText):
            return self.plain(snapshot, query)
        if isinstance(query, And):
            return all_of([self.scores(snapshot, each) for each in query.subqueries])
        if isinstance(query, Or):
            return any_of([self.scores(snapshot, each) for each in query.subqueries])
        if isinstance(query, Not):
            left_out = self.scores(snapshot, query.subquery)
            return {number: 1.0 for number in snapshot.everything() if number not in left_out}
        if isinstance(query, Boost):
            found = self.scores(snapshot, query.subquery)
            return {number: score * query.boost for number, score in found.items()}
        return self.other_scores(snapshot, query)

    def other_scores(self, snapshot: Snapshot, query: SearchQuery) -> Scores:
        if isinstance(query, MatchAll):
            return snapshot.everything()
        if isinstance(query, Phrase):
            return self.phrase(snapshot, query)
        if isinstance(query, Fuzzy):
            found = [snapshot.loosely(fold(word)) for word in _words(query.query_string)]
            return _joined(found, query.operator)
        if isinstance(query, Loosely):
            sought = snapshot.analysis.sought(query.query_string)
            found = [
                any_of([snapshot.sought(each.meanings, None), snapshot.loosely(fold(each.typed))]) for each in sought
            ]
            return _joined(found, "and") or _joined(found, "or")
        raise NotImplementedError(f"{type(query).__name__} is not a query of this search backend.")

    def plain(self, snapshot: Snapshot, query: PlainText) -> Scores:
        named = self.named_fields()
        found = [snapshot.sought(each.meanings, named) for each in snapshot.analysis.sought(query.query_string)]
        scores = _joined(found, query.operator)
        return scores if query.boost == 1 else {number: score * query.boost for number, score in scores.items()}

    def phrase(self, snapshot: Snapshot, query: Phrase) -> Scores:
        named = self.named_fields()
        fields = snapshot.named_fields() if named is None else [NAMED + name for name in named]
        languages = ("nl", "en")
        terms = [[stem(word, language) for word in _words(query.query_string)] for language in languages]
        return any_of([snapshot.phrase(each, field) for field in fields for each in terms if each])


class WhooshAutocompleteQueryCompiler(WhooshQueryCompiler):
    """A search whose last word may not be complete."""

    def plain(self, snapshot: Snapshot, query: PlainText) -> Scores:
        words = [fold(word) for word in words_of(query.query_string)]
        if not words:
            return {}
        found = [snapshot.term(COMPLETED, word) for word in words[:-1]]
        return _joined([*found, snapshot.begins(COMPLETED, words[-1])], query.operator)


def _words(text: str) -> list[str]:
    return [word for word in words_of(text) if word not in EMPTY_WORDS]


def _joined(found: list[Scores], operator: str) -> Scores:
    """Of several words all, or any; of any, those with more words come first."""
    if operator == "and":
        return all_of(found)
    total: Scores = {}
    for scores in found:
        for number, score in scores.items():
            total[number] = total.get(number, 0.0) + score
    return total
