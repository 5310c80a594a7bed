"""Each sequence of a course becomes a module: texts are lessons, problems are quizzes, blocks are activities."""

from __future__ import annotations

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
TITLE, SLUG, SUMMARY = 120, 80, 250
LESSON_MINUTES, QUESTION_MINUTES, BLOCK_MINUTES = 4, 1, 4
NO_COUNTERPART = _("components that have no counterpart here")
PICTURES = _("pictures in texts, left out: add them in the editor")
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
        activities += _activities(files, course.report, vertical, f"{number}")
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


def _activities(files: CourseFiles, report: Report, vertical: Element, number: str) -> list[Document]:
    """The components of one unit in their order: texts that follow each other are one lesson, problems one quiz."""
    title = (vertical.get("display_name") or "–")[:TITLE]
    found: list[Document] = []
    for place, pointer in enumerate(vertical, start=1):
        component = files.pointed_at(pointer)
        kind, where = local_name(component), f"{title}: {local_name(component)} {component.get('url_name', '')}".strip()
        key = f"{number}-{place}"
        if kind == "html":
            _add_text(files, report, component, found, key, title, where)
        elif kind == "problem":
            _add_questions(report, component, found, key, title, where)
        else:
            _add_block(report, component, found, key, title, where)
    return found


def _add_text(
    files: CourseFiles, report: Report, component: Element, found: list[Document], key: str, title: str, where: str
) -> None:
    reader = TextReader()
    reader.feed(files.html_of(component))
    reader.close()
    for why, count in ((PICTURES, reader.pictures), (LINKS, reader.links)):
        if count:
            report.leave(why, where)
    html = reader.html.strip()
    if not html:
        return
    if found and found[-1]["kind"] == "lesson":
        found[-1]["content"].append({"text": html})
        return
    lesson = {"kind": "lesson", "id": key, "title": title, "minutes": LESSON_MINUTES, "content": [{"text": html}]}
    found.append(lesson)
    report.taken["lessons"] += 1


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


class TextReader(HTMLParser):
    """Keeps what a text of ours may hold. The tags that are kept are cleaned once more when the module is stored."""

    KEPT = frozenset({"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "b", "i", "sub", "sup", "br"})
    HEADINGS = frozenset({"h1", "h2", "h4", "h5", "h6"})
    SILENT = frozenset({"script", "style", "iframe", "object", "template"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open_links: list[bool] = []
        self.silent = self.pictures = self.links = 0

    @property
    def html(self) -> str:
        return "".join(self.parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in self.SILENT:
            self.silent += 1
        elif tag == "img":
            self.pictures += 1
            self.parts.append(escape(values.get("alt") or ""))
        elif tag == "a":
            is_kept = (values.get("href") or "").startswith(("https://", "http://", "mailto:"))
            self.open_links.append(is_kept)
            self.links += not is_kept
            if is_kept:
                self.parts.append(f'<a href="{escape(values["href"] or "")}">')
        elif tag in self.KEPT or tag in self.HEADINGS:
            self.parts.append(f"<{self._name(tag)}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag == "a" and self.open_links:
            if self.open_links.pop():
                self.parts.append("</a>")
        elif tag != "br" and (tag in self.KEPT or tag in self.HEADINGS):
            self.parts.append(f"</{self._name(tag)}>")

    def _name(self, tag: str) -> str:
        return "h3" if tag in self.HEADINGS else tag

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(str(escape(data)))
