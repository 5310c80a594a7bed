"""Reads a whole CNXML book from an archive into chapters of library modules, with a report. Pure: no database, no disk.

Reading the same file twice gives equal results. Ids come from the book (document, section and exercise ids), so that a
later import of the same book updates what an earlier one made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import filetype
from django.utils.translation import gettext_lazy as _

from courses.cnxml.archive import ArchiveLimits, read_archive
from courses.cnxml.attribution import DEFAULT_PUBLISHER, Attribution, attribution_of
from courses.cnxml.collection import ChapterPlan, Collection, collection_name, derived_collection, read_collection
from courses.cnxml.conversion import BookContext, Placement, module_of
from courses.cnxml.document import CnxmlDocument, read_document
from courses.cnxml.exceptions import ArchiveError, DocumentError
from courses.cnxml.references import references_of
from courses.cnxml.report import Loss, LossKind, LossLog, Report
from courses.cnxml.titles import chapter_title, module_titles

PICTURE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True)
class BookModule:
    """`slug` names the module's folder and never changes; `document` is the content of module.yaml."""

    slug: str
    source_id: str
    document: dict[str, Any]


@dataclass(frozen=True)
class Chapter:
    """`unit` is the part of the book that the chapter is in, or empty."""

    title: str
    unit: str
    modules: tuple[BookModule, ...]


@dataclass(frozen=True)
class Book:
    """`pictures` holds the bytes of the pictures that modules name, by file name."""

    title: str
    slug: str
    language: str
    attribution: Attribution
    chapters: tuple[Chapter, ...]
    pictures: Mapping[str, bytes]
    report: Report

    @property
    def modules(self) -> tuple[BookModule, ...]:
        return tuple(module for chapter in self.chapters for module in chapter.modules)


def read_book(
    source: str | Path | IO[bytes],
    *,
    placement: Placement | None = None,
    licence_url: str = "",
    publisher: str = DEFAULT_PUBLISHER,
    limits: ArchiveLimits | None = None,
) -> Book:
    """The book in a .tar.gz. `licence_url` is only used when the archive names no licence itself.

    Raises ArchiveError, DocumentError or LicenceError, each with a text for the person who chose the file.
    """
    files = read_archive(source, limits)
    documents = read_documents(files)
    name = collection_name(files)
    file_name = str(source if isinstance(source, str | Path) else getattr(source, "name", ""))
    found = read_collection(name, files[name]) if name else derived_collection(documents, file_name)
    by_id = {document.id: document for document in documents.values()}
    plans, losses = usable_chapters(found, by_id)
    attribution = attribution_of(found.title, found.licence_url or licence_url, by_id.values(), publisher)
    pictures, kept, refused = pictures_of(files, by_id)
    titles = module_titles(plans, by_id, found.title)
    ordered = [by_id[identity] for plan in plans for identity in plan.documents]
    context = BookContext(
        attribution=attribution,
        references=references_of(found.slug, ordered, titles),
        pictures=kept,
        placement=placement or Placement(),
        language=found.language,
    )
    chapters = tuple(chapter_of(plan, by_id, context, losses) for plan in plans)
    report = Report(carried_over(chapters, pictures), (*losses, *refused))
    return Book(found.title, found.slug, found.language, attribution, chapters, pictures, report)


def read_documents(files: Mapping[str, bytes]) -> dict[str, CnxmlDocument]:
    """Every .cnxml file; raises when there is none, or when two say that they are the same document."""
    documents = {name: read_document(name, data) for name, data in files.items() if name.lower().endswith(".cnxml")}
    if not documents:
        raise ArchiveError(_("The archive holds no CNXML modules. Choose a CNXML book as .tar.gz."))
    first_names: dict[str, str] = {}
    for name, document in documents.items():
        other = first_names.setdefault(document.id, name)
        if other != name:
            raise DocumentError(
                _("%(name)s and %(other)s are both document %(id)s. Keep one of them.")
                % {"name": name, "other": other, "id": document.id[:80]}
            )
    return documents


def usable_chapters(found: Collection, by_id: Mapping[str, CnxmlDocument]) -> tuple[list[ChapterPlan], list[Loss]]:
    """The chapters with only documents that exist, each once; what is not in the table of contents comes last."""
    losses = [Loss(LossKind.ORDER_DERIVED, "")] if found.is_derived else []
    seen: set[str] = set()
    plans = []
    for plan in found.chapters:
        kept = []
        for identity in plan.documents:
            if identity not in by_id:
                losses.append(Loss(LossKind.MODULE_MISSING, identity))
            elif identity in seen:
                losses.append(Loss(LossKind.MODULE_TWICE, identity))
            else:
                kept.append(identity)
                seen.add(identity)
        if kept:
            plans.append(ChapterPlan(chapter_title(plan, found, [by_id[one] for one in kept]), tuple(kept), plan.unit))
    unlisted = [identity for identity in by_id if identity not in seen]
    losses.extend(Loss(LossKind.MODULE_UNLISTED, identity) for identity in unlisted)
    return [*plans, *([ChapterPlan("Other modules", tuple(unlisted))] if unlisted else [])], losses


def pictures_of(
    files: Mapping[str, bytes], by_id: Mapping[str, CnxmlDocument]
) -> tuple[dict[str, bytes], dict[str, str], list[Loss]]:
    """The pictures that documents show: bytes by file name, file name by source as written, and what was refused."""
    by_name = {name.rpartition("/")[2]: data for name, data in files.items() if name.lower().endswith(PICTURE_SUFFIXES)}
    pictures: dict[str, bytes] = {}
    kept: dict[str, str] = {}
    refused = []
    for document in by_id.values():
        shown = [*document.media, *(media for figure in document.figures for media in figure.media)]
        for media in dict.fromkeys(shown):
            name = media.source.rpartition("/")[2]
            if media.kind != "image" or name not in by_name:
                continue
            if filetype.guess_mime(by_name[name]) in PICTURE_TYPES:
                pictures[name], kept[media.source] = by_name[name], name
            else:
                refused.append(Loss(LossKind.PICTURE_REFUSED, document.id, media.id, name))
    return dict(sorted(pictures.items())), kept, refused


def chapter_of(
    plan: ChapterPlan, by_id: Mapping[str, CnxmlDocument], context: BookContext, losses: list[Loss]
) -> Chapter:
    modules = []
    for identity in plan.documents:
        document, log = by_id[identity], LossLog(identity)
        module = module_of(document, plan.title, context, log)
        modules.append(BookModule(context.references.slugs[identity], identity, module))
        losses.extend(log.losses)
    return Chapter(plan.title, plan.unit, tuple(modules))


def carried_over(chapters: tuple[Chapter, ...], pictures: Mapping[str, bytes]) -> dict[str, int]:
    """What is in the result, counted in the result itself."""
    activities = [
        activity for chapter in chapters for module in chapter.modules for activity in module.document["activities"]
    ]
    pieces = [piece for activity in activities for piece in activity.get("content", [])]
    tables = [piece["table"] for piece in pieces if "table" in piece]
    key_terms = [table for table in tables if table["caption"] == "Key terms"]
    return {
        "chapters": len(chapters),
        "modules": sum(len(chapter.modules) for chapter in chapters),
        "lessons": sum(activity["kind"] == "lesson" for activity in activities),
        "pieces": len(pieces),
        "tables": len(tables) - len(key_terms),
        "warnings": sum("warning" in piece for piece in pieces),
        "key terms": sum(len(table["rows"]) - 1 for table in key_terms),
        "questions": sum(len(activity["questions"]) for activity in activities if activity["kind"] == "quiz"),
        "reflections": sum(activity["kind"] == "reflection" for activity in activities),
        "pictures": len(pictures),
    }
