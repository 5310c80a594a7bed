"""Long lists of keys as one value: to narrow a queryset by, since a database takes only so many parameters and each costs
time; and as an answer, since each row costs time too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Aggregate, BigIntegerField, CharField, Func, QuerySet, Value


class Numbers(Func):
    """A subquery with these numbers, for `pk__in`."""

    template = "(SELECT value FROM json_each(%(expressions)s))"

    def __init__(self, numbers: Iterable[int]) -> None:
        super().__init__(Value(json.dumps(list(numbers))), output_field=BigIntegerField())

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(SELECT value::bigint FROM json_array_elements_text(%(expressions)s::json))"
        return self.as_sql(compiler, connection, template=template, **extra)


class Joined(Aggregate):
    """The keys of a group with commas between them."""

    function = "GROUP_CONCAT"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, ',')", **extra)


def among(rows: QuerySet[Any], pks: list[Any]) -> QuerySet[Any]:
    """The rows whose primary key is one of these."""
    return rows.filter(pk__in=Numbers(pks) if all(isinstance(pk, int) for pk in pks) else pks)
