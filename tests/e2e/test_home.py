"""A carer opens the home: everything that matters is on one screen of a small phone, and there is one thing to do next."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader
from tests.e2e.modules import OwnModule

SANNE = "sanne@maasdal.example"
SMALL_PHONE = {"width": 360, "height": 740}
KINDS = ["overdue", "expiring", "booked", "asked", "resume"]
# What is on the first screen of a phone, above the menu at its foot: the kinds from top to bottom.
ON_FIRST_SCREEN = """() => {
  const foot = document.querySelector(".tabbar").getBoundingClientRect().top;
  return [...document.querySelectorAll("[data-kind]")]
    .filter((item) => item.checkVisibility() && item.getBoundingClientRect().bottom <= foot)
    .map((item) => item.dataset.kind);
}"""


def test_one_small_screen_has_all_that_matters(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE, viewport=SMALL_PHONE)
    page = reader.open(small.path).page
    page.locator("form[action$='/start/'] button").click()
    page.wait_for_url(re.compile(r"/leren/.*/\d+/$"))
    reader.open("/mijn/")
    seen = page.evaluate(ON_FIRST_SCREEN)
    step, *rows = seen
    assert step == "overdue"
    assert rows == sorted(rows, key=KINDS.index)
    assert {"expiring", "resume"} <= set(rows)
    assert page.evaluate("scrollY") == 0
    expect(page.locator("main .btn:not(.btn--line)")).to_have_count(1)
    reader.check_width("home")


@pytest.mark.looks
def test_the_home_by_keyboard_leads_to_what_is_best_now(open_reader: OpenReader, size: str):
    reader = open_reader(SANNE, size=size)
    page = reader.open("/mijn/").page
    reader.check("home")
    button = page.locator("section.resume .btn")
    title = page.locator("section.resume h2").inner_text()
    reader.tab_to(button)
    reader.press("Enter")
    expect(page.locator("h1")).to_contain_text(title)
    reader.open("/mijn/")
    more = page.locator("details.more")
    if more.count():
        reader.tab_to(more.locator("summary"))
        reader.press("Enter")
        expect(more.locator("li").first).to_be_visible()
        reader.check("home-more")


def test_a_carer_chooses_which_mail_and_when(open_reader: OpenReader, size: str):
    reader = open_reader(SANNE, size=size)
    page = reader.open("/mijn/").page
    page.locator(".menu--avatar summary").click()
    page.locator("a.menu__item[href='/mijn/berichten/']").click()
    reader.check("my-mail")
    page.locator("select[name=hour]").select_option("14")
    news = page.locator("input[name=digest_kinds][value=news]")
    news.uncheck()
    reader.send("main form button[type=submit]")
    expect(page.locator("select[name=hour]")).to_have_value("14")
    expect(news).not_to_be_checked()
    news.check()
    reader.send("main form button[type=submit]")
    expect(news).to_be_checked()
