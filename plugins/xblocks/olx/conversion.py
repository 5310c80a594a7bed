"""Each sequence of a course becomes a module: texts are lessons, problems are quizzes, blocks are activities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from courses.api import local_name
from plugins.xblocks.content import written
from plugins.xblocks.olx.blocks import NoBlockError, block_of
from plugins.xblocks.olx.files import CourseFiles
from plugins.xblocks.olx.problems import NoQuestionError, questions_of
from plugins.xblocks.olx.report import Report

Document = dict[str, Any]
EMPTY_LINK = re.compile(r"<a [^>]*>\s*</a>")  # what is left of a link around a picture
TITLE, SLUG, SUMMARY = 120, 80, 250
LESSON_MINUTES, QUESTION_MINUTES, BLOCK_MINUTES = 4, 1, 4
NO_COUNTERPART = _("components that have no counterpart here")
LOST_PICTURES = _("pictures that are not in the archive, replaced by their description: add them in the editor")
UNDESCRIBED = _("pictures without a description, left out: add them in the editor, with one")
LINKS = _("links within the course, now plain text")
EMPTY = _("sequences without anything that could be taken over")


@dataclass
class OlxModule:
    """A module document, and the key from which the ids of its blocks follow."""

    slug: str
    document: Document


@dataclass
class OlxCourse:
    """What an import stores."""

    title: str
    modules: list[OlxModule] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    report: Report = field(default_factory=Report)


def convert(files: CourseFiles, *, language: str, sharing: str, theme: str) -> OlxCourse:
    """Raises ImportRefusedError for a course with files that are lost or broken."""
    root = files.pointed_at(files.root())
    name = root.get("display_name") or files.root().get("course") or "Open edX"
    course = OlxCourse(name[:TITLE])
    prefix = slugify(files.root().get("course") or name) or "course"
    for chapter in _children(files, root, "chapter"):
        for sequence in _children(files, chapter, "sequential"):
            document = _add_module(files, course, chapter, sequence, prefix)
            if document is not None:
                with override(language):
                    document |= _words(course, chapter, document["title"])
                document |= {"theme": theme, "audiences": ["staff"], "sharing": sharing}
    return course


def _children(files: CourseFiles, element: Element, kind: str) -> list[Element]:
    return [files.pointed_at(each) for each in element if local_name(each) == kind]


def _add_module(
    files: CourseFiles, course: OlxCourse, chapter: Element, sequence: Element, prefix: str
) -> Document | None:
    """The beginning of a document; None where nothing could be taken over."""
    title = (sequence.get("display_name") or chapter.get("display_name") or "–")[:TITLE]
    activities: list[Document] = []
    for number, vertical in enumerate(_children(files, sequence, "vertical"), start=1):
        activities += _activities(files, course, vertical, f"{number}")
    if not activities:
        course.report.leave(EMPTY, title)
        return None
    minutes = sum(each["minutes"] for each in activities)
    document: Document = {"title": title, "study_minutes": minutes, "activities": activities}
    slug = slugify(f"{prefix}-{title}")[:SLUG].strip("-")
    if not slug or slug in {each.slug for each in course.modules}:
        slug = slugify(f"{slug[: SLUG // 2]}-{sequence.get('url_name', '')}")[:SLUG].strip("-")
    course.modules.append(OlxModule(slug, document))
    course.report.taken["modules"] += 1
    return document


def _words(course: OlxCourse, chapter: Element, title: str) -> Document:
    """What a module must say and a course does not, in the language of the course."""
    goal = gettext("You have gone through “%(title)s”.") % {"title": title}
    known = {"course": course.title, "chapter": chapter.get("display_name") or title}
    return {"goals": [goal], "summary": (gettext("Part of “%(course)s”: %(chapter)s.") % known)[:SUMMARY]}


def _activities(files: CourseFiles, course: OlxCourse, vertical: Element, number: str) -> list[Document]:
    """The components of one unit in their order: texts that follow each other are one lesson, problems one quiz."""
    title = (vertical.get("display_name") or "–")[:TITLE]
    found: list[Document] = []
    for place, pointer in enumerate(vertical, start=1):
        component = files.pointed_at(pointer)
        kind, where = local_name(component), f"{title}: {local_name(component)} {component.get('url_name', '')}".strip()
        key = f"{number}-{place}"
        if kind == "html":
            _add_text(files, course, component, found, key, title, where)
        elif kind == "problem":
            _add_questions(course.report, component, found, key, title, where)
        else:
            _add_block(course.report, component, found, key, title, where)
    return found


def _add_text(
    files: CourseFiles, course: OlxCourse, component: Element, found: list[Document], key: str, title: str, where: str
) -> None:
    reader = TextReader()
    reader.feed(files.html_of(component))
    reader.close()
    if reader.links:
        course.report.leave(LINKS, where)
    pieces: list[Document] = []
    for piece in reader.pieces:
        shown = _piece(files, course, piece, where)
        if "text" in shown and pieces and "text" in pieces[-1]:
            pieces[-1]["text"] += shown["text"]
        elif shown.get("text") != "":
            pieces.append(shown)
    if not pieces:
        return
    if found and found[-1]["kind"] == "lesson":
        found[-1]["content"] += pieces
        return
    found.append({"kind": "lesson", "id": key, "title": title, "minutes": LESSON_MINUTES, "content": pieces})
    course.report.taken["lessons"] += 1


def _piece(files: CourseFiles, course: OlxCourse, piece: str | Shown, where: str) -> Document:
    """A text as it is; a picture that comes along, or its description where it cannot."""
    if isinstance(piece, str):
        return {"text": piece}
    picture, place = files.picture(piece.source), f"{where}: {piece.source} {piece.alt}".strip()
    if picture is None:
        course.report.leave(LOST_PICTURES, place)
        return {"text": f"<p>{escape(piece.alt)}</p>" if piece.alt else ""}
    if not piece.alt:
        course.report.leave(UNDESCRIBED, place)
        return {"text": ""}
    name, data = picture
    course.pictures[name] = data
    course.report.taken["pictures"] = len(course.pictures)
    return {"picture": {"file": name, "alt": piece.alt}}


def _add_questions(report: Report, component: Element, found: list[Document], key: str, title: str, where: str) -> None:
    try:
        questions = questions_of(component, key)
    except NoQuestionError as refusal:
        report.leave(refusal.args[0], where)
        return
    report.taken["questions"] += len(questions)
    if not found or found[-1]["kind"] != "quiz":
        name = (component.get("display_name") or title)[:TITLE]
        found.append({"kind": "quiz", "id": key, "title": name, "minutes": 0, "questions": []})
    found[-1]["questions"] += questions
    found[-1]["minutes"] += QUESTION_MINUTES * len(questions)


def _add_block(report: Report, component: Element, found: list[Document], key: str, title: str, where: str) -> None:
    kind = local_name(component)
    try:
        block = block_of(component)
    except NoBlockError as refusal:
        report.leave(NO_COUNTERPART if kind in ("video", "discussion", "library_content") else refusal.args[0], where)
        return
    name = (component.get("display_name") or title)[:TITLE]
    content = {"config": written(block["values"])}
    found.append({"kind": block["kind"], "id": key, "title": name, "minutes": BLOCK_MINUTES, "content": content})
    report.taken["blocks"] += 1


@dataclass(frozen=True)
class Shown:
    """A picture in a text: where it is, and what it shows."""

    source: str
    alt: str


class TextReader(HTMLParser):
    """Keeps what a text of ours may hold: pieces of text, with each picture after the paragraph or list in which it stood. The
    tags that are kept are cleaned once more when the module is stored."""

    KEPT = frozenset({"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "b", "i", "sub", "sup", "br"})
    HEADINGS = frozenset({"h1", "h2", "h4", "h5", "h6"})
    SILENT = frozenset({"script", "style", "iframe", "object", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str | Shown] = []
        self.parts: list[str] = []
        self.waiting: list[Shown] = []
        self.open_links: list[bool] = []
        self.silent = self.links = self.depth = 0

    def close(self) -> None:
        super().close()
        self._end_piece()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in self.SILENT:
            self.silent += 1
        elif tag == "img" and not self.silent:
            self.waiting.append(Shown(values.get("src") or "", (values.get("alt") or "").strip()))
            self._show_waiting()
        elif tag == "a":
            is_kept = (values.get("href") or "").startswith(("https://", "http://", "mailto:"))
            self.open_links.append(is_kept)
            self.links += not is_kept
            if is_kept:
                self.parts.append(f'<a href="{escape(values["href"] or "")}">')
        elif tag in self.KEPT or tag in self.HEADINGS:
            self.depth += tag != "br"
            self.parts.append(f"<{self._name(tag)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag == "a" and self.open_links:
            if self.open_links.pop():
                self.parts.append("</a>")
            self._show_waiting()
        elif tag != "br" and (tag in self.KEPT or tag in self.HEADINGS):
            self.depth = max(self.depth - 1, 0)
            self.parts.append(f"</{self._name(tag)}>")
            self._show_waiting()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What closes itself opens nothing, such as `<br/>`, `<img/>` and an empty `<p/>`."""
        if tag in ("br", "img"):
            self.handle_starttag(tag, attrs)

    def _show_waiting(self) -> None:
        if self.waiting and not self.depth and not any(self.open_links):
            self._end_piece()

    def _end_piece(self) -> None:
        html = EMPTY_LINK.sub("", "".join(self.parts)).strip()
        self.pieces += [*([html] if html else []), *self.waiting]
        self.parts, self.waiting = [], []

    def _name(self, tag: str) -> str:
        return "h3" if tag in self.HEADINGS else tag

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(str(escape(data)))
