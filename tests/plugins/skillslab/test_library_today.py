"""A library has a session that is on when it is loaded, whatever the hour."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from plugins.skillslab.library_today import load_today
from plugins.skillslab.models import Booking, Claim, Session, quarters
from plugins.skillslab.services.day.attendance import is_window_open
from tests.plugins.skillslab.lab import Lab, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def load(lab: Lab, minutes_ago: int = 20) -> Session | None:
    row = {"minutes_ago": minutes_ago, "places": 3, "booked": ["first", "second"]}
    people = {name: lab.member() for name in row["booked"]}
    arguments = (row, lab.session_type, lab.location, lab.owner, lab.coordinator)
    return load_today(*arguments, lambda session, name: book(session, people[name]) and None, Path("lab.yaml"))


@pytest.mark.parametrize("hour", [3, 12, 23])
def test_a_session_of_today_is_on_at_any_hour_and_loaded_once(lab: Lab, hour: int) -> None:
    began = at(2, hour) - timedelta(minutes=15)
    with time_machine.travel(at(2, hour, 7), tick=False):
        session, again = load(lab), load(lab)
        now = timezone.now()
        assert (is_window_open(session, now), again, Session.objects.count()) == (True, None, 1)
        assert session.starts_at == began
        assert session.ends_at - session.starts_at == timedelta(hours=2)
    span = quarters(session.starts_at, session.ends_at)
    for booking in Booking.objects.all():
        taken = Claim.objects.filter(person=booking.person).order_by("quarter").values_list("quarter", flat=True)
        assert list(taken) == list(span)


def test_where_something_is_taken_today_nothing_is_loaded(lab: Lab) -> None:
    taken = lab.session(at(1, 10), capacity=2)
    with time_machine.travel(at(1, 10, 10), tick=False):
        session_type = lab.session_type
        session_type.pk, session_type.slug, session_type.uuid = None, "andere", lab.location.uuid
        session_type.save()
        lab.session_type = session_type
        assert load(lab, minutes_ago=5) is None
    assert list(Session.objects.all()) == [taken]
