"""PostgreSQL as the search engine (LXP_SEARCH=postgresql), with the same analysis as the embedded one.

PostgreSQL gets terms that are analysed already, so its own configuration is "simple". It has no weights within a text: a
part of a compound counts as much as a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend
from modelsearch.index import AutocompleteField, SearchField
from modelsearch.query import MATCH_NONE, And, Boost, Not, Or, PlainText, SearchQuery

from lxp.search.analysis import Analysis, Sought
from lxp.search.compounds import Lexicon
from lxp.search.documents import document_of, prepare

analysis = Analysis(Lexicon())  # without words that an index has learnt: this engine has no place to keep them


class AnalysedField(SearchField):
    """A searched field whose value is there already."""

    def __init__(self, name: str, boost: float, text: str) -> None:
        super().__init__(name, boost=boost)
        self.text = text

    def get_value(self, item: Any) -> str:
        return self.text


class AnalysedCompletion(AutocompleteField):
    """The same for a field that completes words."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(name)
        self.text = text

    def get_value(self, item: Any) -> str:
        return self.text


class Analysed:
    """An object as the indexer of PostgreSQL sees it: its texts in the terms of our analysis."""

    def __init__(self, item: Any) -> None:
        self.pk = item.pk
        self.document = document_of(item)

    def get_search_fields(self) -> list[Any]:
        document = self.document
        searched = [
            AnalysedField(
                each.name, each.boost, " ".join(t.term for t in analysis.tokens(each.text, document.language))
            )
            for each in document.searched
        ]
        completed = [
            AnalysedCompletion(each.name, " ".join(t.term for t in analysis.surface(each.text, document.language)))
            for each in document.completed
        ]
        return [*searched, *completed]


class Index(PostgresIndex):
    """Stores analysed texts."""

    def add_items(self, model: type[Model], items: Iterable[Any]) -> None:
        listed = list(items)
        prepare(listed)
        super().add_items(model, [Analysed(item) for item in listed])


class SearchBackend(PostgresSearchBackend):
    """Searches analysed texts for analysed words; named fields are searched as they are stored."""

    index_class = Index

    def search(
        self, query: Any, model_or_queryset: Any, fields: Any = None, operator: Any = None, **options: Any
    ) -> Any:
        if fields is None and query not in ("", None):
            typed = PlainText(query, operator=operator or "and") if isinstance(query, str) else query
            query = analysed_query(typed)
        return super().search(query, model_or_queryset, fields=fields, operator=operator, **options)


def analysed_query(query: SearchQuery) -> SearchQuery:
    """A question in the terms of our analysis."""
    if isinstance(query, PlainText):
        words = [_any_meaning(each) for each in analysis.sought(query.query_string)]
        if not words:
            return MATCH_NONE
        return _joined(And if query.operator == "and" else Or, words)
    if isinstance(query, And | Or):
        return type(query)([analysed_query(each) for each in query.subqueries])
    if isinstance(query, Not):
        return Not(analysed_query(query.subquery))
    if isinstance(query, Boost):
        return Boost(analysed_query(query.subquery), query.boost)
    return query


def _any_meaning(sought: Sought) -> SearchQuery:
    return _joined(
        Or, [_joined(And, [PlainText(term) for term in each.terms]) for each in sought.meanings if each.terms]
    )


def _joined(kind: type[And | Or], queries: list[SearchQuery]) -> SearchQuery:
    return queries[0] if len(queries) == 1 else kind(queries)
