"""What happened in a period: how the places were used, what each organisation pays, and hours by function family.

Everything is counted in whole minutes and cents of each booking, so that sums are right to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lxp.models import Membership, Organisation
from plugins.skillslab.models import Booking, Session, Skillslab
from plugins.skillslab.services.figures.demand import midnight
from plugins.skillslab.services.figures.withholding import Figure
from skills_graph.api import families_of_jobs

ROWS_AT_ONCE = 5000
COUNTED = (Session.State.PUBLISHED, Session.State.CLOSED)


@dataclass(frozen=True)
class Row:
    """One line of a table: of the whole, of a part, of a part of that, or of what is withheld together. `amounts` is None
    where the line itself is withheld."""

    level: int
    name: str
    amounts: dict[str, int] | None
    is_rest: bool = False

    def get(self, name: str) -> int:
        return (self.amounts or {}).get(name, 0)

    @property
    def hours(self) -> str:
        minutes = self.get("minutes")
        return f"{minutes // 60}:{minutes % 60:02}"

    @property
    def euros(self) -> str:
        cents = self.get("cents")
        return f"{cents // 100},{cents % 100:02}"

    @property
    def percent(self) -> int:
        return round(100 * self.get("used") / self.get("offered")) if self.get("offered") else 0


@dataclass
class Month:
    """The figures of one month. `rooms` has locations with rooms, `types` types of sessions, `organisations` these with the
    function families of their people."""

    first: date
    rooms: Figure = field(default_factory=Figure)
    types: Figure = field(default_factory=Figure)
    organisations: Figure = field(default_factory=Figure)

    def __str__(self) -> str:
        return date_format(self.first, "F Y")

    def withhold(self) -> None:
        for figure in (self.rooms, self.types, self.organisations):
            figure.withhold()


Kept = tuple[Month, tuple[Any, ...]]


@dataclass
class Report:
    """Whole months of a skillslab, added up. What is withheld is decided for each month by itself: so a period says no more
    than its months do, and nobody subtracts one period from another."""

    skillslab: Skillslab
    first: date
    last: date
    months: list[Month] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not any(each.rooms.sums.get("sessions") for each in self.months)

    @property
    def room_rows(self) -> list[Row]:
        return self._rows_of("rooms")

    @property
    def type_rows(self) -> list[Row]:
        return self._rows_of("types")

    @property
    def organisation_rows(self) -> list[Row]:
        return self._rows_of("organisations")

    def _rows_of(self, name: str) -> list[Row]:
        """The total of the months that can be shown with its parts, and the months that are left out of it."""
        figures = [(each, getattr(each, name)) for each in self.months]
        shown = [figure for _month, figure in figures if figure.is_shown]
        if not shown:
            return [Row(0, _("Total"), None)]
        out = [
            Row(1, _("Left out: %(month)s") % {"month": each}, None) for each, figure in figures if not figure.is_shown
        ]
        return [*_rows(shown, _("Total")), *out]

    @property
    def cost_rows(self) -> list[Row]:
        return [row for row in self.organisation_rows if row.level < 2]


def report_of(*, skillslab: Skillslab, first: date, last: date) -> Report:
    """Sessions that begin in the months from that of `first` to that of `last`, called-off ones left out. Five queries, read
    in pieces.

    A place counts when it is booked, also of who did not come; not of who was excused. The same in every table: else one
    table less the other would say of few people that they did not come.
    """
    first, last = first.replace(day=1), last_of_month(last)
    months: dict[date, Month] = {}
    while not months or max(months) < last.replace(day=1):
        day = last_of_month(max(months)) + timedelta(days=1) if months else first
        months[day] = Month(day)
    report = Report(skillslab, first, last, list(months.values()))
    sessions = Session.objects.filter(
        session_type__skillslab=skillslab,
        starts_at__gte=midnight(first),
        starts_at__lt=midnight(last + timedelta(days=1)),
        state__in=COUNTED,
    )
    fields = ("pk", "room__location__name", "room__name", "session_type__title", "capacity", "starts_at", "ends_at")
    known: dict[int, Kept] = {}
    for pk, *values in sessions.order_by("pk").values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE):
        location, room, title, capacity, starts_at, _ends_at = values
        month = months[timezone.localdate(starts_at).replace(day=1)]
        known[pk] = month, tuple(values)
        month.rooms.add((location, room), None, sessions=1, offered=capacity)
        month.types.add((title,), None, sessions=1, offered=capacity)
    _count_bookings(report, sessions, known)
    for each in report.months:
        each.withhold()
    return report


def last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _count_bookings(report: Report, sessions: Any, known: dict[int, Kept]) -> None:
    bookings = Booking.objects.filter(session__in=sessions, state=Booking.State.BOOKED)
    bookings = bookings.exclude(attendance=Booking.Attendance.EXCUSED)
    names = dict(Organisation.objects.values_list("pk", "name"))
    families = _Families(bookings)
    fields = ("session_id", "person_id", "organisation_id")
    for pk, person, organisation in bookings.values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE):
        month, (location, room, title, _capacity, starts_at, ends_at) = known[pk]
        month.rooms.add((location, room), person, used=1)
        month.types.add((title,), person, used=1)
        minutes = int((ends_at - starts_at).total_seconds()) // 60
        cents = _cents(minutes, report.skillslab.seat_hour_cents)
        family = families.of(person, organisation, starts_at)
        month.organisations.add((names[organisation], family), person, used=1, minutes=minutes, cents=cents)


def _cents(minutes: int, hour_cents: int) -> int:
    """To whole cents, half a cent up."""
    return (2 * minutes * hour_cents + 60) // 120


class _Families:
    """The function family of somebody's job in an organisation, on a day. Two queries."""

    def __init__(self, bookings: Any) -> None:
        organisations = list(bookings.order_by().values_list("organisation", flat=True).distinct())
        self.titles = families_of_jobs(organisations=organisations)
        self.jobs: dict[tuple[int, int], list[tuple[date, date, str]]] = {}
        rows = Membership.objects.of_staff().filter(
            organisation__in=organisations, person__in=bookings.values("person")
        )
        fields = ("person_id", "organisation_id", "starts_on", "ends_on", "job")
        for person, organisation, first, last, job in rows.order_by("starts_on", "pk").values_list(*fields):
            self.jobs.setdefault((person, organisation), []).append((first, last or date.max, job))

    def of(self, person: int, organisation: int, moment: datetime) -> str:
        day = moment.date()
        jobs = [job for first, last, job in self.jobs.get((person, organisation), ()) if first <= day <= last]
        titles = [self.titles[organisation, job] for job in jobs if (organisation, job) in self.titles]
        return titles[0] if titles else _("Without a job profile")


def _rows(figures: list[Figure], name: str, level: int = 0) -> Iterator[Row]:
    """A line of the same part of some months, added up, with its parts: what is withheld below it is one line, so that the
    lines add up."""
    yield Row(level, name, added(figures))
    parts: dict[str, list[Figure]] = {}
    for part in (part for figure in figures for part in figure.shown):
        parts.setdefault(str(part.key), []).append(part)
    for key in sorted(parts):
        yield from _rows(parts[key], key, level + 1)
    rest = [each for each in (figure.withheld for figure in figures) if each is not None]
    if rest:
        yield Row(level + 1, _("Others together"), added(rest), is_rest=True)


def added(figures: list[Figure]) -> dict[str, int]:
    """The sums of some figures together."""
    found: dict[str, int] = {}
    for name, amount in (each for figure in figures for each in figure.sums.items()):
        found[name] = found.get(name, 0) + amount
    return found
