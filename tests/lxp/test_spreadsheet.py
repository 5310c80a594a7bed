"""Tables for a spreadsheet: no cell becomes a formula, and rows are sent in pieces."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lxp.spreadsheet import ROWS_AT_ONCE, cell, lines


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", "  =1", ' =HYPERLINK("x")'])
def test_what_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (date(2026, 3, 1), "2026-03-01"), (3, "3"), (0.5, "0,5"), ("Zo-zo", "Zo-zo"), ("a;b", "a;b")],
)
def test_other_values_stay_as_they_are(value: Any, text: str) -> None:
    assert cell(value) == text


def test_a_table_begins_with_a_mark_and_comes_in_pieces() -> None:
    pieces = list(lines(["Naam"], ([number] for number in range(ROWS_AT_ONCE + 1))))
    assert pieces[0] == "\ufeffNaam\r\n"
    assert [piece.count("\r\n") for piece in pieces] == [1, ROWS_AT_ONCE, 1]


def test_quotes_and_separators_stay_inside_their_cell() -> None:
    assert list(lines(["Naam"], [['Ja;"nee"']]))[1] == '"Ja;""nee"""\r\n'
