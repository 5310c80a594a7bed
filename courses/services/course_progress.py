"""How far somebody is with the courses that they take part in: judged by the version that they took up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from content.api import icon_of, page_path
from courses.models import Attempt, CoursePage, CourseSlot, CourseVersion, Module
from lxp.models import Organisation, User


@dataclass(frozen=True)
class CourseProgress:
    """A course of one's own. `done` and `total` count its steps; `url` is empty where its page is no longer there."""

    title: str
    url: str
    owner: Organisation
    theme: str
    icon: str
    done: int
    total: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.total


def my_courses(person: User) -> list[CourseProgress]:
    """The courses that somebody takes part in, the latest first: the same queries for any number."""
    enrolments = person.enrolments.filter(course_version__isnull=False).order_by("-enrolled_at", "-pk")
    related = enrolments.select_related("course_version__course__owner")
    rows = related.prefetch_related("course_version__slots__modules")
    versions = [row.course_version for row in rows if row.course_version is not None]
    if not versions:
        return []
    ids = {pk for version in versions for slot in version.slots.all() for pk in modules_of(slot)}
    finished, there = finished_modules(person, ids), set(visible_modules(person, ids))
    pages = _pages_of(person, versions)
    return [_progress(version, pages.get(version.course_id), finished, there) for version in versions]


def modules_of(slot: CourseSlot) -> set[int]:
    return {module.pk for module in slot.modules.all()}


def finished_modules(person: User, ids: Iterable[int]) -> set[int]:
    """Those of these modules that somebody finished and did not fail."""
    mine = Attempt.objects.completed().filter(person=person, module__in=ids).exclude(passed=False)
    return set(mine.values_list("module", flat=True))


def visible_modules(person: User, ids: Iterable[int]) -> list[int]:
    return list(Module.objects.published().visible_to(person).filter(pk__in=ids).values_list("pk", flat=True))


def needed_of(slot: CourseSlot, finished: set[int], there: set[int]) -> int:
    """How many modules of a step are asked: all or the number to choose, of those that one can still take."""
    ids = modules_of(slot)
    return min(slot.choose or len(ids), max(len(ids & (finished | there)), 1))


def _pages_of(person: User, versions: list[CourseVersion]) -> dict[int, CoursePage]:
    """Course id → its page in the reader's language, or in another where there is none in that."""
    language = get_language() or "nl"
    found: dict[int, CoursePage] = {}
    for page in CoursePage.objects.live().filter(course__in={version.course_id for version in versions}).order_by("pk"):
        if page.text_language == language or page.course_id not in found:
            found[page.course_id] = page
    return found


def _progress(version: CourseVersion, page: CoursePage | None, finished: set[int], there: set[int]) -> CourseProgress:
    slots = list(version.slots.all())
    return CourseProgress(
        title=page.title if page else version.title,
        url=page_path(page.url_path, get_language() or "nl") if page else "",
        owner=version.course.owner,
        theme=version.theme,
        icon=icon_of(version.theme),
        done=sum(len(finished & modules_of(slot)) >= needed_of(slot, finished, there) for slot in slots),
        total=len(slots),
    )
