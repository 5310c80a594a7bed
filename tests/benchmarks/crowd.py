"""People who want the same places, in this process: `python -m tests.benchmarks.crowd ALONE SEATS RIVALS` makes a session for
those who come alone and one for rivals, signs everybody in, and prints what `rivals` needs as JSON; with the uuid of a session
it prints how many have a place in it."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()  # the models below need it

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import User
from plugins.skillslab.models import Booking, Session, Skillslab

NOTE = "rivals"


def prepare(alone: int, seats: int, rivals: int) -> dict[str, Any]:
    """A session with a place for everybody, one with twelve, and people who are signed in: in a night, when nobody is
    anywhere else."""
    lab = Skillslab.objects.get()
    kind, room = lab.session_types.order_by("pk")[0], Session.objects.order_by("pk")[0].room
    taken = Session.objects.filter(note=NOTE).count()  # by a run before this one
    starts_at = (timezone.now() + timedelta(days=45 + taken)).replace(hour=1, minute=0, second=0, microsecond=0)
    found = []
    for number, capacity in enumerate((alone, seats)):
        begins = starts_at + timedelta(days=number)
        session = Session.objects.create(
            session_type=kind,
            organiser=lab.owner,
            room=room,
            starts_at=begins,
            ends_at=begins + timedelta(minutes=kind.minutes),
            capacity=capacity,
            note=NOTE,
            state=Session.State.PUBLISHED,
            code_secret=secrets.token_hex(32),
        )
        found.append(session)
    organisations = lab.partners.values("organisation")
    people = User.objects.filter(memberships__organisation__in=organisations).distinct().order_by("-pk")
    cookies = []
    for person in people[: alone + rivals]:
        client = Client()
        client.force_login(person)
        cookies.append(client.cookies["sessionid"].value)
    return {"path": reverse("skillslab:book"), "sessions": [str(each.uuid) for each in found], "cookies": cookies}


def booked(session_uuid: str) -> int:
    return Booking.objects.filter(session__uuid=session_uuid).with_seat_at(timezone.now()).count()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.stdout.write(json.dumps(prepare(*map(int, sys.argv[1:]))))
    else:
        sys.stdout.write(str(booked(sys.argv[1])))
