"""Results of the embedded engine: it names candidates in order, and the database says which of them there are."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any

from django.db.models import Count, QuerySet
from modelsearch.backends.base import BaseSearchResults, FilterFieldError
from modelsearch.backends.database.fallback import DatabaseSearchBackend
from modelsearch.query import MatchAll

from lxp.search.candidates import among
from lxp.search.exceptions import SearchUnavailableError
from lxp.search.reader import read

logger = logging.getLogger(__name__)


class WhooshSearchResults(BaseSearchResults):
    """Where the index cannot be read, the database looks for the words itself: slower, without endings, and in order of
    nothing; but an editor finds their page."""

    supports_facet = True
    _ranked: list[tuple[Any, float]] | None = None

    def ranked(self) -> list[tuple[Any, float]]:
        """(primary key, score) of every candidate, the best first, whoever may see it. Raises SearchUnavailableError."""
        if self._ranked is None:
            self._ranked = read(self.backend.storage, self.query_compiler.ranked)
        return self._ranked

    def scored(self) -> dict[Any, float]:
        """Primary key → score of every candidate, in no order, whoever may see it. Raises SearchUnavailableError."""
        return read(self.backend.storage, self.query_compiler.scored)

    def _clone(self) -> WhooshSearchResults:
        clone = super()._clone()
        clone._ranked = self._ranked
        return clone

    def _candidates(self) -> list[tuple[Any, float]] | None:
        """The candidates; None where every object is one."""
        return None if isinstance(self.query_compiler.query, MatchAll) else self.ranked()

    def _matching(self) -> QuerySet[Any]:
        """The objects that were asked for, of which the index says that they match."""
        queryset: QuerySet[Any] = self.query_compiler.queryset
        try:
            candidates = self._candidates()
        except SearchUnavailableError:
            return self._without_index()
        return queryset if candidates is None else among(queryset, [pk for pk, _score in candidates])

    def _without_index(self) -> QuerySet[Any]:
        asked = self.query_compiler
        fallback = DatabaseSearchBackend({}).search(
            asked.query, asked.queryset, fields=asked.fields, order_by_relevance=asked.order_by_relevance
        )
        return fallback.get_queryset()

    def _do_search(self) -> list[Any]:
        asked = self.query_compiler
        try:
            candidates = self._candidates()
        except SearchUnavailableError:
            return list(self._without_index()[self.start : self.stop])
        if candidates is None or not asked.order_by_relevance:
            found = self._in_order_of_database()
        else:
            found = self._in_order_of_rank(candidates)
        if self._score_field:
            scores = dict(candidates or [])
            for each in found:
                setattr(each, self._score_field, scores.get(each.pk, 1.0))
        return found

    def _in_order_of_database(self) -> list[Any]:
        rows = self._matching()
        if not rows.query.order_by and not self.query_compiler.order_by_relevance:
            rows = rows.order_by("-pk")
        return list(rows[self.start : self.stop])

    def _in_order_of_rank(self, candidates: list[tuple[Any, float]]) -> list[Any]:
        """Two queries: which of the candidates there are, and those of this page."""
        rows: QuerySet[Any] = self.query_compiler.queryset
        allowed = set(self._matching().order_by().values_list("pk", flat=True))
        page = [pk for pk, _score in candidates if pk in allowed][self.start : self.stop]
        by_pk = {each.pk: each for each in among(rows.order_by(), page)} if page else {}
        return [by_pk[pk] for pk in page if pk in by_pk]

    def _do_count(self) -> int:
        count = self._matching().order_by().values("pk").distinct().count()
        count = max(0, count - self.start)
        return count if self.stop is None else min(count, self.stop - self.start)

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        if self.query_compiler._get_filterable_field(field_name) is None:
            model = self.query_compiler.queryset.model.__name__
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {model}.search_fields.",
                field_name=field_name,
            )
        rows = self._matching().order_by().values(field_name).annotate(count=Count("pk")).order_by("-count")
        return OrderedDict((row[field_name], row["count"]) for row in rows)
