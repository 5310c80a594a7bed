"""The parts of a CNXML document as plain values: what was read, before anything is converted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from courses.cnxml.typography import lowered, raised


@dataclass(frozen=True)
class Target:
    """Where a link leads: an address on the web, or a document of the book with perhaps one element in it."""

    url: str = ""
    document: str = ""
    element: str = ""


@dataclass(frozen=True)
class Span:
    """A run of text with one meaning.

    Kinds: em, strong, label (heading inside a cell), sub, sup, term, plain, link, math, footnote, break, other.
    """

    kind: str
    content: tuple[str | Span, ...] = ()
    target: Target = Target()
    tag: str = ""  # the element's own name, told when the kind is "other"


@dataclass(frozen=True)
class Paragraph:
    id: str
    content: tuple[str | Span, ...]
    title: str = ""


@dataclass(frozen=True)
class ItemList:
    id: str
    is_numbered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Entry:
    """One cell. `first` and `last` are column numbers from 0, or -1 where the book does not say."""

    content: tuple[Block, ...]
    first: int = -1
    last: int = -1
    more_rows: int = 0


@dataclass(frozen=True)
class Table:
    id: str
    title: str
    caption: tuple[str | Span, ...]
    columns: int
    header: tuple[tuple[Entry, ...], ...]
    body: tuple[tuple[Entry, ...], ...]


@dataclass(frozen=True)
class Media:
    """A picture or something embedded. Kinds: image, embed, file; `source` as it stands in the book."""

    id: str
    kind: str
    source: str
    alt: str


@dataclass(frozen=True)
class Figure:
    id: str
    title: str
    caption: tuple[str | Span, ...]
    media: tuple[Media, ...]


@dataclass(frozen=True)
class Note:
    id: str
    kind: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Quotation:
    id: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Exercise:
    """A question. `embedded` is its number in OpenStax's own question bank, when the text is only there."""

    id: str
    problem: tuple[Block, ...]
    solution: tuple[Block, ...]
    embedded: str = ""


@dataclass(frozen=True)
class Unknown:
    """An element that we do not know; its text is kept."""

    id: str
    tag: str
    content: tuple[str | Span, ...]


@dataclass(frozen=True)
class Section:
    id: str
    kind: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Definition:
    id: str
    term: tuple[str | Span, ...]
    meaning: tuple[str | Span, ...]


Block = Paragraph | ItemList | Table | Media | Figure | Note | Quotation | Exercise | Unknown | Section
Part = TypeVar("Part")


def every(kind: type[Part], value: Any) -> Iterator[Part]:
    """All parts of one kind within a value, in reading order."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for item in value:
            yield from every(kind, item)
    elif hasattr(value, "__dataclass_fields__"):
        for field in fields(value):
            if field.name != "target":
                yield from every(kind, getattr(value, field.name))


def plain(content: tuple[str | Span, ...]) -> str:
    """The words alone, on one line."""
    return " ".join("".join(words_of(content)).split())


def words_of(content: tuple[str | Span, ...]) -> Iterator[str]:
    for part in content:
        if isinstance(part, str):
            yield part
        elif part.kind == "sup":
            yield raised("".join(words_of(part.content)))
        elif part.kind == "sub":
            yield lowered("".join(words_of(part.content)))
        else:
            yield from words_of(part.content)


def is_blank(content: tuple[str | Span, ...]) -> bool:
    """True when nothing would be seen; a link without words is seen, since it gets the name of its target."""
    return not any(
        part.strip() if isinstance(part, str) else part.kind == "link" or not is_blank(part.content) for part in content
    )
