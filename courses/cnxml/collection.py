"""The table of contents: from the collection file of a book, or derived from its documents when there is none.

Derived means: documents in the order of their file names; the preface first, appendices last; every document of the
class "introduction" without learning outcomes begins a chapter, and a title that starts with "3.2" belongs to
chapter 3. That is right for books whose names were given in reading order (Nutrition for Nurses: checked), and wrong
for books that grew (Pharmacology for Nurses), so a derived order is always in the report. Titles of chapters cannot
be derived: they are "Chapter 3".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from django.utils.translation import gettext_lazy as _

from courses.cnxml.document import CnxmlDocument, child, text_at
from courses.cnxml.exceptions import DocumentError
from courses.cnxml.references import slug_of
from courses.cnxml.safe_xml import local_name, parse_xml

OUTSIDE_CHAPTERS = ("preface", "appendix")
NUMBERED = re.compile(r"(\d{1,3})\.(\d{1,3})\b")


@dataclass(frozen=True)
class ChapterPlan:
    """A chapter and the ids of its documents; `unit` is the title of the part of the book that it is in."""

    title: str
    documents: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Collection:
    title: str
    slug: str
    language: str
    licence_url: str
    chapters: tuple[ChapterPlan, ...]
    is_derived: bool = False


def collection_name(names: Iterable[str]) -> str | None:
    """The one collection file of the archive; raises DocumentError when there are several books in it."""
    found = [
        name for name in names if name.endswith((".collection.xml", "/collection.xml")) or name == "collection.xml"
    ]
    if len(found) > 1:
        raise DocumentError(
            _("The archive holds more than one book: %(names)s. Make an archive of one book.")
            % {"names": ", ".join(found)[:200]}
        )
    return found[0] if found else None


def read_collection(name: str, data: bytes) -> Collection:
    """Raises DocumentError when the file is broken or names no title."""
    root = parse_xml(name, data)
    metadata = child(root, "metadata")
    content = child(root, "content")
    title = text_at(metadata, "title") if metadata is not None else ""
    if local_name(root) != "collection" or metadata is None or content is None or not title:
        raise DocumentError(_("%(name)s is not the table of contents of a book. Leave it out.") % {"name": name})
    licence = child(metadata, "license")
    return Collection(
        title=title,
        slug=slug_of(text_at(metadata, "slug") or title),
        language=text_at(metadata, "language") or "en",
        licence_url=licence.get("url", "") if licence is not None else "",
        chapters=tuple(chapters_in(content, title, ())),
    )


def chapters_in(content: Element, title: str, above: tuple[str, ...]) -> Iterable[ChapterPlan]:
    """A chapter is what holds modules directly; what holds chapters is a unit. Loose modules form chapters too."""
    unit = above[-1] if above else ""
    loose: list[str] = []
    for part in content:
        tag = local_name(part)
        if tag == "module":
            loose.append(part.get("document", ""))
        elif tag == "subcollection":
            if loose:
                yield ChapterPlan(title, tuple(loose), unit)
            loose = []
            inner = child(part, "content")
            name = text_at(part, "title") or title
            if inner is not None:
                yield from chapters_in(inner, name, (*above, title) if above or title != name else above)
    if loose:
        yield ChapterPlan(title, tuple(loose), unit)


def derived_collection(documents: Mapping[str, CnxmlDocument], file_name: str) -> Collection:
    """A table of contents from the documents themselves; `documents` by file name, in the order of these names."""
    ordered = sorted(documents.values(), key=place_in_book)
    groups: list[list[CnxmlDocument]] = []
    for document in ordered:
        if not groups or begins_chapter(document, groups[-1][-1]):
            groups.append([])
        groups[-1].append(document)
    chapters, number = [], 0
    for group in groups:
        number += 1 if group[0].kind not in OUTSIDE_CHAPTERS else 0
        title = {"preface": "Preface", "appendix": "Appendices"}.get(group[0].kind, f"Chapter {number}")
        chapters.append(ChapterPlan(title, tuple(document.id for document in group)))
    licences = {document.licence_url for document in ordered if document.licence_url}
    title = book_title(file_name)
    return Collection(
        title=title,
        slug=slug_of(title),
        language=next((document.language for document in ordered if document.language), "en"),
        licence_url=licences.pop() if len(licences) == 1 else "",
        chapters=tuple(chapters),
        is_derived=True,
    )


def place_in_book(document: CnxmlDocument) -> tuple[int, int, int]:
    """Preface, body, appendices; within the body by number where the titles have one. The sort keeps the rest."""
    part = {"preface": 0, "appendix": 2}.get(document.kind, 1)
    chapter, section = number_of(document)
    return part, chapter, section


def number_of(document: CnxmlDocument) -> tuple[int, int]:
    match = NUMBERED.match(document.title)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def begins_chapter(document: CnxmlDocument, before: CnxmlDocument) -> bool:
    if document.kind in OUTSIDE_CHAPTERS or before.kind in OUTSIDE_CHAPTERS:
        return document.kind != before.kind
    return document.is_introduction or number_of(document)[0] > number_of(before)[0] > 0


def book_title(file_name: str) -> str:
    """ "nutrition-for-nurses-cnxml.tar.gz" → "Nutrition for nurses"."""
    words = re.sub(r"[-_]?cnxml|\.tar|\.t?gz", "", file_name.rpartition("/")[2])
    return " ".join(re.split(r"[-_\s]+", words)).strip().capitalize() or "Book"
