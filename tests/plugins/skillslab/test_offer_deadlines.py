"""Until when an offered place is kept: shorter near the date, and never until a moment at which people sleep."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from plugins.skillslab.models import Offer
from plugins.skillslab.services.bookings.deadlines import by_day
from tests.plugins.skillslab.lab import Lab, fill, wait
from tests.plugins.skillslab.test_waitlist import free_one

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (timedelta(days=9), timedelta(hours=24)),
        (timedelta(hours=66), timedelta(hours=4)),
        (timedelta(hours=60), timedelta(hours=11)),  # made at nine in the evening: until eight in the morning
        (timedelta(hours=20), timedelta(minutes=30)),
        (timedelta(hours=2), timedelta(hours=1)),  # made at seven in the morning
        (timedelta(minutes=50), timedelta(minutes=20)),
        (timedelta(minutes=33), None),
    ],
)
def test_an_offer_is_kept_shorter_near_the_date(lab: Lab, before: timedelta, kept: timedelta | None) -> None:
    session = lab.session()
    fill(lab, session)
    wait(session, lab.member())
    moment: datetime = session.starts_at - before
    with time_machine.travel(moment, tick=False):
        free_one(session)
    assert [each.expires_at - moment for each in Offer.objects.all()] == ([] if kept is None else [kept])


@pytest.mark.parametrize(
    ("made", "wanted", "latest", "deadline"),
    [
        ("2026-11-20 18:00+01:00", "2026-11-20 22:00+01:00", "2026-12-01 09:00+01:00", "2026-11-20 22:00+01:00"),
        ("2026-11-20 18:01+01:00", "2026-11-20 22:01+01:00", "2026-12-01 09:00+01:00", "2026-11-21 08:00+01:00"),
        ("2026-11-20 07:00+01:00", "2026-11-20 07:30+01:00", "2026-11-20 08:30+01:00", "2026-11-20 08:00+01:00"),
        ("2026-03-28 22:00+01:00", "2026-03-29 03:00+02:00", "2026-04-01 09:00+02:00", "2026-03-29 08:00+02:00"),
        ("2026-10-24 22:00+02:00", "2026-10-25 02:00+01:00", "2026-11-01 09:00+01:00", "2026-10-25 08:00+01:00"),
        ("2026-11-20 15:00+01:00", "2026-11-21 15:00+01:00", "2026-11-21 07:00+01:00", "2026-11-20 22:00+01:00"),
        ("2026-11-20 21:45+01:00", "2026-11-20 22:15+01:00", "2026-11-21 07:00+01:00", "2026-11-21 07:00+01:00"),
    ],
)
def test_nobody_has_to_answer_at_night_also_when_the_clock_changes(
    made: str, wanted: str, latest: str, deadline: str
) -> None:
    made_at, wanted_at, latest_at = map(datetime.fromisoformat, (made, wanted, latest))
    assert by_day(wanted_at, made_at, latest_at) == datetime.fromisoformat(deadline)
