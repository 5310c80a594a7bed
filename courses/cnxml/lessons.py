"""Divides one document into activities: lessons of a sensible length, practice questions, a look back, a closing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from courses.cnxml.document import OBJECTIVES, CnxmlDocument
from courses.cnxml.elements import Block, Exercise, Paragraph, Section, Table, every, plain
from courses.cnxml.markup import cleaned
from courses.cnxml.pieces import SECTION_TITLES, Piece, PieceWriter, holds_only_embedded, words_in
from courses.cnxml.questions import practice_of
from courses.cnxml.report import LossKind, LossLog
from courses.cnxml.typography import shortened_inside

WORDS_PER_MINUTE = 180
LONGEST_LESSON = 1_200  # words: past this, a section is divided at its sub-sections
FEWEST_PIECES = 3
ACTIVITY_TITLE_LENGTH = 100
CLOSING_KINDS = ("chapter-summary", "suggested-reading", "references")
UNREAD_KINDS = ("suggested-reading", "references")  # looked up, not read: they cost no study time
REFLECTION = (
    "Look back at this chapter. What do you want to remember, and what do you want to practise? "
    "Write it down in a few sentences. Only you see this."
)


@dataclass
class Lesson:
    id: str
    title: str
    pieces: list[Piece] = field(default_factory=list)
    unread_words: int = 0

    @property
    def words(self) -> int:
        return words_in(self.pieces) - self.unread_words


def lessons_of(document: CnxmlDocument, title: str, writer: PieceWriter) -> list[Lesson]:
    """The reading lessons, each with the id of the section that it begins with, so that a new import updates it."""
    start: list[Block] = []
    lessons: list[Lesson] = []
    for block in reading_blocks(document.blocks):
        if isinstance(block, Section):
            lessons.extend(section_lessons(block, title, writer))
        else:
            start.append(block)
    writer.add(start, 0)
    opening = Lesson("start", title, writer.taken())
    return [opening, *lessons] if opening.pieces or not lessons else lessons


def is_set_apart(block: Block) -> bool:
    """Sections that are no reading: outcomes become goals, the closing kinds close, lone questions a look back."""
    return isinstance(block, Section) and (
        block.kind == OBJECTIVES or block.kind in CLOSING_KINDS or holds_only_embedded(block)
    )


def reading_blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks without what is set apart, at any depth: some books have their summary inside the last section."""
    return tuple(
        replace(block, blocks=reading_blocks(block.blocks)) if isinstance(block, Section) else block
        for block in blocks
        if not is_set_apart(block)
    )


def section_lessons(section: Section, above: str, writer: PieceWriter) -> list[Lesson]:
    """One lesson, or several when the section is long: each takes sub-sections until it is full."""
    title = section.title or SECTION_TITLES.get(section.kind, "") or above
    is_short = block_words(section) <= LONGEST_LESSON
    lessons: list[Lesson] = []
    group: list[Block] = []
    filled = 0
    for block in section.blocks:
        words = block_words(block)
        if not is_short and isinstance(block, Section) and group and filled + words > LONGEST_LESSON:
            lessons.append(group_lesson(section, title, group, writer, is_first=not lessons))
            group, filled = [], 0
        if not group and isinstance(block, Section) and words > LONGEST_LESSON:
            lessons.extend(section_lessons(block, title, writer))
            continue
        group.append(block)
        filled += words
    if group:
        lessons.append(group_lesson(section, title, group, writer, is_first=not lessons))
    return lessons


def group_lesson(section: Section, title: str, blocks: list[Block], writer: PieceWriter, *, is_first: bool) -> Lesson:
    first = blocks[0]
    if is_first or not isinstance(first, Section):
        writer.add(blocks, 0)
        identity = section.id if is_first else next((block.id for block in blocks if block.id), section.id)
        return Lesson(identity, title, writer.taken())
    writer.add((*first.blocks, *blocks[1:]), 0)
    return Lesson(first.id, first.title or title, writer.taken())


def block_words(block: Block) -> int:
    paragraphs = sum(len(plain(part.content).split()) for part in every(Paragraph, block))
    return paragraphs + sum(len(plain(part.caption).split()) for part in every(Table, block))


def closing_of(document: CnxmlDocument, writer: PieceWriter) -> Lesson:
    """Summary, key terms and sources; may be empty."""
    closing = Lesson("closing", "Summary, key terms and sources")
    sections = [section for section in document.sections if section.kind in CLOSING_KINDS]
    for section in sections:
        if section.kind not in UNREAD_KINDS:
            writer.section(section, 0)
    key_terms(document, writer)
    closing.pieces = writer.taken()
    for section in sections:
        if section.kind in UNREAD_KINDS:
            writer.section(section, 0)
    unread = in_one_piece(writer.taken())
    closing.unread_words = words_in(unread)
    closing.pieces.extend(unread)
    return closing


def key_terms(document: CnxmlDocument, writer: PieceWriter) -> None:
    if not document.glossary:
        return
    markup = writer.markup
    rows = [["Term", "Meaning"]]
    for definition in document.glossary:
        markup.place = definition.id
        rows.append([" ".join(markup.text(part).split()) for part in (definition.term, definition.meaning)])
    writer.heading("Key terms")
    writer.text("<p>These words were explained in this part of the book.</p>")
    writer.piece({"table": {"caption": "Key terms", "rows": rows}})


def in_one_piece(pieces: list[Piece]) -> list[Piece]:
    """A list of sources is one piece, not fifty; a new heading begins a new one."""
    joined: list[Piece] = []
    for piece in pieces:
        if "text" in piece and joined and "text" in joined[-1] and not piece["text"].startswith("<h3>"):
            joined[-1]["text"] += piece["text"]
        else:
            joined.append(piece)
    return joined


def merged(lessons: Iterable[Lesson]) -> list[Lesson]:
    """A lesson of one or two pieces is no lesson: it joins the one before it, or the first joins the second."""
    kept: list[Lesson] = []
    for lesson in lessons:
        if kept and min(len(kept[-1].pieces), len(lesson.pieces)) < FEWEST_PIECES:
            joined(kept[-1], lesson)
        elif lesson.pieces:
            kept.append(lesson)
    return kept


def joined(lesson: Lesson, other: Lesson) -> None:
    heading = f"<h3>{escape(other.title)}</h3>"
    pieces = other.pieces
    if pieces and other.title != lesson.title and other.id != "closing":
        if "text" in pieces[0]:
            pieces[0]["text"] = heading + pieces[0]["text"]
        else:
            pieces.insert(0, {"text": heading})
    lesson.pieces.extend(pieces)
    lesson.unread_words += other.unread_words


def lesson_activity(lesson: Lesson, log: LossLog) -> dict[str, Any]:
    title = shortened_inside(lesson.title, ACTIVITY_TITLE_LENGTH)
    if title != lesson.title:
        log.add(LossKind.TITLE_SHORTENED, lesson.id, lesson.title)
    minutes = max(1, math.ceil(lesson.words / WORDS_PER_MINUTE))
    return {"kind": "lesson", "id": lesson.id, "title": title, "minutes": minutes, "content": lesson.pieces}


def reflections_of(document: CnxmlDocument, writer: PieceWriter) -> list[dict[str, Any]]:
    """Where the book asks questions that only its publisher has, a learner looks back instead."""
    activities = []
    for section in document.sections:
        if not holds_only_embedded(section):
            continue
        for exercise in every(Exercise, section):
            practice_of(exercise, "", writer.markup)  # says in the report where the question is
        activities.append(
            {"kind": "reflection", "id": section.id, "title": "Look back", "minutes": 2, "prompt": REFLECTION}
        )
    return activities


def practice_quiz(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not questions:
        return []
    for question in questions:
        question["explanation"] = cleaned(question["explanation"])
    return [
        {
            "kind": "quiz",
            "id": "practice",
            "title": "Practice questions",
            "minutes": len(questions),
            "pass_percent": 80,
            "rounds": 0,
            "shuffle": False,  # the book builds up from easy to hard
            "questions": questions,
        }
    ]
