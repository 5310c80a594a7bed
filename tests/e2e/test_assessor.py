"""A learner asks for an assessor; the assessor judges on a phone and signs; the learner sees it."""

from __future__ import annotations

import re
import time
from email.message import Message

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.modules import OwnModule
from tests.e2e.reader import Reader

SANNE, ASSESSOR = "sanne@maasdal.example", "beoordelaar@maasdal.example"
MAIL_SECONDS = 30
FEEDBACK = "Kijk de volgende keer eerst op de lijst."


def ask(learner: Reader) -> None:
    learner.page.locator("#actionbar button").click()
    expect(learner.page.locator("#actionbar button")).to_have_count(0)


def open_request(assessor: Reader, module: OwnModule) -> None:
    page = assessor.open("/mijn/").page
    page.locator(".tabbar a[href='/beoordelen/']").click()
    assessor.check("assess-list")
    page.locator(".inbox__item", has_text=module.title).locator("a").click()
    expect(page.locator(".criterion-field").first).to_be_visible()
    assessor.check("assess-form")


def judge(assessor: Reader, *, missed: int | None, decision: str) -> None:
    """Every criterion met but the missed one, and the judgement; then sign."""
    page = assessor.page
    criteria = page.locator(".criterion-field")
    for number in range(criteria.count()):
        score = "not_met" if number == missed else "met"
        criteria.nth(number).locator(f"label:has(input[value={score}])").click()
    page.locator(f"label:has(input[name=decision][value={decision}])").click()
    page.locator("main form button[type=submit]").click()


def mail_about(demo: Demo, title: str) -> Message:
    """The mail that names a module; it goes right after the answer."""
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        for mail in demo.mails(SANNE):
            words = mail.get_payload(0).get_payload(decode=True) if mail.is_multipart() else b""
            if title in words.decode():
                return mail
        time.sleep(0.2)
    raise AssertionError(f"No mail about {title}.")


def test_a_critical_criterion_decides(open_reader: OpenReader, demo: Demo, assignment: OwnModule):
    learner = open_reader(SANNE)
    learner.open(assignment.path).page.locator("form[action$='/start/'] button").click()
    learner.page.locator("#actionbar .btn:not(.btn--line)").click()
    expect(learner.page).to_have_url(re.compile(r"/2/$"))
    learner.check("assignment")
    ask(learner)
    learner.check("assignment-waiting")

    assessor = open_reader(ASSESSOR)
    assessor.allow("status of 422")
    open_request(assessor, assignment)
    assessor.page.locator("main form button[type=submit]").click()  # the browser itself holds it back
    judge(assessor, missed=1, decision="competent")
    expect(assessor.page.locator(".errors")).to_be_focused()
    expect(assessor.page.locator(".errors")).to_contain_text("Controleert de dosis")
    assessor.check("assess-refused")
    learner.page.reload()
    expect(learner.page.locator(".callout--ok")).to_have_count(0)

    assessor.page.locator("textarea[name=feedback]").fill(FEEDBACK)
    judge(assessor, missed=1, decision="not_yet")
    expect(assessor.page).to_have_url(re.compile("/beoordelen/$"))
    expect(assessor.page.locator(".inbox__item", has_text=assignment.title).locator("a")).to_have_count(0)
    learner.page.reload()
    expect(learner.page.get_by_text(FEEDBACK)).to_be_visible()
    learner.check("assignment-not-yet")
    assert mail_about(demo, assignment.title).get_content_type() == "multipart/alternative"

    ask(learner)
    open_request(assessor, assignment)
    judge(assessor, missed=None, decision="competent")
    expect(assessor.page).to_have_url(re.compile("/beoordelen/$"))
    assessor.check("assess-signed")
    learner.page.reload()
    expect(learner.page.locator("#assignment .callout--ok")).to_be_visible()
    learner.check("assignment-competent")
    learner.page.locator("#actionbar .btn:not(.btn--line)").click()
    expect(learner.page).to_have_url(re.compile("/klaar/$"))


@pytest.mark.looks
def test_an_assessor_needs_no_mouse(open_reader: OpenReader, assignment: OwnModule):
    learner = open_reader(SANNE)
    learner.open(assignment.path).page.locator("form[action$='/start/'] button").click()
    learner.page.locator("#actionbar .btn:not(.btn--line)").click()
    learner.page.wait_for_url(re.compile(r"/2/$"))
    ask(learner)
    assessor = open_reader(ASSESSOR, size="desk")
    page = assessor.open("/beoordelen/").page
    assessor.tab_to(page.locator(".inbox__item", has_text=assignment.title).locator("a"))
    assessor.press("Enter")
    expect(page.locator(".criterion-field").first).to_be_visible()
    for number in range(page.locator(".criterion-field").count()):
        assessor.tab_to(page.locator(".criterion-field").nth(number).locator("input").first)
        assessor.press("Space")
    assessor.tab_to(page.locator("input[name=decision]").first)
    assessor.press("Space")
    assessor.tab_to(page.locator("main form button[type=submit]"))
    assessor.press("Enter")
    expect(page).to_have_url(re.compile("/beoordelen/$"))
    expect(page.locator(".inbox__item", has_text=assignment.title).locator("a")).to_have_count(0)


def test_who_is_no_assessor_finds_a_closed_door(open_reader: OpenReader):
    reader = open_reader(SANNE)
    reader.allow("status of 403")
    reader.open("/beoordelen/").check("forbidden")
    expect(reader.page.locator("main form")).to_have_count(0)
