"""Titles of chapters and modules: at most 120 characters, different from each other, and saying what it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from courses.cnxml.collection import OUTSIDE_CHAPTERS, ChapterPlan, Collection
from courses.cnxml.document import CnxmlDocument
from courses.cnxml.typography import shortened_inside

TITLE_LENGTH = 120


def short_title(title: str) -> str:
    return shortened_inside(title, TITLE_LENGTH)


def chapter_title(plan: ChapterPlan, found: Collection, documents: list[CnxmlDocument]) -> str:
    """Loose modules stand under the title of the book: they are named after what they are."""
    if plan.title != found.title:
        return plan.title
    if all(document.kind == "appendix" for document in documents):
        return "Appendices"
    return documents[0].title if len(documents) == 1 else found.title


def module_titles(plans: Sequence[ChapterPlan], by_id: Mapping[str, CnxmlDocument], book: str) -> dict[str, str]:
    """Full titles by document id. Where two would look alike once shortened, each names its chapter or else its id."""
    titles = {one: title_in(plan, by_id[one], book) for plan in plans for one in plan.documents}
    numbers: dict[str, int] = {}
    number = 0
    for plan in plans:
        number += not any(by_id[one].kind in OUTSIDE_CHAPTERS for one in plan.documents)
        numbers.update(dict.fromkeys(plan.documents, number))
    titles |= {one: f"{titles[one]} (chapter {numbers[one]})" for one in alike(titles)}
    return titles | {one: f"{titles[one]}, {one}" for one in alike(titles)}


def alike(titles: Mapping[str, str]) -> list[str]:
    uses = Counter(short_title(title) for title in titles.values())
    return [one for one, title in titles.items() if uses[short_title(title)] > 1]


def title_in(plan: ChapterPlan, document: CnxmlDocument, book: str) -> str:
    """Forty modules called "Introduction" help nobody: an introduction is named after its chapter."""
    title = document.title or document.id
    if document.is_introduction:
        title = plan.title if title == "Introduction" else title
        return f"{title} (overview)" if title.lower().startswith("introduction") else f"Introduction: {title}"
    return {"preface": f"{title}: {book}", "appendix": f"Appendix: {title}"}.get(document.kind, title)
