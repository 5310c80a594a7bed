"""An assessor on a phone: 14 criteria, what may be signed and what not, and authority that ends while a form is open."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.practicals import load_practical
from tests.e2e.reader import Reader

SANNE, ASSESSOR, ADMINISTRATOR = "sanne@maasdal.example", "beoordelaar@maasdal.example", "beheer@maasdal.example"
AUTHORISED, UNAUTHORISED = "wond-verzorgen", "mondzorg"  # what the demo's assessor may judge, and what not
FEEDBACK = "Maak de volgende keer eerst je handen schoon."


def ask(reader: Reader, path: str) -> None:
    """Start a module with one assignment and ask for an assessor."""
    reader.open(path).page.locator("form[action$='/start/'] button").click()
    reader.page.wait_for_url(re.compile(r"/leren/"))
    reader.page.locator("#actionbar button").click()
    expect(reader.page.locator("#actionbar button")).to_have_count(0)


def item(reader: Reader, title: str) -> Locator:
    return reader.page.locator(".inbox__item", has_text=title)


def judge(reader: Reader, *, missed: int | None, decision: str) -> None:
    criteria = reader.page.locator(".criterion-field")
    expect(criteria).to_have_count(14)
    for number in range(14):
        score = "not_met" if number == missed else "met"
        criteria.nth(number).locator(f"label:has(input[value={score}])").click()
    reader.page.locator(f"label:has(input[name=decision][value={decision}])").click()
    reader.page.locator("main form button[type=submit]").click()


def test_fourteen_criteria_with_one_thumb(open_reader: OpenReader, demo: Demo, tmp_path: Path):
    title = "Wond verzorgen met 14 punten"
    path = load_practical(demo, tmp_path, "praktijk-veertien", title, AUTHORISED)
    learner = open_reader(SANNE)
    learner.open(path).check("module-with-proof")
    expect(learner.page.locator("#aantonen")).to_be_visible()
    ask(learner, path)

    assessor = open_reader(ASSESSOR)
    assessor.allow("status of 422", "status of 409")
    page = assessor.open("/beoordelen/").page
    expect(item(assessor, title).locator(".inbox__may")).to_be_visible()
    assessor.check("inbox")
    item(assessor, title).locator("a").click()
    for score in page.locator(".score").all():
        box = score.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44
    assessor.check("fourteen-criteria")
    page.locator("textarea[name=feedback]").fill(FEEDBACK)
    judge(assessor, missed=1, decision="competent")
    expect(page.locator(".errors")).to_contain_text("Maakt de handen schoon")
    expect(page.locator("textarea[name=feedback]")).to_have_value(FEEDBACK)
    expect(page.locator(".criterion-field").nth(1).locator("input[value=not_met]")).to_be_checked()
    assessor.check("fourteen-criteria-refused")
    judge(assessor, missed=None, decision="competent")
    expect(page).to_have_url(re.compile("/beoordelen/$"))
    expect(item(assessor, title)).to_have_count(0)
    page.go_back()
    page.reload()  # sends the form that was refused once more: who comes second reads that it was signed
    expect(page.locator("main form")).to_have_count(0)
    assessor.check("signed-already")


def test_without_authority_the_inbox_says_why(open_reader: OpenReader, demo: Demo, tmp_path: Path, size: str):
    title = f"Mondzorg in de praktijk {size}"
    path = load_practical(demo, tmp_path, f"mondzorg-praktijk-{size}", title, UNAUTHORISED)
    ask(open_reader(SANNE), path)
    assessor = open_reader(ASSESSOR, size=size)
    assessor.open("/beoordelen/")
    expect(item(assessor, title).locator(".inbox__why")).to_contain_text("Mondzorg")
    expect(item(assessor, title).locator("a")).to_have_count(0)
    assessor.check("inbox-without-authority")


def test_nobody_finds_themselves_in_the_inbox(open_reader: OpenReader, demo: Demo, tmp_path: Path):
    title = "Wond verzorgen door de beoordelaar"
    ask(open_reader(ASSESSOR), load_practical(demo, tmp_path, "praktijk-zelf", title, AUTHORISED))
    assessor = open_reader(ASSESSOR)
    assessor.open("/beoordelen/")
    expect(assessor.page.locator("h1")).to_be_visible()
    expect(item(assessor, title)).to_have_count(0)


def test_authority_that_ends_while_the_form_is_open(open_reader: OpenReader, demo: Demo, tmp_path: Path):
    title = "Tillift in de praktijk"
    path = load_practical(demo, tmp_path, "praktijk-tillift", title, "tillift")
    ask(open_reader(SANNE), path)
    assessor = open_reader(ASSESSOR)
    assessor.allow("status of 422")
    assessor.open("/beoordelen/")
    item(assessor, title).locator("a").click()
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
    expect(item(assessor, title).locator(".inbox__why")).to_be_visible()

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
    item(assessor, title).locator("a").click()
    judge(assessor, missed=None, decision="competent")
    expect(assessor.page).to_have_url(re.compile("/beoordelen/$"))
