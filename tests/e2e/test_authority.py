"""An assessor on a phone: 14 criteria, what may be signed and what not, and authority that ends while a form is open."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenReader, TakeModule
from tests.e2e.modules import OwnModule
from tests.e2e.reader import Reader

SANNE, ASSESSOR, ADMINISTRATOR = "sanne@maasdal.example", "beoordelaar@maasdal.example", "beheer@maasdal.example"
AUTHORISED, UNAUTHORISED, ENDING = "wound", "mouth", "lift"  # what the demo's assessor may judge, and what not
TOO_SMALL_FOR_A_THUMB = """(buttons) => buttons.map((button) => button.getBoundingClientRect())
  .filter((box) => !(Math.min(box.width, box.height) >= 44)).map((box) => [box.width, box.height])"""
FEEDBACK = "Maak de volgende keer eerst je handen schoon."


def ask(reader: Reader, module: OwnModule) -> None:
    """Start a module with one assignment and ask for an assessor."""
    reader.open(module.path).page.locator("form[action$='/start/'] button").click()
    reader.page.wait_for_url(re.compile(r"/leren/"))
    reader.page.locator("#actionbar button").click()
    expect(reader.page.locator("#actionbar button")).to_have_count(0)


def item(reader: Reader, module: OwnModule) -> Locator:
    return reader.page.locator(".inbox__item", has_text=module.title)


def judge(reader: Reader, *, missed: int | None, decision: str) -> None:
    criteria = reader.page.locator(".criterion-field")
    expect(criteria).to_have_count(14)
    for number in range(14):
        score = "not_met" if number == missed else "met"
        criteria.nth(number).locator(f"label:has(input[value={score}])").click()
    reader.page.locator(f"label:has(input[name=decision][value={decision}])").click()
    reader.page.locator("main form button[type=submit]").click()


def test_fourteen_criteria_with_one_thumb(open_reader: OpenReader, take_module: TakeModule):
    module = take_module(AUTHORISED)
    learner = open_reader(SANNE)
    learner.open(module.path).check("module-with-proof")
    expect(learner.page.locator("#aantonen")).to_be_visible()
    ask(learner, module)

    assessor = open_reader(ASSESSOR)
    assessor.allow("status of 422", "status of 409")
    page = assessor.open("/beoordelen/").page
    expect(item(assessor, module).locator(".inbox__may")).to_be_visible()
    assessor.check("inbox")
    item(assessor, module).locator("a").click()
    expect(page.locator(".criterion-field")).to_have_count(14)
    assert page.locator(".score").evaluate_all(TOO_SMALL_FOR_A_THUMB) == []
    assessor.check("fourteen-criteria")
    page.locator("textarea[name=feedback]").fill(FEEDBACK)
    judge(assessor, missed=1, decision="competent")
    expect(page.locator(".errors")).to_contain_text("Maakt de handen schoon")
    expect(page.locator("textarea[name=feedback]")).to_have_value(FEEDBACK)
    expect(page.locator(".criterion-field").nth(1).locator("input[value=not_met]")).to_be_checked()
    assessor.check("fourteen-criteria-refused")
    judge(assessor, missed=None, decision="competent")
    expect(page).to_have_url(re.compile("/beoordelen/$"))
    expect(item(assessor, module)).to_have_count(0)
    page.go_back()
    page.reload()  # sends the form that was refused once more: who comes second reads that it was signed
    expect(page.locator("main form")).to_have_count(0)
    assessor.check("signed-already")


def test_without_authority_the_inbox_says_why(open_reader: OpenReader, take_module: TakeModule, size: str):
    module = take_module(UNAUTHORISED)
    ask(open_reader(SANNE), module)
    assessor = open_reader(ASSESSOR, size=size)
    assessor.open("/beoordelen/")
    expect(item(assessor, module).locator(".inbox__why")).to_contain_text("Mondzorg")
    expect(item(assessor, module).locator("a")).to_have_count(0)
    assessor.check("inbox-without-authority")


def test_nobody_finds_themselves_in_the_inbox(open_reader: OpenReader, take_module: TakeModule):
    module = take_module(AUTHORISED)
    ask(open_reader(ASSESSOR), module)
    assessor = open_reader(ASSESSOR)
    assessor.open("/beoordelen/")
    expect(assessor.page.locator("h1")).to_be_visible()
    expect(item(assessor, module)).to_have_count(0)


def test_authority_that_ends_while_the_form_is_open(open_reader: OpenReader, take_module: TakeModule):
    module = take_module(ENDING)
    ask(open_reader(SANNE), module)
    assessor = open_reader(ASSESSOR)
    assessor.allow("status of 422")
    assessor.open("/beoordelen/")
    item(assessor, module).locator("a").click()
    assessor.page.locator("textarea[name=feedback]").fill(FEEDBACK)

    administrator = open_reader(ADMINISTRATOR, size="desk")
    desk = administrator.open("/beheer/beoordelaars/").page
    administrator.check("authorities")
    desk.locator("li", has_text="Demir").filter(has_text=re.compile("tillift", re.IGNORECASE)).locator("a").click()
    administrator.check("authority-end")
    desk.locator("input[name=last_day]").fill((timezone.localdate() - timedelta(days=1)).isoformat())
    desk.locator("main form button[type=submit]").click()
    expect(desk).to_have_url(re.compile("/beheer/beoordelaars/$"))

    judge(assessor, missed=None, decision="competent")
    expect(assessor.page.locator(".errors")).to_be_visible()
    assessor.check("authority-ended")
    assessor.open("/beoordelen/")
    expect(item(assessor, module).locator(".inbox__why")).to_be_visible()

    desk.locator("a[href='/beheer/beoordelaars/nieuw/']").click()
    administrator.check("authority-choose")
    desk.locator("input[role=combobox]").press_sequentially("til")
    desk.locator("[role=option]", has_text=re.compile("tillift", re.IGNORECASE)).first.click()
    desk.wait_for_url(re.compile("competency="))
    administrator.check("authority-give")
    desk.locator("select[name=person]").select_option(label="Fatma Demir")
    desk.locator("main form button[type=submit]").click()
    expect(desk).to_have_url(re.compile("/beheer/beoordelaars/$"))
    assessor.open("/beoordelen/")
    item(assessor, module).locator("a").click()
    judge(assessor, missed=None, decision="competent")
    expect(assessor.page).to_have_url(re.compile("/beoordelen/$"))
