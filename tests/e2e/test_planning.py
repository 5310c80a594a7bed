"""The coordinator of the skillslab: from the week, by what people need, to a series that is open for booking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

COORDINATOR, CARER = "bram.wouters@dichtbij.example", "anja.akkermans@dichtbij.example"
SKILLS = {
    "phone": "Blaaskatheter inbrengen: praktijk",
    "desk": "Subcutaan injecteren: praktijk",
}  # each width one of its own
PROPOSED = "input[name=moment]"


def see_what_people_need(coordinator: Reader) -> Locator:
    """Steps 1 and 2: the week has no clashes, and says what is needed. The part of the page about one skill."""
    page = coordinator.open("/p/skillslab/beheer/week/").page
    expect(page.locator("#samen")).to_contain_text("0 botsingen")
    coordinator.check("week")
    coordinator.click(page.get_by_role("link", name="Vraag", exact=True).first)
    name = page.get_by_role("heading", name=SKILLS[coordinator.size], exact=True)
    expect(name).to_be_visible()
    coordinator.check("demand")
    return page.locator("section.panel", has=name)


def test_a_coordinator_plans_for_what_people_need(open_reader: OpenReader, size: str):
    coordinator = open_reader(COORDINATOR, size=size)
    page, line = coordinator.page, see_what_people_need(coordinator)
    coordinator.click(line.get_by_role("link", name=re.compile("^Plan ")))
    expect(page.locator(PROPOSED).first).to_be_checked()
    coordinator.check("series-proposal")
    coordinator.send(page.get_by_role("button", name="Bewaar, en open later"))
    expect(page).to_have_url(re.compile("/reeksen/"))
    expect(page.locator("main ul.rows > li .tag").first).to_have_text("Nog niet zichtbaar")
    give_places(coordinator)
    coordinator.send(page.get_by_role("button", name="Open voor boeken"))
    expect(page.locator("main ul.rows > li .tag").first).to_have_text("Open om te boeken")
    expect(page.get_by_role("button", name="Open voor boeken")).to_have_count(0)
    coordinator.check("series-open")


def give_places(coordinator: Reader) -> None:
    """Step 4: the sum is checked, and nothing is kept while it is wrong."""
    page = coordinator.page
    places = {"phone": 12, "desk": 8}[coordinator.size]
    page.get_by_label("Bewaard voor Zorggroep Maasdal").fill("2")
    page.get_by_label("Bewaard voor Thuiszorg Dichtbij").fill("4")
    page.get_by_label("Plekken voor iedereen", exact=True).fill("1")
    coordinator.allow("status of 422")
    coordinator.send(page.get_by_role("button", name="Bewaar deze plekken"))
    expect(page.locator(".errors")).to_contain_text(f"{places} plekken")
    coordinator.check("series-places")
    page.get_by_label("Plekken voor iedereen", exact=True).fill(str(places - 6))
    coordinator.send(page.get_by_role("button", name="Bewaar deze plekken"))
    expect(page.locator("main ul.rows > li").first).to_contain_text("bewaarde plekken tot")


@pytest.mark.looks
def test_a_coordinator_needs_no_mouse_to_get_a_proposal(open_reader: OpenReader):
    coordinator = open_reader(COORDINATOR, size="desk")
    page = coordinator.open("/p/skillslab/beheer/week/").page
    page.locator("main a").first.focus()
    coordinator.tab_to(page.get_by_role("link", name="Plan een reeks").first)
    coordinator.press("Enter")
    expect(page.locator("#id_count")).to_be_visible()
    page.locator("#id_session_type").select_option(label="Reanimeren met AED")
    page.locator("#id_weekdays_0").focus()
    coordinator.tab_to(page.get_by_role("button", name="Stel datums voor"))
    coordinator.press("Enter")
    expect(page.locator(PROPOSED).first).to_be_checked()
    page.locator(PROPOSED).first.focus()
    coordinator.press("Space")
    expect(page.locator(PROPOSED).first).not_to_be_checked()


def test_the_figures_of_a_month_are_a_page_and_two_files(open_reader: OpenReader, size: str):
    coordinator = open_reader(COORDINATOR, size=size)
    page = coordinator.open("/p/skillslab/beheer/week/").page
    coordinator.click(page.get_by_role("link", name="Cijfers van de maand").first)
    coordinator.click(page.get_by_role("link", name="Maand erna"))
    expect(page.locator("h1")).to_have_text("Cijfers")
    coordinator.check("month")
    with page.expect_download() as download:
        page.get_by_role("link", name="Als werkmap (XLSX)").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_who_coordinates_nothing_finds_a_closed_door(open_reader: OpenReader):
    reader = open_reader(CARER)
    reader.allow("status of 403")
    reader.open("/p/skillslab/beheer/week/")
    expect(reader.page.locator("main table")).to_have_count(0)
