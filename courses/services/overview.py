"""What a learner has under way and has finished, with how far each is: constant queries for any number."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language

from content.api import icon_of
from courses.models import Attempt, VersionActivity, VersionText
from lxp.models import User


@dataclass(frozen=True)
class Progress:
    """One attempt with how far it is. `done` and `total` count activities; `next_position` is where to go on."""

    attempt: Attempt
    title: str
    done: int
    total: int
    next_position: int
    next_title: str
    next_minutes: int
    icon: str

    @property
    def theme(self) -> str:
        return self.attempt.version.theme


def _with_counts(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    total = VersionActivity.objects.filter(version=OuterRef("version")).values("version").annotate(n=Count("pk"))
    here = VersionActivity.objects.filter(version=OuterRef("version"), block_id=OuterRef("resume_block_id"))
    text = VersionText.objects.filter(version=OuterRef("version"), language=get_language()).order_by("-number")
    return attempts.select_related("version", "organisation", "module__owner").annotate(
        total=Subquery(total.values("n")),
        done=Count("states", filter=Q(states__completed_at__isnull=False, states__person=F("person"))),
        resume_position=Subquery(here.values("position")[:1]),
        resume_title=Subquery(here.values("title")[:1]),
        resume_minutes=Subquery(here.values("study_minutes")[:1]),
        text_title=Subquery(text.values("title")[:1]),
    )


def _progress(attempt: Attempt) -> Progress:
    return Progress(
        attempt=attempt,
        title=attempt.text_title or attempt.version.title,  # type: ignore[attr-defined]
        done=attempt.done,  # type: ignore[attr-defined]
        total=attempt.total or 0,  # type: ignore[attr-defined]
        next_position=attempt.resume_position or 1,  # type: ignore[attr-defined]
        next_title=attempt.resume_title or "",  # type: ignore[attr-defined]
        next_minutes=attempt.resume_minutes or 0,  # type: ignore[attr-defined]
        icon=icon_of(attempt.version.theme),
    )


def my_attempts(person: User, limit: int | None = None) -> tuple[list[Progress], QuerySet[Attempt]]:
    """(under way, last active first; finished, newest first). The first is one query."""
    mine = Attempt.objects.filter(person=person)
    under_way = _with_counts(mine.under_way()).order_by("-active_at")
    finished = mine.completed().select_related("version", "organisation", "module__owner").order_by("-completed_at")
    return [_progress(attempt) for attempt in under_way[:limit]], finished
