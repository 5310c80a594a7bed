"""Turns blocks of a document into the content pieces of a lesson: text, picture, table, warning, quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from courses.cnxml.elements import (
    Block,
    Exercise,
    Figure,
    ItemList,
    Media,
    Note,
    Paragraph,
    Quotation,
    Section,
    Table,
    Unknown,
    every,
)
from courses.cnxml.markup import Markup, cleaned, wrapped
from courses.cnxml.questions import Practice, practice_of
from courses.cnxml.report import LossKind
from courses.cnxml.tables import table_piece

Piece = dict[str, Any]
CAPTION_LENGTH = 200
WARNINGS = {"safety-alert": "Safety alert", "black-box": "Black box warning"}
NOTE_LABELS = {
    **WARNINGS,
    "clinical-tip": "Clinical tip",
    "client-teaching": "Client teaching guidelines",
    "link-to-learning": "Link to learning",
    "media-feature": "Link to learning",
    "special-considerations": "Special considerations",
    "trending-today": "Trending today",
    "unfolding-casestudy": "Case study",
    "single-casestudy": "Case study",
    "practice-problems": "Practice",
}
SECTION_TITLES = {
    "learning-objectives": "Learning outcomes",
    "chapter-summary": "Summary",
    "review-questions": "Review questions",
    "references": "References",
    "suggested-reading": "Suggested reading",
}
QUESTIONS_ELSEWHERE = (
    "<p>The questions that belong here are not in this copy. They are in the book at openstax.org.</p>"
)
QUESTIONS_IN_QUIZ = "<p>You can do these calculations in the practice questions of this module.</p>"


@dataclass
class PieceWriter:
    """Collects pieces, and the questions found on the way. `pictures` maps a source in the book to a file name."""

    markup: Markup
    pictures: Mapping[str, str]
    pieces: list[Piece] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    is_heading_open: bool = False
    note_title: str = ""

    def taken(self) -> list[Piece]:
        """The pieces so far, cleaned; the writer starts anew."""
        pieces, self.pieces, self.is_heading_open = self.pieces, [], False
        for piece in pieces:
            if "text" in piece:
                piece["text"] = cleaned(piece["text"])
        return pieces

    def add(self, blocks: Iterable[Block], depth: int) -> None:
        for block in blocks:
            WRITERS[type(block)](self, block, depth)

    def text(self, html: str, *, joins: bool = False) -> None:
        """A text piece; it joins the piece before when that is a bare heading, or when `joins` (a list) says so."""
        if not html:
            return
        if (self.is_heading_open or joins) and self.pieces and "text" in self.pieces[-1]:
            self.pieces[-1]["text"] += html
        else:
            self.pieces.append({"text": html})
        self.is_heading_open = False

    def heading(self, title: str) -> None:
        if title:
            self.text(wrapped("h3", escape(title)))
            self.is_heading_open = True

    def piece(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.is_heading_open = False

    def paragraph(self, block: Paragraph, _depth: int) -> None:
        self.text(self.markup.paragraph(block))

    def unknown(self, block: Unknown, _depth: int) -> None:
        self.text(self.markup.unknown(block))

    def item_list(self, block: ItemList, _depth: int) -> None:
        self.text(self.markup.item_list(block), joins=True)

    def table(self, block: Table, _depth: int) -> None:
        piece = table_piece(block, self.markup)
        if piece:
            self.piece(piece)

    def quotation(self, block: Quotation, _depth: int) -> None:
        self.markup.place = block.id
        self.piece({"quote": {"text": self.markup.lines(block.blocks), "source": ""}})

    def section(self, block: Section, depth: int) -> None:
        self.markup.place = block.id
        title = block.title or SECTION_TITLES.get(block.kind, "")
        if title and depth > 1:
            self.markup.log.add(LossKind.HEADING_LEVEL, block.id, title)
        self.heading(title)
        self.add(block.blocks, depth + 1)

    def figure(self, block: Figure, _depth: int) -> None:
        self.markup.place = block.id
        name = self.markup.references.names.get((self.markup.log.document, block.id), "Figure")
        caption = ". ".join(part for part in (block.title, self.markup.html(block.caption).strip()) if part)
        for media in block.media or (Media(block.id, "image", "", ""),):
            self.one_media(media, block.id, name, caption)

    def media(self, block: Media, _depth: int) -> None:
        self.one_media(block, block.id, "", "")

    def one_media(self, media: Media, place: str, name: str, caption: str) -> None:
        """A picture when the archive has it, else its description; a video or file becomes a link."""
        if media.kind != "image":
            self.link_to_media(media)
            return
        file = self.pictures.get(media.source)
        if not media.alt:
            self.markup.log.add(LossKind.ALT_TEXT_MISSING, place)
        words = f"{name}: {caption}" if name and caption else name or caption
        if file:
            plain_caption = unescape(re.sub(r"<[^>]+>", "", words))
            is_short = len(plain_caption) <= CAPTION_LENGTH
            line = plain_caption if is_short else name
            self.piece({"picture": {"file": file, "alt": media.alt or plain_caption, "caption": line}})
            self.text("" if is_short else wrapped("p", words))  # it names the maker of the picture: it must stay
            return
        self.markup.log.add(LossKind.PICTURE_MISSING, place, media.source.rpartition("/")[2])
        description = f"What the picture shows: {escape(media.alt)}" if media.alt else "It has no description."
        if media.alt and escape(media.alt) in caption:  # said once is enough
            description = ""
        lead = wrapped("p", f"<strong>{escape(name)}:</strong> {caption}" if name and caption else escape(words))
        self.text(f"{lead}<p><em>The picture itself is not in this copy.</em> {description}</p>")

    def link_to_media(self, media: Media) -> None:
        """The description of a video is often a left-over of another book: the title of its note says more."""
        self.markup.log.add(LossKind.VIDEO_AS_LINK, media.id or self.markup.place, media.source)
        label = escape(f"Open: {self.note_title or media.alt or 'this page of the publisher'}")
        if media.source.startswith(("https://", "http://")):
            self.text(f'<p><a href="{escape(media.source)}">{label}</a></p>')
        else:
            self.text(f"<p>{label}</p>")

    def exercise(self, block: Exercise, _depth: int) -> None:
        self.keep(practice_of(block, "", self.markup))

    def keep(self, practice: Practice) -> None:
        self.questions.extend(practice.questions)
        for html in practice.html:
            self.text(html)

    def note(self, block: Note, depth: int) -> None:
        """A warning when the book warns; otherwise text under a heading that says what kind of note it is."""
        self.markup.place = block.id
        label = NOTE_LABELS.get(block.kind, "")
        title = ": ".join(dict.fromkeys(part for part in (label, block.title) if part))
        blocks: tuple[Block, ...] = tuple(part for part in block.blocks if not isinstance(part, Exercise))
        if block.kind in WARNINGS:
            blocks = self.warning(title, blocks)
        else:
            self.heading(title)
        self.note_title = block.title
        self.add(blocks, depth + 1)
        self.note_title = ""
        exercises = [part for part in block.blocks if isinstance(part, Exercise)]
        if exercises:
            self.note_exercises(exercises, tuple(part for part in blocks if isinstance(part, Paragraph)))

    def note_exercises(self, exercises: list[Exercise], asked: tuple[Block, ...]) -> None:
        context = "" if any(exercise.embedded for exercise in exercises) else self.markup.lines(asked)
        practices = [practice_of(exercise, context, self.markup) for exercise in exercises]
        if any(practice.questions for practice in practices):
            self.text(QUESTIONS_IN_QUIZ)
        if any(exercise.embedded for exercise in exercises):
            self.text(QUESTIONS_ELSEWHERE)
        for practice in practices:
            self.keep(practice)

    def warning(self, title: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        """Writes the words of a warning; returns the blocks that a warning cannot hold."""
        worded = [block for block in blocks if isinstance(block, Paragraph | ItemList)]
        html = "".join(
            self.markup.paragraph(block) if isinstance(block, Paragraph) else self.markup.item_list(block)
            for block in worded
        )
        if html:
            self.piece({"warning": {"title": title, "text": cleaned(html)}})
        return tuple(block for block in blocks if block not in worded)


WRITERS: dict[type, Callable[[PieceWriter, Any, int], None]] = {
    Paragraph: PieceWriter.paragraph,
    ItemList: PieceWriter.item_list,
    Table: PieceWriter.table,
    Figure: PieceWriter.figure,
    Media: PieceWriter.media,
    Note: PieceWriter.note,
    Quotation: PieceWriter.quotation,
    Exercise: PieceWriter.exercise,
    Unknown: PieceWriter.unknown,
    Section: PieceWriter.section,
}


def words_in(pieces: Iterable[Piece]) -> int:
    """How many words a learner reads or hears in these pieces."""
    return sum(len(text.split()) for piece in pieces for text in texts_in(piece))


def texts_in(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield re.sub(r"<[^>]+>", " ", value)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "file":
                yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def holds_only_embedded(section: Section) -> bool:
    """A section of questions whose text is all in the publisher's question bank."""
    exercises = list(every(Exercise, section))
    return bool(exercises) and all(isinstance(block, Exercise) and block.embedded for block in section.blocks)
