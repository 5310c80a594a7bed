"""What a phone may hold of a session, and until when."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import User
from plugins.skillslab.models import Session
from tests.plugins.skillslab.lab import Lab
from tests.plugins.skillslab.test_day import during
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    return lab.session(capacity=4)


def until(session: Session, person: User | None) -> int:
    """The moment that the worker for this person names; 0 for the one that takes everything away."""
    client = signed_in(person) if person is not None else Client()
    response = client.get(reverse("skillslab:keeper", args=[session.uuid]))
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/javascript")
    assert "no-store" in response.headers["Cache-Control"]
    found = re.search(r"UNTIL = (\d+)", response.content.decode())
    assert found is not None
    return int(found[1])


def midnight_after(session: Session) -> int:
    day = timezone.localdate(session.starts_at) + timedelta(days=1)
    return int(timezone.make_aware(datetime.combine(day, datetime.min.time())).timestamp())


def test_who_teaches_keeps_the_list_until_midnight_and_nobody_else(lab: Lab, session: Session) -> None:
    with during(session):
        assert until(session, lab.teachers[0]) == midnight_after(session)
        assert [until(session, lab.member()), until(session, None)] == [0, 0]


def test_only_on_the_day_of_the_session(lab: Lab, session: Session) -> None:
    client, address = signed_in(lab.coordinator), reverse("skillslab:attendance_list", args=[session.uuid])
    for days, is_kept in ((-1, False), (0, True), (1, False)):
        with time_machine.travel(session.starts_at + timedelta(days=days), tick=False):
            assert (until(session, lab.coordinator) > 0) == is_kept
            assert ("data-keeper" in client.get(address).content.decode()) == is_kept


@pytest.mark.parametrize("why", ["cancelled", "operator", "gone"])
def test_the_worker_that_takes_everything_away(lab: Lab, session: Session, why: str, settings: Any) -> None:
    if why == "operator":
        settings.SKILLSLAB_OFFLINE = False
    elif why == "gone":
        session.uuid = "00000000-0000-4000-8000-000000000000"
    else:
        Session.objects.filter(pk=session.pk).update(state=Session.State.CANCELLED)
    with during(session):
        assert until(session, lab.coordinator) == 0
