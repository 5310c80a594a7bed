"""A manager finds in two clicks who may not do a task tomorrow; and the carer sees that somebody looked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

MANAGER, SANNE = "leidinggevende@maasdal.example", "sanne@maasdal.example"
NOT_IN_ORDER = "tbody tr:has(td .tag--warn .icon) th a"


def find_who_may_not(manager: Reader) -> None:
    page = manager.open("/mijn/").page
    manager.click(page.locator("a[href$='/team/?dag=morgen']"))
    expect(page.locator("main tbody tr").first).to_be_visible()
    manager.check("team-tasks")
    manager.click(page.locator(NOT_IN_ORDER).first)
    expect(page.locator("#samen")).to_contain_text("morgen")
    manager.check("team-task")


def test_a_manager_finds_in_two_clicks_who_may_not_do_a_task_tomorrow(open_reader: OpenReader, size: str):
    manager = open_reader(MANAGER, size=size)
    find_who_may_not(manager)
    assert manager.clicks == 2
    first = manager.page.locator("main ul.rows > li").first
    expect(first.locator(".tag--ok")).to_have_count(0)
    expect(first.locator("a")).to_have_attribute("href", re.compile("/team/mensen/"))
    first.locator("a").click()
    expect(manager.page.locator("#waarom")).to_be_visible()
    expect(manager.page.locator("#opdag")).to_contain_text("morgen")
    manager.check("team-why")


@pytest.mark.looks
def test_a_manager_needs_no_mouse(open_reader: OpenReader):
    manager = open_reader(MANAGER, size="desk")
    page = manager.open("/team/?dag=morgen").page
    # From behind the day: inside a date field the browser itself draws the focus, on its parts.
    page.locator("main form button[type=submit]").focus()
    manager.tab_to(page.locator(NOT_IN_ORDER).first)
    manager.press("Enter")
    expect(page.locator("#samen")).to_contain_text("morgen")
    page.locator("main form button[type=submit]").focus()
    manager.tab_to(page.locator("main ul.rows > li a").first)
    manager.press("Enter")
    expect(page.locator("#waarom")).to_be_visible()


def test_a_carer_reads_how_it_stands_and_who_looked(open_reader: OpenReader, size: str):
    find_who_may_not(open_reader(MANAGER, size=size))
    carer = open_reader(SANNE, size=size)
    page = carer.open("/mijn/vaardigheden/").page
    hills = page.locator("svg.hillmap:visible").first
    expect(hills).to_be_visible()
    carer.check("portfolio")
    carer.tab_to(hills.locator("a").first)
    name = hills.locator("a title").first.text_content() or ""
    carer.press("Enter")
    expect(page.locator("h1")).to_have_text(name.partition(":")[0])
    carer.check("why")
    carer.open("/mijn/gegevens/inzage/")
    expect(page.locator("main ul.rows > li").first).to_be_visible()
    carer.check("looks")


@pytest.mark.parametrize("path", ["/team/", "/team/modules/"])
def test_who_leads_nobody_finds_a_closed_door(open_reader: OpenReader, path: str):
    reader = open_reader(SANNE)
    reader.allow("status of 403")
    reader.open(path)
    expect(reader.page.locator("main table")).to_have_count(0)
