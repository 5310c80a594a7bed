"""What a browser sends from the editor."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.http import urlencode
from PIL import Image
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import ModulePage


def picture_bytes(width: int = 40) -> bytes:
    """A small picture as a PNG file; another width is another picture."""
    kept = BytesIO()
    Image.new("RGB", (width, 30), "#118855").save(kept, "PNG")
    return kept.getvalue()


def lesson_data(title: str = "Les", html: str = "<p>Tekst.</p>", **pieces: Any) -> tuple[str, dict[str, Any]]:
    content = streamfield([("text", rich_text(html)), *pieces.items()])
    return "lesson", {"title": title, "minutes": 3, "content": content, "check": streamfield([]), "is_required": "on"}


def quiz_data(title: str = "Toets", right: tuple[bool, bool] = (True, False)) -> tuple[str, dict[str, Any]]:
    options = [{"text": f"Antwoord {number}", "feedback": ""} for number in (1, 2)]
    for option, is_right in zip(options, right, strict=True):
        option.update({"right": "on"} if is_right else {})
    question = {
        "prompt": "Wat is goed?",
        "picture": {"image": "", "alt_text": ""},
        "options": _items(options),
        "explanation": rich_text("<p>Daarom.</p>"),
    }
    questions = streamfield([("single", question)])
    return "quiz", {
        "title": title, "minutes": 4, "intro": rich_text(""), "pass_percent": 70, "rounds": 0,
        "questions": questions, "is_required": "on",
    }  # fmt: skip


def _items(values: list[Any]) -> dict[str, Any]:
    items: dict[str, Any] = {"count": str(len(values))}
    for number, value in enumerate(values):
        items[str(number)] = {"value": value, "deleted": "", "order": str(number), "id": "", "type": "item"}
    return items


def page_data(page: ModulePage, *activities: tuple[str, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """The form of a module page, as filled in; activities replace what the page has."""
    values = {
        "title": page.title, "slug": page.slug, "summary": page.summary, "goals": page.goals,
        "study_minutes": page.study_minutes, "theme": page.theme, "topic": "",
        "sharing": page.sharing, "significance": page.significance, "change_note": "", "review_on": "",
        "seo_title": "", "search_description": "", "go_live_at": "", "expire_at": "",
        "body": streamfield(list(activities)), "comments": inline_formset([]), **fields,
    }  # fmt: skip
    return {**nested_form_data(values), "audiences": ["staff"]}


def encoded(data: dict[str, Any]) -> dict[str, Any]:
    """For the test client, as one body."""
    return {"data": urlencode(data, doseq=True), "content_type": "application/x-www-form-urlencoded"}
