"""A coordinator of the skillslab: a manikin breaks, and an instructor is ill (journey 4, steps 6 and 7)."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader

COORDINATOR = "bram.wouters@dichtbij.example"
BREAKS = {"phone": "BRO-KATH-01", "desk": "BRO-KATH-02"}  # each width one of its own


def main_button(page: Page, name: str) -> Locator:
    return page.locator("main form button[type=submit]", has_text=re.compile(name))


def test_a_manikin_breaks_and_one_push_mends_the_sessions(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    page = reader.open("/p/skillslab/beheer/").page
    expect(page.locator("#tasks")).to_be_visible()
    reader.check("skillslab-sessions")
    reader.send(page.locator("main a", has_text="Inrichting van"))
    reader.check("skillslab-locations")
    reader.send(page.locator("main nav a", has_text="Materiaal"))
    reader.check("skillslab-equipment")
    reader.send(page.locator("main .rows a", has_text="Katheteroefenpop"))
    reader.check("skillslab-pieces")

    pieces = page.locator("main .rows li")
    there = pieces.count()
    reader.send(page.locator("main a", has_text="Stuks toevoegen"))
    page.locator("input[name=number]").fill("2")
    page.locator("select[name=location]").select_option(label="Bronshoven")
    reader.send(main_button(page, "."))
    expect(pieces).to_have_count(there + 2)

    session_piece = page.locator("main .rows li", has_text=BREAKS[size]).locator("a.btn")
    reader.send(session_piece)
    last = (timezone.localdate() + timedelta(days=45)).isoformat()
    page.locator("input[name=last_day]").fill(last)
    page.locator("input[name=reason]").fill("lek")
    reader.tab_to(page.locator("main .form__actions button"))
    with page.expect_navigation():
        reader.press("Enter")
    expect(page.locator("#effects")).to_be_visible()
    reader.check("skillslab-what-it-does")
    mend = page.locator("button[name=mend]")
    expect(mend).to_be_visible()
    with page.expect_navigation():
        mend.press("Enter")
    expect(page.locator("#outages")).to_be_visible()
    reader.check("skillslab-piece")
    reader.send(page.locator("main form button", has_text="Het werkt weer"))
    expect(page.locator("#outages")).to_have_count(0)


def test_an_instructor_is_ill_and_one_push_replaces_them(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    page = reader.open("/p/skillslab/beheer/").page
    reader.send(page.locator("main .rows a", has_text="Tillift veilig gebruiken").last)
    replace = page.locator("main .rows li", has_text="Instructeur").locator("a.btn").first
    gone = page.locator("main .rows li", has_text="Instructeur").locator("strong").first.inner_text()
    reader.send(replace)
    reader.check("skillslab-replace")
    first = page.locator("main form .rows li").first
    name = first.locator("strong").inner_text()
    with page.expect_navigation():
        first.locator("button").press("Enter")
    expect(page.locator("main .rows li", has_text="Instructeur").first).to_contain_text(name)
    assert name != gone
