"""Workbooks for a spreadsheet: XLSX, written row by row to a file, in which no cell can become a formula or a link."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import FileResponse
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

LIBRARY = "xlsxwriter.Workbook"  # loaded at the first download: it takes more memory than all our own code
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAME_CHARACTERS = 31  # Excel takes no longer name of a sheet
REFUSED_IN_NAMES = str.maketrans("[]:*?/\\'", "        ")
NARROW, WIDE, MARGIN = 12, 48, 2
# Text stays text: a name that begins with "=" is no formula, and one with "https:" no link.
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}


@dataclass(frozen=True)
class Sheet:
    """One sheet: a row of names, and rows of texts and numbers. `bold` are the rows (from 0) that stand out."""

    name: str
    header: Iterable[Any]
    rows: Iterable[Iterable[Any]]
    bold: frozenset[int] = frozenset()


def workbook_response(name: str, sheets: Iterable[Sheet]) -> FileResponse:
    """A download named `name`.xlsx, kept by no cache. It is written to a file that is gone when it is sent."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book: Workbook = import_string(LIBRARY)(file, OPTIONS)
    for sheet in sheets:
        _write(book, sheet)
    book.close()
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=CONTENT_TYPE)
    response["Cache-Control"] = "private, no-store"
    return response


def _widths(header: list[str], rows: Iterable[Iterable[Any]]) -> list[int]:
    """How many characters each column needs: for its name, and for its texts where all rows are there already."""
    widths = [len(words) for words in header]
    for row in rows if isinstance(rows, list) else ():
        for column, value in zip(range(len(widths)), row, strict=False):
            widths[column] = max(widths[column], len(value) if isinstance(value, str) else 0)
    return widths


def _write(book: Workbook, sheet: Sheet) -> None:
    page = book.add_worksheet(str(sheet.name).translate(REFUSED_IN_NAMES)[:NAME_CHARACTERS])
    strong = book.add_format({"bold": True})
    header = [str(each) for each in sheet.header]
    for column, width in enumerate(_widths(header, sheet.rows)):
        page.set_column(column, column, min(WIDE, max(NARROW, width + MARGIN)))
    page.freeze_panes(1, 0)
    page.write_row(0, 0, header, strong)
    for number, row in enumerate(sheet.rows):
        values = [each if isinstance(each, int | float) else "" if each is None else str(each) for each in row]
        page.write_row(number + 1, 0, values, strong if number in sheet.bold else None)
