"""One CNXML document as one module of the library: the dict that `content/library/modules/<slug>/module.yaml` holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from courses.cnxml.attribution import NOTICE, NOTICE_TITLE, Attribution
from courses.cnxml.document import CnxmlDocument
from courses.cnxml.lessons import (
    closing_of,
    lesson_activity,
    lessons_of,
    merged,
    practice_quiz,
    reflections_of,
)
from courses.cnxml.markup import Markup, cleaned
from courses.cnxml.pieces import Piece, PieceWriter
from courses.cnxml.references import References
from courses.cnxml.report import LossKind, LossLog
from courses.cnxml.titles import short_title
from courses.cnxml.typography import shortened

LEAST_MINUTES = 3
MOST_GOALS = 5
FEWEST_GOALS = 2
SUMMARY_LENGTH = 200
GENERAL_GOALS = {
    "preface": ("You know how this book is set up.", "You know who made this book and on what terms you may use it."),
    "appendix": ("You can find this reference material when you need it.", "You know what this appendix holds."),
    "": ("You know what this part of the book is about.", "You know which subjects come next."),
}


@dataclass(frozen=True)
class Placement:
    """What the library asks of a module and no book can say. `review_on` is left out of the module when None."""

    owner: str = "expertisecentrum"
    sharing: str = "public"
    theme: str = "medicijn"
    topic: str = "medicijnen"
    audiences: tuple[str, ...] = ("staff",)
    review_on: dt.date | None = None


@dataclass(frozen=True)
class BookContext:
    """What one document needs to know of its book."""

    attribution: Attribution
    references: References
    pictures: Mapping[str, str]
    placement: Placement
    language: str


def module_of(document: CnxmlDocument, chapter: str, context: BookContext, log: LossLog) -> dict[str, Any]:
    """The module document; `log` receives what could not be carried over."""
    writer = PieceWriter(Markup(context.references, log), context.pictures)
    title = context.references.titles[document.id]
    activities = activities_of(document, title, writer, context.attribution)
    placement = context.placement
    review = {"review_on": placement.review_on} if placement.review_on else {}
    return {
        "owner": placement.owner,
        "sharing": placement.sharing,
        "language": document.language or context.language,
        "title": module_title(title, log),
        "summary": summary_of(context.attribution.title, chapter),
        "theme": placement.theme,
        "topic": placement.topic,
        "audiences": list(placement.audiences),
        "study_minutes": max(LEAST_MINUTES, sum(activity["minutes"] for activity in activities)),
        **review,
        "is_example": True,
        "goals": goals_of(document, log),
        "activities": activities,
    }


def activities_of(
    document: CnxmlDocument, title: str, writer: PieceWriter, attribution: Attribution
) -> list[dict[str, Any]]:
    """Lessons, practice questions, a look back, and last the closing lesson with the attribution."""
    reading = lessons_of(document, title, writer)
    reading[0].pieces[:0] = notice_of(document)
    closing = closing_of(document, writer)
    closing.pieces.append({"text": cleaned(f"<h3>About this text</h3>{attribution.as_html(document.title)}")})
    *lessons, last = merged([*reading, closing])
    for unknown in document.unknown_math:
        writer.markup.log.add(LossKind.MATH_UNKNOWN, "", unknown)
    log = writer.markup.log
    activities = [lesson_activity(lesson, log) for lesson in lessons]
    final = lesson_activity(last, log)
    before, after = ([], [final]) if last is closing else ([final], [])
    quiz = practice_quiz(writer.questions)
    return [*activities, *before, *quiz, *reflections_of(document, writer), *after]


def notice_of(document: CnxmlDocument) -> list[Piece]:
    """What a reader must know first: where the text comes from, and all outcomes when there are more than the goals."""
    pieces: list[Piece] = [{"warning": {"title": NOTICE_TITLE, "text": NOTICE}}]
    if len(document.objectives) > MOST_GOALS:
        goals = "".join(f"<li>{goal}</li>" for goal in map(escape, document.objectives))
        pieces.append({"text": cleaned(f"<h3>Learning outcomes</h3><p>Afterwards you can:</p><ul>{goals}</ul>")})
    return pieces


def module_title(title: str, log: LossLog) -> str:
    short = short_title(title)
    if short != title:
        log.add(LossKind.TITLE_SHORTENED, "", title)
    return short


def summary_of(book: str, chapter: str) -> str:
    end = "An American textbook text, in English: an example, no Dutch protocol."
    start = f"From “{book}”, chapter “{chapter}”" if chapter else f"From “{book}”"
    return f"{shortened(start, SUMMARY_LENGTH - len(end) - 2)}. {end}"


def goals_of(document: CnxmlDocument, log: LossLog) -> list[str]:
    """The learning outcomes as "You can …", 2 to 5; a part of the book without them gets general goals."""
    goals = [goal_of(objective) for objective in document.objectives]
    if len(goals) > MOST_GOALS:
        log.add(LossKind.GOALS_LIMITED, "", str(len(goals)))
    if len(goals) < FEWEST_GOALS:
        log.add(LossKind.GOALS_MADE, "", document.title)
        general = GENERAL_GOALS.get(document.kind, GENERAL_GOALS[""])
        goals = [*goals, *general][:FEWEST_GOALS]
    return goals[:MOST_GOALS]


def goal_of(objective: str) -> str:
    words = objective.strip().rstrip(".;,")
    first = words.split(" ")[0]
    is_abbreviation = len(first) > 1 and first.isupper()
    return f"You can {words if is_abbreviation else words[:1].lower() + words[1:]}."
