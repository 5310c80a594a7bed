"""Courses as cards: what a reader may find, newest first, in one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.api import direction_of, icon_of, page_path
from courses.models import Course, CoursePage
from courses.services.course_facts import minutes_of, steps_of_courses
from lxp.models import Organisation, User


@dataclass(frozen=True)
class CourseCard:
    """A course in a list. `language` is that of its words; `step_count` how many steps it has, `minutes` what they take at
    least, where that is known."""

    title: str
    url: str
    summary: str
    language: str
    owner: Organisation
    theme: str
    icon: str
    step_count: int
    minutes: int | None = None

    @property
    def direction(self) -> str:
        return direction_of(self.language)


def course_cards(person: User | AnonymousUser, owner: Organisation | None = None) -> list[CourseCard]:
    """The courses that this person may find, of one owner or of all; in the reader's language where there is one."""
    visible = Course.objects.published().visible_to(person)
    if owner is not None:
        visible = visible.filter(owner=owner)
    found = _described(visible)
    steps = steps_of_courses(found.keys()) if found else {}
    return [replace(card, minutes=minutes_of(steps[pk])) if pk in steps else card for pk, card in found.items()]


def cards_by_course(courses: QuerySet[Course], minutes: Mapping[int, int]) -> dict[int, SafeString]:
    """Course id → card; a course without a live page has none. `minutes`: course id → what it takes. One query."""
    described = {pk: replace(card, minutes=minutes.get(pk)) for pk, card in _described(courses).items()}
    return {pk: render_to_string("courses/parts/course_card.html", {"card": card}) for pk, card in described.items()}


def _described(visible: QuerySet[Course]) -> dict[int, CourseCard]:
    pages = CoursePage.objects.live().filter(course__in=visible.values("pk")).select_related("course__owner")
    pages = pages.annotate(step_count=Count("course__current_version__slots")).order_by("-first_published_at", "pk")
    language = get_language() or "nl"
    found: dict[int, CoursePage] = {}
    for page in pages:
        if page.text_language == language or page.course_id not in found:
            found[page.course_id] = page
    return {
        course_id: CourseCard(
            title=page.title,
            url=page_path(page.url_path, language),
            summary=page.summary,
            language=page.text_language,
            owner=page.course.owner,
            theme=page.theme,
            icon=icon_of(page.theme),
            step_count=page.step_count,
        )
        for course_id, page in found.items()
    }
