"""Who needs which session by when: what expires, and what jobs ask and people do not have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lxp.models import Membership, Organisation, Unit
from plugins.skillslab.models import Partner, Session, SessionType, Skillslab
from plugins.skillslab.services.figures.withholding import Figure, ShownFigure
from skills_graph.api import AskedByJob, Competency, Held, Outcome, asked_by_jobs, held_by, reserved_wholes

NOW = date.min  # the key of what is needed already
NEVER = date.max
MOST_QUARTERS = 8
QUARTERS_OF_A_YEAR = 4
Report = Callable[[int, int], None]
WITHOUT_UNIT = gettext_lazy("Without a team")


@dataclass(frozen=True)
class Served:
    """A competency that sessions of a type prove, at a level."""

    session_type: SessionType
    competency: Competency
    level: int


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, or from today what is left of it; `first` is its first day."""

    first: date

    @property
    def last(self) -> date:
        month = self.first.month + 3
        return date(self.first.year + (month > 12), month - 12 * (month > 12), 1) - timedelta(days=1)

    def __str__(self) -> str:
        if self.first == NOW:
            return _("now")
        return _("quarter %(number)d of %(year)d") % {"number": self.first.month // 3 + 1, "year": self.first.year}


@dataclass
class Place:
    """Where somebody works, for the figures: the partner that they have been with longest. `jobs` are those there."""

    organisation: int
    unit: int | None
    jobs: set[tuple[int, str]] = field(default_factory=set)


@dataclass
class Line:
    """What is needed of one competency, by the first type of session that proves it. `figure` has quarters, in these
    organisations (ids), in these units (ids); of all `quarters` that were counted `shown` are rows of the page."""

    served: Served
    figure: ShownFigure
    quarters: list[Quarter]
    planned_places: int = 0
    planned_sessions: int = 0
    types: list[SessionType] = field(default_factory=list)  # all that prove it
    shown: int = MOST_QUARTERS + 1

    @property
    def cells(self) -> list[tuple[Quarter, ShownFigure | None]]:
        return [(each, self.figure.parts.get(each.first)) for each in self.quarters[: self.shown]]

    @property
    def sessions_needed(self) -> int:
        """How many sessions more this takes: for those in the rows that are shown, and for all that are withheld together, so
        that it says nothing that the page does not. Nothing where the figure is withheld."""
        if not self.figure.is_shown:
            return 0
        rest = self.figure.withheld
        people = sum(part.count for _quarter, part in self.cells if part is not None and part.is_shown)
        lacking = people + (rest.count if rest is not None else 0) - self.planned_places
        return max(0, -(-lacking // self.served.session_type.maximum))

    @property
    def last_day(self) -> date:
        """Until when it makes sense to plan, within a year: the end of the last quarter in which anybody may be seen to need
        it."""
        within = self.quarters[: min(self.shown, QUARTERS_OF_A_YEAR + 1)]
        needed = [each for each in within if each.first in {part.key for part in self.figure.shown if part.count}]
        last = needed[-1] if needed else within[-1]
        return last.last if last.first != NOW else within[min(2, len(within) - 1)].last

    @property
    def organisation_count(self) -> int:
        return len({key for quarter in self.figure.shown for key in (part.key for part in quarter.shown)})


@dataclass
class Demand:
    """Everything that a skillslab is needed for, until a day."""

    lines: list[Line]
    quarters: list[Quarter]
    organisations: dict[int, Organisation]
    units: dict[int, str]

    def show(self, quarter_count: int) -> None:
        """Only the rows of so many quarters; what is withheld, and the totals, stay those of all that were counted."""
        for line in self.lines:
            line.shown = quarter_count + 1

    @property
    def needed(self) -> list[Line]:
        return [each for each in self.lines if each.figure.count]

    @property
    def not_needed(self) -> list[Line]:
        return [each for each in self.lines if not each.figure.count]


def midnight(day: date) -> datetime:
    """When a day begins by the clock on the wall."""
    return timezone.make_aware(datetime.combine(day, time()))


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarters_from(today: date, count: int) -> list[Quarter]:
    """What is needed now, what is left of this quarter, and the quarters after it."""
    found = [Quarter(NOW), Quarter(quarter_of(today))]
    while len(found) <= count:
        found.append(Quarter(found[-1].last + timedelta(days=1)))
    return found


def served_by(types: Collection[SessionType]) -> list[Served]:
    """What each type of session proves: what is assessed in its activity, else what its module proves. One query."""
    versions = {each.module.current_version_id for each in types if each.module is not None}
    rows = Outcome.objects.filter(version__in=versions, is_entry=False).select_related("competency").order_by("pk")
    outcomes = list(rows) if versions else []
    found: list[Served] = []
    for each in types:
        if each.module is None:
            continue
        own = [row for row in outcomes if row.version_id == each.module.current_version_id]
        practical = [row for row in own if row.kind == "practical" and row.block_id in (None, each.block_id)]
        best: dict[int, Served] = {}
        for row in sorted(practical or own, key=lambda row: row.level):
            best[row.competency_id] = Served(each, row.competency, row.level)
        found += best.values()
    return found


def partners_using(skillslab: Skillslab) -> dict[int, Organisation]:
    """The partners that have the plugin on, by id. One query."""
    rows = Organisation.objects.filter(pk__in=Partner.objects.filter(skillslab=skillslab).values("organisation"))
    return {each.pk: each for each in rows.order_by("name") if "skillslab" in each.plugins}


def places_in(organisations: Iterable[int], person: int | None = None) -> dict[int, Place]:
    """Where people work today, by person (id). One query."""
    working = Membership.objects.of_staff().current()
    rows = working.filter(organisation__in=list(organisations), person__wiped_at__isnull=True)
    if person is not None:
        rows = rows.filter(person=person)
    found: dict[int, Place] = {}
    listed = rows.order_by("starts_on", "pk").values_list("person_id", "organisation_id", "unit_id", "job")
    for who, organisation, unit, job in listed.iterator(chunk_size=5000):
        place = found.get(who)
        if place is None:
            found[who] = place = Place(organisation, unit)
        if job:
            place.jobs.add((organisation, job))
    return found


def needed_on(served: Served, rows: Iterable[Held], asked: AskedByJob | None, today: date) -> date | None:
    """When somebody needs this: `NOW`, the first day on which it no longer counts, or None. `rows` are all that they hold
    or held of the competency and of acts that it is part of, `asked` is what their jobs ask of it."""
    own = list(rows)
    part = (row.until for row in own if row.competency == served.competency.pk and row.level >= served.level)
    until = max(part, default=NOW)
    if until > today:
        return until if until.year < NEVER.year else None
    if asked is None:
        return None
    level = min(asked.level, served.level)
    enough = [row.until for row in own if row.level >= level and row.assurance >= asked.assurance]
    return NOW if max(enough, default=NOW) <= today else None


def together(
    places: Place, asked: Mapping[tuple[int, str], Mapping[int, AskedByJob]], competency: int
) -> AskedByJob | None:
    """What the jobs of one person ask of a competency."""
    found = [asked[job][competency] for job in places.jobs if competency in asked.get(job, {})]
    if not found:
        return None
    return AskedByJob(max(each.level for each in found), max(each.assurance for each in found))


def needs_until(
    served: Collection[Served],
    organisations: Collection[int],
    today: date,
    last: date,
    report: Report | None = None,
) -> list[Figure]:
    """For each of these, who needs it until and including a day: by quarter, organisation and unit. Four queries. `report`
    hears how many are done, of how many."""
    parts = parts_of(served)
    places = places_in(organisations)
    asked = asked_by_jobs(organisations=organisations, parts=parts)
    held: dict[int, dict[int, list[Held]]] = {
        pk: {} for pk in {*parts, *(pk for each in parts.values() for pk in each)}
    }
    for row in held_by(competencies=held):
        if row.person in places:
            held[row.competency].setdefault(row.person, []).append(row)
    figures = []
    for each in served:
        figures.append(_figure(each, held, parts, places, asked, (today, last)))
        if report is not None:
            report(len(figures), len(served))
    return figures


def parts_of(served: Iterable[Served]) -> dict[int, set[int]]:
    """The competencies that are served, each with the reserved acts that it is part of (ids). One query."""
    competencies = {each.competency.pk for each in served}
    wholes = reserved_wholes(competencies) if competencies else {}
    return {pk: wholes.get(pk, set()) for pk in sorted(competencies)}


def _figure(
    served: Served,
    held: Mapping[int, Mapping[int, list[Held]]],
    parts: Mapping[int, set[int]],
    places: Mapping[int, Place],
    asked: Mapping[tuple[int, str], Mapping[int, AskedByJob]],
    days: tuple[date, date],
) -> Figure:
    today, last = days
    figure, competency = Figure(), served.competency.pk
    own, wholes = held[competency], [held[pk] for pk in parts[competency]]
    asking = {job for job, what in asked.items() if competency in what}
    for person, place in places.items():
        rows = own.get(person, [])
        is_asked = not asking.isdisjoint(place.jobs)
        if not rows and not is_asked:
            continue
        rows = rows + [row for whole in wholes for row in whole.get(person, ())]
        until = needed_on(served, rows, together(place, asked, competency) if is_asked else None, today)
        if until is None or until - timedelta(days=until != NOW) > last:
            continue
        quarter = NOW if until == NOW else quarter_of(until - timedelta(days=1))
        figure.add((quarter, place.organisation, place.unit or 0), person)
    return figure


def types_of(skillslab: Skillslab) -> list[SessionType]:
    """Those in use. One query."""
    return list(skillslab.session_types.filter(retired_at__isnull=True).select_related("module", "skillslab"))


def demand_for(
    *, skillslab: Skillslab, today: date, quarter_count: int = MOST_QUARTERS, report: Report | None = None
) -> Demand:
    """What a skillslab is needed for, with what is planned for it already. Nine queries, whatever the number of people."""
    quarters = quarters_from(today, quarter_count)
    types = types_of(skillslab)
    served = served_by(types)
    organisations = partners_using(skillslab)
    figures = needs_until(served, list(organisations), today, quarters[-1].last, report)
    shown: dict[int, ShownFigure] = {}
    for each, figure in zip(served, figures, strict=True):
        if each.competency.pk not in shown:
            shown[each.competency.pk] = ShownFigure.of(figure.withhold())
    lines = lines_of([(each, shown[each.competency.pk]) for each in served], types, quarters, today)
    units = dict(Unit.objects.filter(organisation__in=organisations).values_list("pk", "name"))
    return Demand(lines, quarters, organisations, units)


def lines_of(
    served: Iterable[tuple[Served, ShownFigure]], types: Collection[SessionType], quarters: list[Quarter], today: date
) -> list[Line]:
    """A line for each competency, the most needed first, with what is planned for it. One query."""
    planned = planned_until(types, today, quarters[-1].last)
    lines: dict[int, Line] = {}
    for each, figure in served:
        places, sessions = planned.get(each.session_type.pk, (0, 0))
        line = lines.setdefault(each.competency.pk, Line(each, figure, quarters))
        line.types.append(each.session_type)
        line.planned_places, line.planned_sessions = line.planned_places + places, line.planned_sessions + sessions
    return sorted(
        lines.values(),
        key=lambda line: (-line.figure.count if line.figure.is_shown else 0, str(line.served.competency)),
    )


def planned_until(types: Collection[SessionType], today: date, last: date) -> dict[int, tuple[int, int]]:
    """Places and sessions to come, drafts too, by type (id). One query."""
    first, end = midnight(today), midnight(last + timedelta(days=1))
    rows = Session.objects.filter(session_type__in=types, starts_at__gte=first, starts_at__lt=end)
    rows = rows.filter(state__in=[Session.State.DRAFT, Session.State.PUBLISHED]).order_by()
    counted = rows.values_list("session_type").annotate(places=Sum("capacity"), sessions=Count("pk"))
    return {pk: (places, sessions) for pk, places, sessions in counted}
