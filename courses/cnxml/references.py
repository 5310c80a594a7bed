"""Where links inside a book lead: the slug and title of each document, and the name of each table and figure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.cnxml.document import CnxmlDocument


@dataclass(frozen=True)
class References:
    """`slugs` and `titles` by document id; `names` by (document id, element id): "Table 2", "Figure 1"."""

    slugs: Mapping[str, str]
    titles: Mapping[str, str]
    names: Mapping[tuple[str, str], str]


def references_of(book_slug: str, documents: Iterable[CnxmlDocument], titles: Mapping[str, str]) -> References:
    """Tables and figures are numbered within their document, in reading order: the file has no numbers."""
    slugs: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    for document in documents:
        slugs[document.id] = slug_of(f"{book_slug}-{document.id}")
        for number, table in enumerate(document.tables, 1):
            names[document.id, table.id] = f"Table {number}"
        for number, figure in enumerate(document.figures, 1):
            names[document.id, figure.id] = f"Figure {number}"
    names = {place: name for place, name in names.items() if place[1]}
    return References(slugs, titles, names)


def slug_of(text: str) -> str:
    """Lower case letters, digits and hyphens: fit for an address and for a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80]
