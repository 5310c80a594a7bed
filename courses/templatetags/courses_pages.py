"""Template tags of module and course pages, and of the preview beside the editor."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import template
from django.utils.safestring import SafeString

from content.api import live_files
from courses.activities import runtime
from courses.activities.base import Usage
from courses.activities.stores import MemoryStore
from courses.models import CoursePage, ModulePage
from courses.services.module_page import CourseOverview, Overview, course_overview_of, overview_of

register = template.Library()


@register.simple_tag(takes_context=True)
def module_overview(context: dict[str, Any], page: ModulePage) -> Overview:
    return overview_of(page, context["request"])


@register.simple_tag(takes_context=True)
def course_overview(context: dict[str, Any], page: CoursePage) -> CourseOverview:
    return course_overview_of(page, context["request"])


@register.simple_tag(takes_context=True)
def activity_previews(context: dict[str, Any], page: ModulePage) -> list[dict[str, str | SafeString]]:
    """Every activity of a draft as a learner would see it first; nothing is kept."""
    stored = page.body.stream_block.get_prep_value(page.body)
    previews = []
    for position, item in enumerate(stored, start=1):
        content = item["value"] or {}
        title = content.get("title") or ""
        usage = Usage(
            block_id=UUID(item["id"]) if item.get("id") else uuid4(),
            title=title,
            position=position,
            step_count=len(stored),
            language=page.language,
            content_language=page.language,
            minutes=content.get("minutes") or 0,
        )
        activity = runtime.build(item["type"], content, usage, None, MemoryStore())
        html = runtime.view(
            activity, "learner_view", context["request"], files=live_files, event="", error="", typed={}
        )
        previews.append({"title": title, "html": html, "position": str(position)})
    return previews
