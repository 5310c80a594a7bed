"""Use and cost of a skillslab, by type of session and organisation; groups of fewer than five people are withheld."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plugins.skillslab.models import Booking, Session, Skillslab

PERIOD = timedelta(days=365)
FEWEST_PEOPLE = 5
CHUNK = 2000
HEADER = (
    gettext_lazy("type of session"),
    gettext_lazy("organisation"),
    gettext_lazy("places used"),
    gettext_lazy("was there"),
    gettext_lazy("did not come"),
    gettext_lazy("hours"),
    gettext_lazy("cost in euros"),
)


@dataclass
class _Use:
    people: set[int] = field(default_factory=set)
    places: int = 0
    present: int = 0
    no_show: int = 0
    minutes: int = 0


def use_of(*, skillslab: Skillslab, now: datetime) -> Iterator[list[str]]:
    """One row for each type and organisation over the year before. A row of fewer than five people says only that it is so;
    there are no totals, from which it could be worked out. One query, read in pieces."""
    rows = Booking.objects.filter(
        session__session_type__skillslab=skillslab,
        session__starts_at__gt=now - PERIOD,
        session__ends_at__lte=now,
        session__state__in=[Session.State.PUBLISHED, Session.State.CLOSED],
        state=Booking.State.BOOKED,
    ).select_related("session__session_type", "organisation")
    found: dict[tuple[str, str], _Use] = defaultdict(_Use)
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        use = found[str(row.session.session_type), str(row.organisation)]
        use.people.add(row.person_id)
        use.places += 1
        use.present += row.attendance == Booking.Attendance.PRESENT
        use.no_show += row.attendance == Booking.Attendance.NO_SHOW
        use.minutes += int((row.session.ends_at - row.session.starts_at).total_seconds()) // 60
    for (title, organisation), use in sorted(found.items()):
        if len(use.people) < FEWEST_PEOPLE:
            yield [title, organisation, _("fewer than five people"), "", "", "", ""]
            continue
        hours = Decimal(use.minutes) / 60
        cost = (hours * skillslab.seat_hour_cents / 100).quantize(Decimal("0.01"))
        figures = (use.places, use.present, use.no_show, hours.quantize(Decimal("0.01")), cost)
        yield [title, organisation, *(str(each) for each in figures)]
