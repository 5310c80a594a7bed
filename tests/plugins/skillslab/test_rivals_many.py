"""Two hundred people for twelve places, twenty times in a row, through the page that books.

It takes minutes, so it runs with `LXP_RIVALS=1` only, on each database: `LXP_RIVALS=1 .venv/bin/pytest -n0` with this file, and
the same after `bin/with-postgresql`.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from plugins.skillslab.models import Booking, Claim, Session
from tests.plugins.skillslab.lab import Lab, at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("LXP_RIVALS") != "1", reason="takes minutes: LXP_RIVALS=1"),
]
RIVALS, SEATS, RACES = 200, 12, 20
HANDS = 40  # as many requests at a time as a server with five processes of eight threads works on; the others queue
PATIENCE_SECONDS = 120
BOOKED, REFUSED = 302, 409


def race(session: Session, cookies: list[str]) -> Counter[int]:
    """How many were answered with each status."""
    barrier = Barrier(HANDS)

    def come(cookie: str) -> int:
        try:
            client = Client(raise_request_exception=False)
            client.cookies["sessionid"] = cookie
            return client.post(reverse("skillslab:book"), {"slot": session.uuid, "request": uuid4()}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS, initializer=partial(barrier.wait, PATIENCE_SECONDS)) as pool:
        return Counter(pool.map(come, cookies))


def test_twenty_races_of_two_hundred_for_twelve_places_have_twelve_winners_each(lab: Lab) -> None:
    lab.add_pieces(3)
    lab.add_teacher()
    cookies = []
    for _number in range(RIVALS):
        client = Client()
        client.force_login(lab.member())
        cookies.append(client.cookies["sessionid"].value)
    client.get(reverse("skillslab:week"))  # what is imported at the first request, before many come at once
    for day in range(RACES):
        session = lab.session(at(10 + day), capacity=SEATS)
        assert race(session, cookies) == {BOOKED: SEATS, REFUSED: RIVALS - SEATS}
        seats = Booking.objects.filter(session=session, state="booked").values_list("seat", flat=True)
        assert sorted(seats) == list(range(1, SEATS + 1))
    assert Claim.objects.filter(booking__isnull=False).count() == RACES * SEATS * 8
