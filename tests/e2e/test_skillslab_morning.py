"""The morning of a session: two cancel shortly before it, who waits is offered their places for a short time, and what nobody
takes is there for who comes without one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.reader import Reader

TITLE, COORDINATOR = "Tillift veilig gebruiken", "bram.wouters@dichtbij.example"
HOLDERS, WAITING, LATER = ("ochtend-een", "ochtend-twee"), ("wachter-een", "wachter-twee"), "binnenloper"
REASONS = ("Ik moet invallen op de afdeling.", "Mijn trein rijdt niet.")
UNTIL_BOOKING_CLOSES = 60  # minutes; half an hour by day, and at night what is left, since people sleep

SETTING = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from lxp.models import User
from plugins.skillslab.models import Offer, Session
from plugins.skillslab.services.bookings.booking import book_place
from plugins.skillslab.services.bookings.waitlist import join_waitlist

def session_of(uuid):
    return Session.objects.get(uuid=uuid)

def put(session, minutes):
    begins = timezone.now() + timedelta(minutes=minutes)
    Session.objects.filter(pk=session.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=2))
"""
FULL = """
session = Session.objects.published().filter(session_type__slug="tillift", bookings=None).latest("starts_at")
Session.objects.filter(pk=session.pk).update(capacity=2)
session.refresh_from_db()
for number, email in enumerate({people!r}):
    person = User.objects.get(email=email)
    come = book_place if number < 2 else join_waitlist
    come(session=session, person=person, organisation=person.organisations[0], request_uuid=uuid4())
put(session, 90)
print(session.uuid)
"""
KEPT = """
for each in Offer.objects.filter(session__uuid="{session}").order_by("pk"):
    until = timezone.localtime(each.expires_at).strftime("%-H.%M")
    print(each.uuid, (each.expires_at - each.made_at).total_seconds() // 60, until)
"""
NO_ANSWER = """
moment = timezone.now() - timedelta(minutes=1)
Offer.objects.filter(uuid="{offer}").update(made_at=moment - timedelta(minutes=30), expires_at=moment)
"""
IT_IS_TIME = 'put(session_of("{session}"), -5)'


def run(demo: Demo, script: str, **values: object) -> str:
    return demo.command("shell", "--no-imports", "--command", SETTING + script.format(**values)).strip()


def email_of(name: str) -> str:
    return f"{name}@maasdal.example"


@pytest.fixture
def session(demo: Demo, tmp_path: Path) -> str:
    """A session in an hour and a half with two places, both taken, and two who wait (its uuid)."""
    membership = {"organisation": "maasdal", "unit": "team-geel", "job": "Verzorgende IG", "starts_on": "2022-03-01"}
    (tmp_path / "people").mkdir()
    for name in (*HOLDERS, *WAITING, LATER):
        first, last = name.title().split("-") if "-" in name else (name.title(), "Bakker")
        person = {"first_name": first, "last_name": last, "email": email_of(name), "memberships": [membership]}
        (tmp_path / "people" / f"{name}.yaml").write_text(yaml.safe_dump(person), encoding="utf-8")
    demo.command("load_library", str(tmp_path))
    return run(demo, FULL, people=[email_of(each) for each in (*HOLDERS, *WAITING)])


def row(page: Page) -> Locator:
    return page.locator("section .rows > li", has_text=TITLE)


def cancel(reader: Reader, reason: str) -> None:
    """Late: not without saying why."""
    page = reader.open("/p/skillslab/mijn/").page
    reader.send(row(page).locator("a[href$='/afmelden/']"))
    expect(page.locator("#reason")).to_be_visible()
    reader.check("late-cancel")
    reader.send(page.locator("main form button[type=submit]"))
    expect(page.locator("#reason_error")).to_contain_text("Zeg kort waarom.")
    reader.check("late-cancel-refused")
    page.locator("#reason").fill(reason)
    reader.send(page.locator("main form button[type=submit]"))
    expect(page.locator(".messages .callout--ok")).to_be_visible()
    expect(page.locator("section[aria-labelledby=komt] .rows > li", has_text=TITLE)).to_have_count(0)


def test_two_cancel_on_the_morning_itself(open_reader: OpenReader, demo: Demo, session: str):
    for name, reason in zip(HOLDERS, REASONS, strict=True):
        reader = open_reader(email_of(name))
        reader.allow("status of 422")
        cancel(reader, reason)

    offers = [line.split() for line in run(demo, KEPT, session=session).splitlines()]
    assert len(offers) == len(WAITING)
    taking, silent = (open_reader(email_of(name)) for name in WAITING)
    for reader, (offer, minutes, until) in zip((taking, silent), offers, strict=True):
        assert 5 <= float(minutes) <= UNTIL_BOOKING_CLOSES
        page = reader.open("/p/skillslab/mijn/").page
        expect(row(page)).to_contain_text(re.compile(rf"tot .*, {until} uur"))
        reader.send(row(page).locator("a.btn"))
        assert offer in page.url
        reader.check("late-offer")
    taking.send(taking.page.locator("main button[value=yes]"))
    expect(row(taking.page).get_by_text("Zeg mijn plek af")).to_be_visible()

    offer = offers[1][0]
    run(demo, NO_ANSWER, offer=offer)
    silent.allow("status of 409")
    silent.send(silent.page.locator("main button[value=yes]"))  # the page was open all the time
    expect(silent.page.locator("h1")).to_have_text("Dit aanbod is voorbij")
    silent.check("late-offer-over")
    open_reader(email_of(WAITING[1]), size="desk").open(f"/p/skillslab/aanbod/{offer}/").check("late-offer-over")

    run(demo, IT_IS_TIME, session=session)
    coordinator = open_reader(COORDINATOR)
    page = coordinator.open(f"/p/skillslab/sessies/{session}/lijst/").page
    for reason in REASONS:
        expect(page.locator("section[aria-labelledby=laat] .rows > li", has_text=reason)).to_have_count(1)
    coordinator.check("late-sheet")
    coordinator.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    coordinator.send(page.locator("a[href$='/zonder-plek/']"))
    expect(page.locator("main .lead")).to_contain_text("1 plek vrij")
    page.locator("#wie").fill(email_of(LATER))
    coordinator.send(page.locator("main form[method=get] button"))
    coordinator.send(page.locator(".rows form button"))
    expect(page.locator(".messages .callout--ok")).to_be_visible()
    expect(page.locator(".ticklist > li", has_text="Binnenloper")).to_contain_text("zonder boeking")
