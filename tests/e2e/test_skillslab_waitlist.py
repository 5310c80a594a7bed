"""A full session of the skillslab: who waits is offered the freed place in turn, in time, and nobody comes between."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

FULL = "Reanimeren met AED"
HAS_A_PLACE = "chantal.bours@linde.example"
FIRST, SECOND, OUTSIDER = (
    "kevin.aarts@vlier.example",
    "ton.hendriks@maasdal.example",
    "agnieszka.wojcik@maasdal.example",
)
DEADLINE = re.compile(r"tot (maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag) \d+ \w+, \d+\.\d\d uur")


def row(page: Page) -> Locator:
    return page.locator("section .rows > li", has_text=FULL)


def open_mine(reader: Reader) -> Page:
    return reader.open("/p/skillslab/mijn/").page


def open_offer(reader: Reader) -> Page:
    """From one's places to the question; the place is kept until a moment that is named."""
    page = open_mine(reader)
    expect(row(page)).to_contain_text(DEADLINE)
    reader.send(row(page).locator("a.btn"))
    expect(page.locator("main")).to_contain_text(DEADLINE)
    return page


def test_a_freed_place_goes_down_the_queue_and_nobody_jumps_it(open_reader: OpenReader):
    holder, first, second, outsider = (open_reader(each) for each in (HAS_A_PLACE, FIRST, SECOND, OUTSIDER))
    page = open_mine(holder)
    session = str(row(page).locator("strong a").get_attribute("href"))
    expect(row(open_mine(first))).to_contain_text("Je bent nummer 1.")

    page = second.open(session).page
    second.check("waitlist-full")
    second.send(page.locator("main form[action$='/wachtlijst/'] button"))
    expect(page.locator(".messages")).to_contain_text("nummer 2")
    second.open(session)
    expect(page.locator("main")).to_contain_text("Je bent nummer 2.")
    second.check("waitlist-waiting")

    holder.send(row(holder.page).locator("form[action$='/afmelden/'] button"))
    expect(row(holder.page)).to_have_count(0)

    page = outsider.open(session).page
    expect(page.locator("form[action$='/boeken/']")).to_have_count(0)
    expect(page.locator("form[action$='/wachtlijst/'] button")).to_be_visible()

    page = open_offer(first)
    offered = first.path
    first.check("waitlist-offer")
    open_reader(FIRST, size="desk").open(offered).check("waitlist-offer")
    first.send(page.locator("main button[value=no]"))
    expect(page.locator(".messages .callout--ok")).to_be_visible()
    first.open(offered)
    expect(page.locator("h1")).to_have_text("Dit aanbod is voorbij")
    first.check("waitlist-offer-over")

    expect(row(open_mine(outsider))).to_have_count(0)
    page = open_offer(second)
    second.send(page.locator("main button[value=yes]"))
    expect(row(page).get_by_text("Zeg mijn plek af")).to_be_visible()
    second.open(session)
    expect(page.locator("main .tag--ok")).to_be_visible()
    outsider.open(session)
    expect(outsider.page.locator("form[action$='/wachtlijst/'] button")).to_be_visible()
