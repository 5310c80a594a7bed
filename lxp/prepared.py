"""Queries that each process builds once: where an act asks the same by a key each time, building the query takes longer than
the database needs for its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

FIRST_MARK = -4_000_000_000_000_000  # stands for a key while a query is built: no key is below zero


@dataclass(frozen=True)
class _Built:
    """The SQL, its parameters (the number of a key, or what is always the same), and what makes values of columns."""

    sql: str
    parameters: Sequence[tuple[int | None, Any]]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class Prepared:
    """A queryset of plain rows (`values_list`) by so many keys, which `build` makes; its form may not depend on the keys.

    `build` gets whole numbers, and puts `str` around what is a text.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._built: dict[str, _Built] = {}  # by kind of database

    def rows(self, *keys: int | str) -> list[Sequence[Any]]:
        """One query. Nothing is kept of the answer."""
        built = self._built.get(connection.vendor)
        if built is None:
            built = self._built[connection.vendor] = self._make(len(keys))
        parameters = [value if number is None else keys[number] for number, value in built.parameters]
        with connection.cursor() as cursor:
            cursor.execute(built.sql, parameters)
            rows: list[Sequence[Any]] = cursor.fetchall()
        return [_converted(row, built) for row in rows] if built.converters else rows

    def _make(self, count: int) -> _Built:
        marks = [FIRST_MARK - number for number in range(count)]
        number_of = {form: number for number, mark in enumerate(marks) for form in (mark, str(mark))}
        compiler = self._build(*marks).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        found = [(number_of.get(each) if isinstance(each, int | str) else None, each) for each in parameters]
        if sorted(number for number, _value in found if number is not None) != list(range(count)):
            raise ValueError("Each key of a prepared query stands in it once.")
        columns = compiler.get_converters([column for column, *_rest in compiler.select])
        return _Built(sql, found, [(place, *converter) for place, converter in columns.items()])


def _converted(row: Sequence[Any], built: _Built) -> list[Any]:
    values = list(row)
    for place, converters, expression in built.converters:
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return values
