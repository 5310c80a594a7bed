"""Reads one CNXML module into a `CnxmlDocument`: everything the file says, as plain values in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from courses.cnxml.elements import (
    Block,
    Definition,
    Entry,
    Exercise,
    Figure,
    ItemList,
    Media,
    Note,
    Paragraph,
    Quotation,
    Section,
    Span,
    Table,
    Target,
    Unknown,
    every,
    is_blank,
    plain,
)
from courses.cnxml.exceptions import DocumentError
from courses.cnxml.mathematics import text_of_math, unknown_parts
from courses.cnxml.safe_xml import local_name, parse_xml

OBJECTIVES = "learning-objectives"
INLINE_KINDS = {
    "sub": "sub",
    "sup": "sup",
    "term": "term",
    "foreign": "em",
    "cite": "em",
    "cite-title": "em",
    "span": "label",  # OpenStax prints the heading of a cell in blue
    "footnote": "footnote",
    "link": "link",
    "newline": "break",
    "space": "break",
    "code": "other",
}
EMPHASIS = {"bold": "strong", "italics": "em", "underline": "em", "smallcaps": "em", "normal": "other"}


@dataclass(frozen=True)
class CnxmlDocument:
    """One module of a book. `kind` is its class: introduction, preface, appendix or empty."""

    id: str
    title: str
    kind: str
    language: str
    abstract: str
    authors: tuple[str, ...]
    licence_url: str
    blocks: tuple[Block, ...]
    glossary: tuple[Definition, ...]
    unknown_math: tuple[str, ...] = ()

    @property
    def is_introduction(self) -> bool:
        """Opens a chapter. One with learning outcomes of its own does not, whatever its class says (it occurs)."""
        return self.kind == "introduction" and not self.objectives

    @property
    def sections(self) -> tuple[Section, ...]:
        return tuple(every(Section, self.blocks))

    @property
    def objectives(self) -> tuple[str, ...]:
        """What a learner can do afterwards, as the book says it."""
        lists = [found for section in self.sections if section.kind == OBJECTIVES for found in every(ItemList, section)]
        return tuple(text_of_blocks(item) for found in lists for item in found.items)

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(every(Table, self.blocks))

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(every(Figure, self.blocks))

    @property
    def media(self) -> tuple[Media, ...]:
        return tuple(every(Media, self.blocks))

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(every(Note, self.blocks))

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        return tuple(every(Exercise, self.blocks))

    def spans(self, kind: str) -> tuple[Span, ...]:
        """All links, footnotes, formulas, …: one kind of Span."""
        return tuple(span for span in every(Span, (self.blocks, self.glossary)) if span.kind == kind)


def read_document(name: str, data: bytes) -> CnxmlDocument:
    """One CNXML file; raises DocumentError with the file's name where it is broken, unsafe or something else."""
    root = parse_xml(name, data)
    content = child(root, "content")
    if local_name(root) != "document" or content is None:
        raise DocumentError(_("%(name)s is XML, but not a CNXML document. Leave it out.") % {"name": name})
    metadata = child(root, "metadata")
    metadata = metadata if metadata is not None else Element("metadata")
    licence = child(metadata, "license")
    glossary = child(root, "glossary")
    return CnxmlDocument(
        id=text_at(metadata, "content-id") or root.get("id", "") or folder_of(name),
        title=title_of(root) or text_at(metadata, "title"),
        kind=root.get("class", "") or content.get("class", ""),
        language=text_at(metadata, "language"),
        abstract=text_at(metadata, "abstract"),
        authors=authors_in(metadata),
        licence_url=licence.get("url", "") if licence is not None else "",
        blocks=blocks_of(content),
        glossary=tuple(definition(part) for part in glossary or () if local_name(part) == "definition"),
        unknown_math=tuple(name for math in root.iter() if local_name(math) == "math" for name in unknown_parts(math)),
    )


def folder_of(name: str) -> str:
    parts = name.split("/")
    return parts[-2] if len(parts) > 1 else name.rpartition(".")[0]


def authors_in(metadata: Element) -> tuple[str, ...]:
    """Names of the people whom <md:role type="author"> points at; older books have these, newer ones do not."""
    people = {
        person.get("userid", ""): text_at(person, "fullname") for person in metadata.iter() if "userid" in person.attrib
    }
    roles = [role for role in metadata.iter() if local_name(role) == "role" and role.get("type") == "author"]
    ids = [identity for role in roles for identity in (role.text or "").split()]
    return tuple(people[identity] for identity in ids if people.get(identity))


def child(element: Element, tag: str) -> Element | None:
    return next((part for part in element if local_name(part) == tag), None)


def text_at(element: Element, tag: str) -> str:
    found = child(element, tag)
    return "" if found is None else plain(inline_of(found))


def title_of(element: Element) -> str:
    return text_at(element, "title")


def text_of_blocks(blocks: Iterable[Block]) -> str:
    return plain(tuple(part for block in every(Paragraph, tuple(blocks)) for part in (*block.content, " ")))


def inline_of(element: Element) -> tuple[str | Span, ...]:
    """The text and spans of an element; white space stays as it is, a browser joins it."""
    parts: list[str | Span] = [element.text] if element.text else []
    for part in element:
        parts.append(span(part))
        if part.tail:
            parts.append(part.tail)
    return tuple(parts)


def span(element: Element) -> Span:
    tag = local_name(element)
    if tag == "math":
        return Span("math", (text_of_math(element),))
    if tag == "newline":
        return Span("break", ("\n" * min(int_of(element.get("count"), 1), 2),))
    if tag == "emphasis":
        return Span(EMPHASIS.get(element.get("effect", "bold"), "em"), inline_of(element))
    if element.get("class", "") == "no-emphasis" or (tag == "span" and not element.get("class", "").startswith("blue")):
        return Span("plain", inline_of(element))  # a term that is explained elsewhere; a span that only has a colour
    kind = INLINE_KINDS.get(tag, "other")
    target = Target()
    if tag == "link":
        target = Target(element.get("url", ""), element.get("document", ""), element.get("target-id", ""))
    return Span(kind, inline_of(element), target, tag)


def int_of(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def blocks_of(element: Element, skipped: tuple[str, ...] = ("title", "label")) -> tuple[Block, ...]:
    """The blocks of an element; loose text between them becomes paragraphs without an id."""
    blocks: list[Block] = []
    loose: list[str | Span] = [element.text] if element.text else []
    identity = element.get("id", "") if local_name(element) in ("para", "item", "entry") else ""

    def close_loose_text() -> None:
        if not is_blank(tuple(loose)):
            blocks.append(Paragraph(identity, tuple(loose)))
        loose.clear()

    for part in element:
        tag = local_name(part)
        if tag in READERS:
            close_loose_text()
            blocks.extend(READERS[tag](part))
        elif tag not in skipped:
            loose.append(span(part))
        if part.tail:
            loose.append(part.tail)
    close_loose_text()
    return tuple(blocks)


def titled_blocks(element: Element) -> tuple[Block, ...]:
    blocks = blocks_of(element)
    title = title_of(element)
    if title:
        return (Paragraph("", (Span("strong", (title,)),)), *blocks)
    return blocks


def item_list(element: Element) -> tuple[Block, ...]:
    items = tuple(blocks_of(item) for item in element if local_name(item) == "item")
    is_numbered = element.get("list-type") == "enumerated"
    start = int_of(element.get("start-value"), 1)
    filled = tuple(item for item in items if item)
    return (ItemList(element.get("id", ""), is_numbered, start, filled, title_of(element)),)


def table(element: Element) -> tuple[Block, ...]:
    group = child(element, "tgroup")
    if group is None:
        return ()
    names = [part.get("colname", "") for part in group if local_name(part) == "colspec"]
    rows = {
        tag: tuple(table_row(line, names) for part in group if local_name(part) == tag for line in part)
        for tag in ("thead", "tbody", "tfoot")
    }
    caption = child(element, "caption")
    columns = min(int_of(group.get("cols"), len(names)), 50)
    return (
        Table(
            id=element.get("id", ""),
            title=title_of(element),
            caption=inline_of(caption) if caption is not None else (),
            columns=columns,
            header=rows["thead"],
            body=rows["tbody"] + rows["tfoot"],
        ),
    )


def table_row(line: Element, names: list[str]) -> tuple[Entry, ...]:
    return tuple(table_entry(cell, names) for cell in line if local_name(cell) == "entry")


def table_entry(cell: Element, names: list[str]) -> Entry:
    start = cell.get("namest") or cell.get("colname", "")
    end = cell.get("nameend") or start
    return Entry(
        content=blocks_of(cell, skipped=()),
        first=names.index(start) if start in names else -1,
        last=names.index(end) if end in names else -1,
        more_rows=int_of(cell.get("morerows"), 0),
    )


def figure(element: Element) -> tuple[Block, ...]:
    caption = child(element, "caption")
    media = tuple(found for part in element.iter() if local_name(part) == "media" for found in media_of(part))
    words = inline_of(caption) if caption is not None else ()
    return (Figure(element.get("id", ""), title_of(element), words, media),)


def media_of(element: Element) -> tuple[Media, ...]:
    identity, alt = element.get("id", ""), " ".join(element.get("alt", "").split())
    kinds = {"image": "image", "iframe": "embed", "video": "embed", "audio": "embed", "download": "file"}
    return tuple(
        Media(identity, kinds[local_name(part)], part.get("src", ""), alt)
        for part in element
        if local_name(part) in kinds
    )


def exercise(element: Element) -> tuple[Block, ...]:
    problem, solution = child(element, "problem"), child(element, "solution")
    blocks = titled_blocks(problem) if problem is not None else ()
    embeds = [link.target.url for link in every(Span, blocks) if link.kind == "link" and link.tag == "link"]
    embedded = next((url.rpartition("/")[2] for url in embeds if url.startswith("#exercise/")), "")
    answer = blocks_of(solution) if solution is not None else ()
    return (Exercise(element.get("id", ""), blocks, answer, embedded),)


def note(element: Element) -> tuple[Block, ...]:
    return (Note(element.get("id", ""), element.get("class", ""), title_of(element), blocks_of(element)),)


def section(element: Element) -> tuple[Block, ...]:
    return (Section(element.get("id", ""), element.get("class", ""), title_of(element), blocks_of(element)),)


def quotation(element: Element) -> tuple[Block, ...]:
    return (Quotation(element.get("id", ""), blocks_of(element)),)


def equation(element: Element) -> tuple[Block, ...]:
    return (Paragraph(element.get("id", ""), inline_of(element)),)


def unknown(element: Element) -> tuple[Block, ...]:
    return (Unknown(element.get("id", ""), local_name(element), inline_of(element)),)


def definition(element: Element) -> Definition:
    term, meaning = child(element, "term"), child(element, "meaning")
    return Definition(
        id=element.get("id", ""),
        term=inline_of(term) if term is not None else (),
        meaning=inline_of(meaning) if meaning is not None else (),
    )


READERS: dict[str, Callable[[Element], tuple[Block, ...]]] = {
    "para": titled_blocks,
    "list": item_list,
    "table": table,
    "figure": figure,
    "media": media_of,
    "exercise": exercise,
    "note": note,
    "section": section,
    "quote": quotation,
    "equation": equation,
    "preformat": unknown,
    "injected-exercise": unknown,
    "rule": unknown,
    "example": section,
}
