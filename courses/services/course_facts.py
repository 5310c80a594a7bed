"""What a course takes and for whom it is, from the modules of its steps: how long, in which forms, for which readers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F

from courses.models import CourseSlot


@dataclass(frozen=True)
class Step:
    """A step of a course: module → minutes, and how many of them one does."""

    modules: Mapping[int, int]
    needed: int

    @property
    def minutes(self) -> int:
        """What it takes at least: of a choice the shortest."""
        return sum(sorted(self.modules.values())[: self.needed])

    def can_be_done_with(self, fitting: Collection[int]) -> bool:
        return len(self.modules.keys() & fitting) >= self.needed


def step_of(slot: CourseSlot) -> Step:
    """A step with its modules, which were read with it; of those what is published."""
    there = [each for each in slot.modules.all() if each.current_version_id is not None and each.archived_at is None]
    return Step({each.pk: each.study_minutes for each in there}, min(slot.choose or len(there), len(there)))


def steps_of_courses(courses: Collection[int] | None = None) -> dict[int, list[Step]]:
    """Course → its steps that have modules, as its current version has them; of modules those that are published. Of these
    courses (ids), or of all; one query."""
    links = CourseSlot.modules.through.objects.filter(
        courseslot__version__course__current_version=F("courseslot__version"),
        module__current_version__isnull=False,
        module__archived_at__isnull=True,
    )
    if courses is not None:
        links = links.filter(courseslot__version__course__in=courses)
    found: dict[int, dict[int, tuple[int | None, dict[int, int]]]] = {}
    for course, slot, choose, module, minutes in links.order_by().values_list(
        "courseslot__version__course", "courseslot", "courseslot__choose", "module", "module__study_minutes"
    ):
        found.setdefault(course, {}).setdefault(slot, (choose, {}))[1][module] = minutes
    return {
        course: [Step(modules, min(choose or len(modules), len(modules))) for choose, modules in slots.values()]
        for course, slots in found.items()
    }


def minutes_of(steps: Iterable[Step]) -> int:
    """What a course takes at least."""
    return sum(step.minutes for step in steps)


def is_for(steps: Collection[Step], fitting: Collection[int]) -> bool:
    """Whether every step can be done with these modules."""
    return all(step.can_be_done_with(fitting) for step in steps)


def has_any(steps: Iterable[Step], modules: Collection[int]) -> bool:
    """Whether one of these modules is in a step."""
    return any(step.modules.keys() & modules for step in steps)
