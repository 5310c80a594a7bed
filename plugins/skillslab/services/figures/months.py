"""What happened in a period: how the places were used, what each organisation pays, and hours by function family.

Everything is counted in whole minutes and cents of each booking, so that sums are right to the last digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

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
class Report:
    """A period of a skillslab. `rooms` has locations with rooms, `types` types of sessions, `organisations` these with the
    function families of their people."""

    skillslab: Skillslab
    first: date
    last: date
    rooms: Figure = field(default_factory=Figure)
    types: Figure = field(default_factory=Figure)
    organisations: Figure = field(default_factory=Figure)

    @property
    def is_empty(self) -> bool:
        return not self.rooms.sums.get("sessions")

    @property
    def room_rows(self) -> list[Row]:
        return list(_rows(self.rooms, str))

    @property
    def type_rows(self) -> list[Row]:
        return list(_rows(self.types, str))

    @property
    def organisation_rows(self) -> list[Row]:
        return list(_rows(self.organisations, str))

    @property
    def cost_rows(self) -> list[Row]:
        return [row for row in self.organisation_rows if row.level < 2]


def report_of(*, skillslab: Skillslab, first: date, last: date) -> Report:
    """Sessions that begin from a day until and including a day, called-off ones left out. Five queries, read in pieces.

    A place counts when it is booked, also of who did not come; not of who was excused. The same in every table: else one
    table less the other would say of few people that they did not come.
    """
    report = Report(skillslab, first, last)
    sessions = Session.objects.filter(
        session_type__skillslab=skillslab,
        starts_at__gte=midnight(first),
        starts_at__lt=midnight(last + timedelta(days=1)),
        state__in=COUNTED,
    )
    fields = ("pk", "room__location__name", "room__name", "session_type__title", "capacity", "starts_at", "ends_at")
    known: dict[int, tuple[Any, ...]] = {}
    for pk, *values in sessions.order_by("pk").values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE):
        known[pk] = tuple(values)
        location, room, title, capacity, _starts_at, _ends_at = values
        report.rooms.add((location, room), None, sessions=1, offered=capacity)
        report.types.add((title,), None, sessions=1, offered=capacity)
    _count_bookings(report, sessions, known)
    for figure in (report.rooms, report.types, report.organisations):
        figure.withhold()
    return report


def _count_bookings(report: Report, sessions: Any, known: dict[int, tuple[Any, ...]]) -> None:
    bookings = Booking.objects.filter(session__in=sessions, state=Booking.State.BOOKED)
    bookings = bookings.exclude(attendance=Booking.Attendance.EXCUSED)
    names = dict(Organisation.objects.values_list("pk", "name"))
    families = _Families(bookings)
    fields = ("session_id", "person_id", "organisation_id")
    for pk, person, organisation in bookings.values_list(*fields).iterator(chunk_size=ROWS_AT_ONCE):
        location, room, title, _capacity, starts_at, ends_at = known[pk]
        report.rooms.add((location, room), person, used=1)
        report.types.add((title,), person, used=1)
        minutes = int((ends_at - starts_at).total_seconds()) // 60
        cents = _cents(minutes, report.skillslab.seat_hour_cents)
        family = families.of(person, organisation, starts_at)
        report.organisations.add((names[organisation], family), person, used=1, minutes=minutes, cents=cents)


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


def _rows(figure: Figure, name: Any, level: int = 0) -> Iterator[Row]:
    """A table of a figure with its parts: what is withheld below it is one line, so that the lines add up."""
    label = _("Total") if not level else name(figure.key)
    yield Row(level, label, figure.sums if figure.is_shown else None)
    if not figure.is_shown:
        return
    for part in sorted(figure.shown, key=lambda each: str(each.key)):
        yield from _rows(part, name, level + 1)
    rest = figure.withheld
    if rest is not None:
        yield Row(level + 1, _("Others together"), rest.sums, is_rest=True)
