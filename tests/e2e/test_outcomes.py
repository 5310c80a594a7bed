"""An author says what a module proves: three letters, a level, how people show it; by keyboard and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.modules import OwnModule
from tests.e2e.reader import Reader

AUTHOR = "auteur@maasdal.example"
OURS = ".lxp-proof"


def open_editor(reader: Reader, title: str) -> Page:
    page = reader.open("/admin/modules/?ordering=-latest_revision_created_at").page
    page.get_by_role("link", name=title, exact=True).first.click()
    page.wait_for_url(re.compile("/edit/"))
    expect(page.locator(".c-sf-add-button").first).to_be_attached()  # the editor is awake
    return page


def test_three_letters_a_level_and_a_kind(open_reader: OpenReader, small: OwnModule, size: str):
    author = open_reader(AUTHOR, size=size)
    author.allow("status of 422")
    page = open_editor(author, small.title)
    tab = page.locator("[role=tab]").nth(2)
    tab.click()
    panel = page.locator(f"section{tab.get_attribute('href')}")
    panel.locator("a.button").click()
    page.wait_for_url(re.compile("/bewijs/$"))
    author.check(f"outcomes-empty-{size}", only=OURS)

    box = page.locator("input[role=combobox]")
    box.focus()
    page.keyboard.type("han")
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    expect(page.locator(OURS).locator("[role=status]")).not_to_be_empty()
    author.check(f"outcomes-found-{size}", only=OURS)
    author.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "-")
    author.press("Escape")
    expect(options.first).to_be_hidden()
    author.press("ArrowDown")
    chosen = options.first.locator("strong").inner_text()
    author.press("Enter")
    page.wait_for_url(re.compile("competency="))
    expect(page.get_by_role("heading", name=chosen)).to_be_visible()

    page.locator("input[name=level][value='4']").check()
    page.locator("input[name=kind][value=test]").check()
    page.locator("form.lxp-outcome button[type=submit]").click()
    expect(page.locator("#fouten")).to_be_visible()
    author.check(f"outcome-refused-{size}", only=OURS)
    page.locator("input[name=level][value='2']").check()
    page.locator("form.lxp-outcome button[type=submit]").click()
    page.wait_for_url(re.compile("/bewijs/$"))
    expect(page.locator(".lxp-outcomes li")).to_have_count(1)
    expect(page.locator(".lxp-outcomes li")).to_contain_text(chosen)
    author.check(f"outcomes-listed-{size}", only=OURS)
    page.locator(".lxp-outcomes button[name=remove]").click()
    expect(page.locator(".lxp-outcomes li")).to_have_count(0)


def test_the_same_without_javascript(open_reader: OpenReader, small: OwnModule):
    number = re.findall(r"/pages/(\d+)/", open_editor(open_reader(AUTHOR, size="desk"), small.title).url)[0]
    author = open_reader(AUTHOR, size="desk", java_script_enabled=False)
    page = author.open(f"/admin/modules/{number}/bewijs/?q=handen").page
    page.locator(".finder__found a").first.press("Enter")
    page.locator("input[name=level][value='1']").check()
    page.locator("input[name=kind][value=reading]").check()
    page.locator("form.lxp-outcome button[type=submit]").click()
    expect(page.locator(".lxp-outcomes li")).to_have_count(1)
