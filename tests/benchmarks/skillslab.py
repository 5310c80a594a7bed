"""A busy skillslab with years behind it, in this process: `python -m tests.benchmarks.skillslab` prints (what, figure, reach)
as JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import django
from django.conf import settings

if __name__ == "__main__":
    django.setup()  # the models below need it

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from lxp.models import Membership, MembershipRole, Role, User
from plugins.skillslab.models import Booking, Claim, Session, Skillslab
from plugins.skillslab.services.bookings.booking import book_place, cancel_booking
from plugins.skillslab.services.figures.counting import count_demand, counted_demand
from plugins.skillslab.services.figures.demand import demand_for
from plugins.skillslab.services.figures.months import report_of
from plugins.skillslab.services.figures.withholding import FEWEST_PEOPLE
from plugins.skillslab.services.sessions.proposals import Preferences, propose
from plugins.skillslab.services.sessions.series import SeriesDraft, save_series
from plugins.skillslab.services.upkeep import clean_up
from tests.benchmarks.ledger import Figure, best_ms
from tests.benchmarks.meter import count_sql

MANY = 40
SESSIONS_A_WEEK = 60
SESSION = re.compile(rb"(?:/sessies/|name=\"slot\" value=\")([0-9a-f-]{36})")  # a link to it, or a place to choose
QUARTER = timedelta(days=91)


def coordinator_of(lab: Skillslab) -> User:
    place = Membership.objects.filter(organisation=lab.owner).select_related("person").order_by("-pk").first()
    if place is None:
        raise RuntimeError("The benchmark has no people.")
    MembershipRole.objects.get_or_create(membership=place, role=Role.COORDINATOR)
    return User.objects.get(pk=place.person_id)


def busy_monday() -> date:
    """Of a week with sessions, some weeks away: the corpus has none at the turn of a year."""
    soon = timezone.now() + timedelta(days=21)
    day = timezone.localdate(Session.objects.published().filter(starts_at__gt=soon).earliest("starts_at").starts_at)
    return day - timedelta(days=day.weekday() - 7 * (day.weekday() > 0))


def week(person: User) -> Iterator[Figure]:
    client = Client()
    client.force_login(person)
    monday = busy_monday()
    for name, address in (
        ("week of a learner", reverse("skillslab:week")),
        ("week by room", reverse("skillslab:board")),
    ):
        url = f"{address}?week={monday}"
        client.get(url)
        ask = partial(client.get, url)
        response, count = count_sql(ask)
        shown = len(set(SESSION.findall(response.content)))
        if shown < SESSIONS_A_WEEK:
            raise RuntimeError(f"{url} shows {shown} sessions.")
        cost = best_ms(ask)
        yield (f"{name}, 60 sessions, 8 locations ({count} SQL)", f"{cost:.0f} ms", "≤ 20 ms, ≤ 12 SQL")


def booking(person: User) -> Iterator[Figure]:
    soon = timezone.now() + timedelta(days=30)
    session = Session.objects.published().filter(starts_at__gt=soon).order_by("starts_at").first()

    def book() -> None:
        if session is None:
            raise RuntimeError("The benchmark has no sessions to come.")
        (employer, *_rest) = person.organisations
        made = book_place(session=session, person=person, organisation=employer, request_uuid=uuid4())
        cancel_booking(booking=made, by=person)

    yield ("book a place and cancel it", f"{best_ms(book):.0f} ms", "")


def planner(lab: Skillslab, person: User) -> Iterator[Figure]:
    """40 sessions in the next quarter, between those that are there: looked up, and saved in a transaction that is undone."""
    kind, first = lab.session_types.order_by("pk")[0], timezone.localdate() + timedelta(days=1)
    wanted = Preferences(session_type=kind, count=MANY, first=first, last=first + QUARTER, capacity=kind.maximum)
    yield (
        "propose 40 sessions in a quarter",
        f"{best_ms(lambda: propose(preferences=wanted), 3):.0f} ms",
        "≤ 3,000 ms",
    )
    found = propose(preferences=wanted)
    if found.lacking:
        raise RuntimeError(f"Only {len(found.sessions)} of {MANY} sessions fit: {found.reasons}")
    moments = [(each.wish.location, each.wish.starts_at) for each in found.sessions]

    def save() -> None:
        draft = SeriesDraft(uuid4(), kind, lab.owner, moments, wanted.capacity, wanted.last)
        with transaction.atomic():
            save_series(draft=draft, by=person)
            transaction.set_rollback(True)

    yield ("save these 40, with all that they need", f"{best_ms(save, 3):.0f} ms", "≤ 3,000 ms")


def figures_of(lab: Skillslab) -> Iterator[Figure]:
    today = timezone.localdate()

    def demand() -> int:
        found = demand_for(skillslab=lab, today=today, quarter_count=8)
        return sum(1 for line in found.lines if line.figure.count >= FEWEST_PEOPLE)

    lines, count = count_sql(demand)  # type: ignore[arg-type,var-annotated]
    people = Membership.objects.count()
    cost = best_ms(demand, 3)
    yield (f"count what {people:,} people need, {lines} skills ({count} SQL)", f"{cost:.0f} ms", "≤ 2,000 ms")
    count_demand(skillslab=lab, quarter_count=8)
    cost = best_ms(lambda: counted_demand(skillslab=lab, today=today, quarter_count=8), 3)
    yield ("the same on the page: counted at once, or by the worker", f"{cost:.0f} ms", "≤ 1,000 ms")
    for name, days in (("month", 30), ("year", 365)):
        cost = best_ms(lambda days=days: report_of(skillslab=lab, first=today - timedelta(days=days), last=today), 2)
        yield (f"figures of a {name}", f"{cost:.0f} ms", "≤ 10,000 ms")
    before = Claim.objects.count()
    clean_up()
    yield ("quarters kept; removed by the upkeep", f"{Claim.objects.count():,}; {before - Claim.objects.count():,}", "")


def figures() -> list[Figure]:
    translation.activate("nl")
    settings.ALLOWED_HOSTS = ["testserver"]
    lab = Skillslab.objects.get()
    person = coordinator_of(lab)
    counts = f"{Session.objects.count():,}; {Booking.objects.count():,}"
    found = [
        ("sessions; bookings", counts, ""),
        *week(person),
        *booking(person),
        *planner(lab, person),
        *figures_of(lab),
    ]
    return [(f"skillslab: {name}", figure, reach) for name, figure, reach in found]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures()))
