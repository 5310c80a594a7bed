"""Which modules the people of a team took up and finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.api import Attempt, Enrolment, Module
from lxp.models import Membership, Organisation, User

SMALLEST_GROUP = 5
CHUNK = 500
NAMES = ("person", "person__uuid", "person__first_name", "person__last_name", "person__email")
FIELDS = (*NAMES, "module", "module__uuid", "module__current_version__title", "enrolled_at")


class Progress(models.TextChoices):
    """How far somebody is in a module."""

    NOT_STARTED = "not_started", _("not started")
    UNDER_WAY = "under_way", _("under way")
    PASSED = "passed", _("finished")
    FAILED = "failed", _("finished, not passed")


@dataclass(frozen=True)
class Completion:
    """One person and one module, with the last attempt."""

    person_id: int
    person_uuid: UUID
    name: str
    module_uuid: UUID
    module: str
    enrolled_on: date
    progress: Progress
    completed_on: date | None

    @property
    def is_done(self) -> bool:
        return self.progress == Progress.PASSED


@dataclass(frozen=True)
class Figures:
    """How many of a group finished."""

    done: int
    total: int


def enrolments(leader: User, organisation: Organisation, module: Module | None = None) -> QuerySet[Enrolment]:
    """What the people whom `leader` leads took up for this organisation, by name."""
    led = Membership.objects.current().supervised_by(leader).filter(organisation=organisation)
    rows = Enrolment.objects.filter(
        organisation=organisation, module__isnull=False, person__in=led.values("person"), person__wiped_at__isnull=True
    )
    if module is not None:
        rows = rows.filter(module=module)
    return rows.order_by("person__last_name", "person__first_name", "person", "module__current_version__title", "pk")


def of_everybody(organisation: Organisation, module: Module) -> QuerySet[Enrolment]:
    """What everybody who works for an organisation today took up of a module for it."""
    staff = Membership.objects.of_staff().current().filter(organisation=organisation)
    return Enrolment.objects.filter(
        organisation=organisation, module=module, person__in=staff.values("person"), person__wiped_at__isnull=True
    )


def completions(rows: QuerySet[Enrolment], organisation: Organisation) -> list[Completion]:
    """These enrolments with their last attempts: two queries."""
    found = list(rows.values_list(*FIELDS, named=True))
    people, modules = {row.person for row in found}, {row.module for row in found}
    attempts = Attempt.objects.filter(organisation=organisation, person__in=people, module__in=modules)
    return list(_joined(found, attempts))


def streamed(rows: QuerySet[Enrolment], organisation: Organisation) -> Iterator[Completion]:
    """The same for a download of any length: which rows, and then two queries for each piece of them. No query stays open
    while somebody with a slow line reads: on SQLite that would hold an old state of the database."""
    ids = list(rows.values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield from completions(rows.filter(pk__in=ids[start : start + CHUNK]), organisation)


def _joined(rows: Iterable[Any], attempts: QuerySet[Attempt]) -> Iterator[Completion]:
    """Of several attempts the last counts, or one that was passed."""
    last: dict[tuple[int, int], tuple[datetime | None, bool | None]] = {}
    standing = attempts.order_by("number")
    for person, module, completed_at, passed in standing.values_list("person", "module", "completed_at", "passed"):
        before = last.get((person, module))
        is_passed = completed_at is not None and passed is not False
        if before is None or before[0] is None or before[1] is False or is_passed:
            last[person, module] = (completed_at, passed)
    for row in rows:
        completed_at, passed = last.get((row.person, row.module), (None, None))
        yield Completion(
            person_id=row.person,
            person_uuid=row.person__uuid,
            name=f"{row.person__first_name} {row.person__last_name}".strip() or row.person__email,
            module_uuid=row.module__uuid,
            module=row.module__current_version__title or "",
            enrolled_on=timezone.localdate(row.enrolled_at),
            progress=_progress((row.person, row.module) in last, completed_at, passed),
            completed_on=timezone.localdate(completed_at) if completed_at else None,
        )


def _progress(is_begun: bool, completed_at: datetime | None, passed: bool | None) -> Progress:
    if completed_at is None:
        return Progress.UNDER_WAY if is_begun else Progress.NOT_STARTED
    return Progress.FAILED if passed is False else Progress.PASSED


def figures(rows: QuerySet[Enrolment], organisation: Organisation) -> Figures:
    """How many of these enrolments were finished, counted by the database."""
    done = Attempt.objects.filter(
        person=OuterRef("person"), organisation=organisation, module=OuterRef("module"), completed_at__isnull=False
    )
    finished = Exists(done.exclude(passed=False))
    counted = rows.order_by().aggregate(total=Count("pk"), done=Count("pk", filter=finished))
    return Figures(counted["done"], counted["total"])


def shown(everybody: Figures, own: Figures) -> Figures | None:
    """Figures of a whole organisation beside those of the own people, or None where they would tell about a few others.

    Withheld below five people, and below five others: the difference between the two would be about them alone.
    """
    others = everybody.total - own.total
    if everybody.total < SMALLEST_GROUP or 0 < others < SMALLEST_GROUP:
        return None
    return everybody
