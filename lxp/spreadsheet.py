"""Tables for a spreadsheet: CSV that is sent row by row, and in which no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse

# OWASP, CSV injection: with these a spreadsheet takes a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else
ROWS_AT_ONCE = 200  # a piece for each row would cost more than the row


class _Lines(list[str]):
    """Takes what the writer of the standard library writes."""

    write = list.append


def cell(value: Any) -> str:
    """A value as text that stays text: an apostrophe goes before what could be a formula. Decimals come after a comma, as
    Dutch spreadsheets want it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(value).replace(".", ",")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def lines(header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The table in pieces of some rows each. The separator is a semicolon, as Dutch spreadsheets want it."""
    kept = _Lines()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow([cell(each) for each in header])
    yield BYTE_ORDER_MARK + kept.pop()
    for row in rows:
        writer.writerow([cell(each) for each in row])
        if len(kept) == ROWS_AT_ONCE:
            yield "".join(kept)
            kept.clear()
    yield "".join(kept)


def csv_response(name: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download named `name`.csv, kept by no cache."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
