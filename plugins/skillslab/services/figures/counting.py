"""What people need where thousands work: counted behind the scenes, and kept as the figures that may be shown.

Counting takes a second of processor time for ten thousand people. Below `MANY` the page counts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import Job, Membership, Unit
from lxp.services.jobs import advance, describe, finish, take
from plugins.skillslab.models import DemandCount, Partner, Skillslab
from plugins.skillslab.services.figures.demand import (
    Demand,
    Line,
    demand_for,
    lines_of,
    partners_using,
    quarters_from,
    served_by,
    types_of,
)
from plugins.skillslab.services.figures.withholding import ShownFigure

JOB = "skillslab.demand"
MANY = 4000  # people; to count fewer takes less than half a second
FRESH = timedelta(hours=1)
KEPT = timedelta(days=30)
describe(JOB, _("Count what people need of a skillslab"))


@dataclass(frozen=True)
class Counted:
    """What people need, if it was counted; `made_at` is when, where it was kept, and `is_old` asks for another count."""

    demand: Demand | None
    made_at: datetime | None = None
    is_old: bool = False


def counted_demand(*, skillslab: Skillslab, today: date, quarter_count: int) -> Counted:
    """Counted now where few people work, else what was counted last: up to an hour ago, and never on another day."""
    partners = Partner.objects.filter(skillslab=skillslab).values("organisation")
    if Membership.objects.of_staff().current().filter(organisation__in=partners).count() <= MANY:
        return Counted(demand_for(skillslab=skillslab, today=today, quarter_count=quarter_count))
    kept = DemandCount.objects.filter(skillslab=skillslab, quarter_count=quarter_count, counted_on=today).first()
    if kept is None:
        return Counted(None, is_old=True)
    return Counted(_read(kept), kept.made_at, kept.made_at < timezone.now() - FRESH)


def is_under_way(*, skillslab: Skillslab, quarter_count: int) -> bool:
    """Whether somebody counts this now."""
    running = Job.objects.running().filter(name=JOB, about=_about(skillslab, quarter_count))
    return any(not each.is_silent for each in running)


def _about(skillslab: Skillslab, quarter_count: int) -> str:
    return f"{skillslab.slug} {quarter_count}"


def count_demand(*, skillslab: Skillslab, quarter_count: int) -> DemandCount | None:
    """Count, and keep what may be shown. Safe to repeat; None where another process does it now. Outside a transaction."""
    job = take(name=JOB, about=_about(skillslab, quarter_count))
    if job is None:
        return None
    job.done = 0  # who was killed begins anew: nothing of half a count is kept
    today = timezone.localdate()

    def report(done: int, total: int) -> None:
        job.total = total
        advance(job=job, count=1, position=done)

    try:
        demand = demand_for(skillslab=skillslab, today=today, quarter_count=quarter_count, report=report)
    except BaseException as fault:
        finish(job=job, error=f"{type(fault).__name__}: {fault}")
        raise
    values = {"counted_on": today, "made_at": timezone.now(), "lines": [_stored(each) for each in demand.lines]}
    kept, _is_new = DemandCount.objects.update_or_create(
        skillslab=skillslab, quarter_count=quarter_count, defaults=values
    )
    finish(job=job)
    return kept


def _stored(line: Line) -> dict[str, Any]:
    return {"competency": line.served.competency.pk, "figure": line.figure.stored()}


def _read(kept: DemandCount) -> Demand:
    """The figures as they were counted, beside what is planned and named now."""
    skillslab = kept.skillslab
    quarters = quarters_from(kept.counted_on, kept.quarter_count)
    types = types_of(skillslab)
    figures = {each["competency"]: ShownFigure.read(each["figure"]) for each in kept.lines}
    listed = [(each, figures[each.competency.pk]) for each in served_by(types) if each.competency.pk in figures]
    organisations = partners_using(skillslab)
    units = dict(Unit.objects.filter(organisation__in=organisations).values_list("pk", "name"))
    return Demand(lines_of(listed, types, quarters, kept.counted_on), quarters, organisations, units)


def forget_old_counts() -> list[str]:
    """Remove what was counted long ago."""
    removed, _per_model = DemandCount.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
    return [f"Removed {removed} counts of what people need."] if removed else []
