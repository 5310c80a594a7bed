"""Tables as rows of plain text, the first row being the header: merged cells are repeated, layout tables unfolded."""

from __future__ import annotations

from typing import Any

from courses.cnxml.elements import Block, Entry, ItemList, Paragraph, Span, Table, every, is_blank
from courses.cnxml.markup import Markup
from courses.cnxml.report import LossKind

MAX_COLUMNS = 50
LABELLED_HEADER = ["Aspect", "Description"]
HEADING_KINDS = ("strong", "label", "em", "term", "plain")
MARKED_KINDS = ("em", "strong", "term", "link", "math")


def table_piece(table: Table, markup: Markup) -> dict[str, Any] | None:
    """`{"table": {"caption", "rows"}}`, or None for a table without a filled cell."""
    markup.place = table.id
    rows = labelled_rows(table, markup) or grid_rows(table, markup)
    if len(rows) < 2:
        markup.log.add(LossKind.TABLE_SHAPE, table.id)
        return None
    note_cell_markup(table, markup)
    return {"table": {"caption": caption_of(table, markup), "rows": rows}}


def caption_of(table: Table, markup: Markup) -> str:
    name = markup.references.names.get((markup.log.document, table.id), "Table")
    parts = [table.title.strip(" ."), " ".join(markup.text(table.caption).split())]
    words = ". ".join(part for part in parts if part)
    return f"{name}: {words}" if words else name


def note_cell_markup(table: Table, markup: Markup) -> None:
    cells = tuple(entry.content for row in table.body for entry in row)
    found = {span.kind for span in every(Span, cells) if span.kind in MARKED_KINDS}
    if any(True for _list in every(ItemList, cells)):
        found.add("list")
    if found:
        markup.log.add(LossKind.TABLE_CELL_MARKUP, table.id, ", ".join(sorted(found)))


# Layout tables: a cell begins with a heading of its own ("Drug Class", then the text), and there is no header row.


def labelled_rows(table: Table, markup: Markup) -> list[list[str]]:
    """One row for each label, when every filled cell begins with one; otherwise nothing."""
    entries = [entry for row in table.body for entry in row if entry.content]
    if table.header or not entries or not all(is_labelled(entry) for entry in entries):
        return []
    markup.log.add(LossKind.TABLE_LAYOUT, table.id)
    return [LABELLED_HEADER, *(row for entry in entries for row in labelled_parts(entry, markup))]


def is_labelled(entry: Entry) -> bool:
    """The first line is a heading and more follows it."""
    lines = lines_of(entry.content)
    return len(lines) > 1 and is_label(lines[0]) and not all(is_label(line) for line in lines)


def lines_of(blocks: tuple[Block, ...]) -> list[tuple[str | Span, ...] | ItemList]:
    """The cell cut at its line breaks; a list is one line."""
    lines: list[tuple[str | Span, ...] | ItemList] = []
    for block in blocks:
        if isinstance(block, ItemList):
            lines.append(block)
            continue
        for paragraph in every(Paragraph, block):
            lines.extend(cut_at_breaks(paragraph.content))
    return lines


def cut_at_breaks(content: tuple[str | Span, ...]) -> list[tuple[str | Span, ...]]:
    lines: list[list[str | Span]] = [[]]
    for part in content:
        if isinstance(part, Span) and part.kind == "break":
            lines.append([])
        elif isinstance(part, Span) and part.kind in HEADING_KINDS and has_break(part):
            inner = cut_at_breaks(part.content)
            lines[-1].append(Span(part.kind, inner[0]))
            lines.extend([Span(part.kind, line)] for line in inner[1:])
        else:
            lines[-1].append(part)
    return [tuple(line) for line in lines if not is_blank(tuple(line))]


def has_break(span: Span) -> bool:
    return any(part.kind == "break" for part in every(Span, span.content))


def is_label(line: tuple[str | Span, ...] | ItemList, kinds: tuple[str, ...] = ("label",)) -> bool:
    """Every word of the line stands in the print of a cell's heading."""
    return not isinstance(line, ItemList) and not is_blank(line) and all(is_heading(part, kinds) for part in line)


def is_heading(part: str | Span, kinds: tuple[str, ...]) -> bool:
    if isinstance(part, str):
        return not part.strip(" :\n\t\r\xa0")
    within = part.kind in HEADING_KINDS and all(is_heading(inner, kinds) for inner in part.content)
    return part.kind in kinds or within


def labelled_parts(entry: Entry, markup: Markup) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines_of(entry.content):
        if not isinstance(line, ItemList) and is_label(line):
            rows.append([markup.lines((Paragraph("", line),)).rstrip(":"), ""])
            continue
        block = line if isinstance(line, ItemList) else Paragraph("", line)
        rows[-1][1] = f"{rows[-1][1]}\n{markup.lines((block,))}".strip()
    return rows


# Ordinary tables.


def grid_rows(table: Table, markup: Markup) -> list[list[str]]:
    rows = [*table.header, *table.body]
    if any(entry.more_rows or entry.last > entry.first for row in rows for entry in row):
        markup.log.add(LossKind.TABLE_SPAN, table.id)
    grid = filled_grid(rows, table.columns, markup)
    if not table.header:
        grid = with_header(table, grid, markup)
    return [row for number, row in enumerate(grid) if number == 0 or any(row)]


def filled_grid(rows: list[tuple[Entry, ...]], columns: int, markup: Markup) -> list[list[str]]:
    """Every row at full width. A cell over rows stands in each of them; a cell over a whole row stands first, alone."""
    grid: list[list[str]] = []
    hanging: dict[int, tuple[str, int]] = {}  # column: text and how many rows it still covers
    for entries in rows:
        cells = {column: text for column, (text, _left) in hanging.items()}
        hanging = {column: (text, left - 1) for column, (text, left) in hanging.items() if left > 1}
        column = 0
        for entry in entries:
            while column in cells:
                column += 1
            first = entry.first if entry.first >= column and entry.first not in cells else column
            span = range(first, first + max(entry.last - entry.first, 0) + 1)
            if span.stop > MAX_COLUMNS:
                markup.log.add(LossKind.TABLE_SHAPE, markup.place)
                break
            place_entry(entry, span, cells, hanging, markup, is_whole=len(span) >= columns)
            column = span.stop
        grid.append([cells.get(number, "") for number in range(max([columns, *(key + 1 for key in cells)]))])
    width = max((len(row) for row in grid), default=0)
    return [row + [""] * (width - len(row)) for row in grid]


def place_entry(
    entry: Entry,
    span: range,
    cells: dict[int, str],
    hanging: dict[int, tuple[str, int]],
    markup: Markup,
    *,
    is_whole: bool,
) -> None:
    text = markup.lines(entry.content)
    for column in span:
        cells[column] = "" if is_whole and column > span.start else text
        if entry.more_rows:
            hanging[column] = (cells[column], entry.more_rows)


def with_header(table: Table, grid: list[list[str]], markup: Markup) -> list[list[str]]:
    """The first row in which every cell is a heading becomes the header; a title above it moves below it."""
    for number, row in enumerate(table.body[:2]):
        filled = [entry for entry in row if entry.content]
        if len(filled) > 1 and all(is_label_cell(entry) for entry in filled):
            markup.log.add(LossKind.TABLE_HEADER_CHOSEN, table.id)
            return [grid[number], *grid[:number], *grid[number + 1 :]]
    markup.log.add(LossKind.TABLE_HEADER_MADE, table.id)
    width = len(grid[0]) if grid else 0
    return [[f"Column {number + 1}" for number in range(width)], *grid]


def is_label_cell(entry: Entry) -> bool:
    lines = lines_of(entry.content)
    return bool(lines) and all(is_label(line, ("label", "strong")) for line in lines)
