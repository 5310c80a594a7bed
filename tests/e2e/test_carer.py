"""A carer learns on a phone or a computer: few clicks, and nothing that was done is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.modules import OwnModule, write
from tests.e2e.reader import Reader

SANNE = "sanne@maasdal.example"
TON = "ton.hendriks@maasdal.example"
RIGHT, WRONG = "Ik doe hem af.", "Ik laat hem om."
QUESTIONS = 5
MOST_CLICKS = 7
DRAFT_MILLISECONDS = 600


# ── parts of the player ──


def main_button(page: Page) -> Locator:
    return page.locator("#actionbar .btn:not(.btn--line)")


def question(page: Page) -> Locator:
    """The form of the question that is asked now."""
    return page.locator("form.quiz")


def answered(page: Page) -> Locator:
    return page.locator("article[id^=question-]")


def start(reader: Reader, module: OwnModule) -> None:
    reader.open(module.path)
    reader.page.locator("form[action$='/start/'] button").click()
    expect(reader.page.locator("#actionbar")).to_be_visible()


def go_on(reader: Reader) -> None:
    """To the next activity, by the main button; the address changes."""
    here = reader.page.url
    reader.click(main_button(reader.page))
    reader.page.wait_for_url(lambda url: url != here)


def to_quiz(reader: Reader, module: OwnModule) -> None:
    start(reader, module)
    for _ in range(3):
        go_on(reader)
    expect(question(reader.page)).to_be_visible()


def choose(page: Page, option: str) -> None:
    question(page).get_by_text(option, exact=True).click()


def answer(page: Page, option: str = RIGHT) -> None:
    """Choose, check, and wait until the server has taken it."""
    before = answered(page).count()
    choose(page, option)
    main_button(page).click()
    expect(answered(page)).to_have_count(before + 1)


def finish_quiz(page: Page) -> None:
    for _ in range(QUESTIONS - answered(page).count()):
        answer(page)


def score(reader: Reader) -> str:
    """What stands on the page of the result."""
    expect(reader.page).to_have_url(re.compile(r"/klaar/$"))
    return reader.page.locator(".factrow").inner_text()


# ── the journey ──


def test_three_lessons_and_a_quiz_take_seven_clicks(open_reader: OpenReader, small: OwnModule, size: str):
    reader = open_reader(SANNE, size=size)
    page = reader.open("/mijn/").page
    reader.check("home")
    reader.clicks = 0
    menu = page.locator(".tabbar" if size == "phone" else ".masthead .nav")
    reader.click(menu.locator("a[href$='/ontdekken/'], a[href$='/discover/']"))
    reader.check("catalogue-signed-in")
    reader.click(page.get_by_role("link", name=small.title, exact=True))
    expect(page).to_have_url(re.compile(re.escape(small.path)))
    reader.check("module-before")
    reader.click("form[action$='/start/'] button")
    expect(page.locator("#actionbar")).to_be_visible()
    reader.check("lesson")
    for _ in range(3):
        go_on(reader)
    reader.check("quiz-question")
    answer(page, WRONG)
    feedback = answered(page).first
    expect(feedback.locator("[data-result=fout] .option__mark")).to_be_visible()
    expect(feedback.get_by_text("Zonder ring maak je de hele hand schoon.")).to_be_visible()
    expect(feedback.locator("[role=status]")).to_be_focused()
    reader.check("quiz-mistake")
    finish_quiz(page)
    reader.check("quiz-outcome")
    reader.click(main_button(page))
    assert "80" in score(reader)
    reader.check("result")
    assert reader.clicks <= MOST_CLICKS
    reader.open(small.path).check("module-after")
    reader.open("/leren/").check("my-learning")


def test_who_comes_back_goes_on_at_the_same_question(
    open_reader: OpenReader, sign_in: Callable[[str], Any], small: OwnModule
):
    first = open_reader(SANNE)
    to_quiz(first, small)
    answer(first.page)
    state = first.context.storage_state()
    first.context.close()
    second = open_reader(state=state, size="desk")
    second.open("/mijn/").check("home-under-way")
    more = second.page.locator("details.more summary")
    if more.count():
        more.click()
    second.page.locator("[data-kind=resume]", has_text=small.title).locator("a").click()
    expect(answered(second.page)).to_have_count(1)
    answer(second.page)
    second.context.close()
    third = open_reader(state=sign_in(SANNE))
    third.open(small.path).check("module-under-way")
    third.page.locator("a.btn[href^='/leren/']").click()
    expect(answered(third.page)).to_have_count(2)
    finish_quiz(third.page)
    go_on(third)
    assert "100" in score(third)


@pytest.mark.looks
def test_a_keyboard_is_enough(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE, size="desk")
    page = reader.open(small.path).page
    reader.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    reader.press("Enter")
    reader.tab_to(page.locator("form[action$='/start/'] button"))
    reader.press("Enter")
    for _ in range(3):
        page.locator("#actionbar").wait_for()
        here = page.url
        reader.tab_to(main_button(page))
        reader.press("Enter")
        page.wait_for_url(lambda url, here=here: url != here)
    for number in range(1, QUESTIONS + 1):
        reader.tab_to(question(page).locator("input[type=radio]").first)
        reader.press("ArrowDown" if number == 1 else "Space")
        reader.tab_to(main_button(page))
        reader.press("Enter")
        expect(answered(page)).to_have_count(number)
        expect(answered(page).last.locator("[role=status]")).to_be_focused()
    reader.tab_to(main_button(page))
    reader.press("Enter")
    assert "80" in score(reader)


# ── nothing is lost, nothing counts twice ──


def test_checking_twice_counts_once(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE)
    to_quiz(reader, small)
    choose(reader.page, RIGHT)
    main_button(reader.page).dblclick()
    expect(answered(reader.page)).to_have_count(1)
    reader.page.reload()
    expect(answered(reader.page)).to_have_count(1)
    finish_quiz(reader.page)
    go_on(reader)
    assert "100" in score(reader)


def test_two_tabs_on_one_question_keep_the_first_answer(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE)
    to_quiz(reader, small)
    other = reader.context.new_page()
    other.goto(reader.page.url)
    answer(reader.page, RIGHT)
    choose(other, WRONG)
    main_button(other).click()
    expect(answered(other)).to_have_count(1)
    expect(answered(other).first.locator("[data-result=goed]")).to_have_count(1)
    expect(answered(other).first.locator("[data-result=fout]")).to_have_count(0)
    finish_quiz(other)
    reader.page.reload()
    expect(answered(reader.page)).to_have_count(QUESTIONS)


def test_going_back_and_sending_again_counts_once(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE, java_script_enabled=False)
    to_quiz(reader, small)
    page = reader.page
    form = question(page)
    sent = {
        field.get_attribute("name"): field.get_attribute("value") for field in form.locator("input[type=hidden]").all()
    }
    sent["answer"] = form.get_by_label(RIGHT).get_attribute("value")
    action = form.get_attribute("action")
    choose(page, WRONG)
    main_button(page).click()
    expect(answered(page)).to_have_count(1)
    page.go_back()
    reader.context.request.post(f"{reader.address}{action}", form=sent)
    page.reload()
    expect(answered(page)).to_have_count(1)
    expect(answered(page).first.locator("[data-result=fout]")).to_have_count(1)


def test_what_is_done_without_a_connection_arrives_once(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE)
    start(reader, small)
    go_on(reader)
    go_on(reader)
    page = reader.page
    quiz = page.url.replace("/3/", "/4/")
    lesson = reader.context.new_page()
    lesson.goto(page.url)
    page.goto(quiz)
    reader.allow("ERR_INTERNET_DISCONNECTED")
    reader.context.set_offline(True)
    choose(page, RIGHT)
    main_button(page).click()
    expect(page.get_by_role("alert")).to_be_visible()
    reader.check("quiz-offline")
    main_button(lesson).click()
    expect(lesson.get_by_role("alert")).to_be_visible()
    reader.context.set_offline(False)
    expect(answered(page)).to_have_count(1)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(lesson.get_by_role("alert")).to_have_count(0)
    lesson.close()
    page.reload()
    expect(answered(page)).to_have_count(1)
    expect(page.locator(".segs .is-done")).to_have_count(3)
    finish_quiz(page)
    go_on(reader)
    assert "100" in score(reader)


def test_who_was_signed_out_loses_no_answer(
    open_reader: OpenReader, sign_in: Callable[[str], Any], sign_in_here: Callable[[Page, str], None], small: OwnModule
):
    reader = open_reader(state=sign_in(TON))
    to_quiz(reader, small)
    elsewhere = open_reader(state=sign_in(TON), size="desk")
    elsewhere.open("/account/sessions/").check("devices")
    elsewhere.send(elsewhere.page.locator("main form button[type=submit]").last)
    reader.allow("status of 401")
    choose(reader.page, RIGHT)
    main_button(reader.page).click()
    alert = reader.page.get_by_role("alert")
    expect(alert).to_be_visible()
    reader.check("quiz-signed-out")
    alert.get_by_role("link").click()
    sign_in_here(reader.page, TON)
    expect(answered(reader.page)).to_have_count(1)
    reader.page.reload()
    expect(answered(reader.page)).to_have_count(1)


def test_who_was_signed_out_without_scripts_loses_no_answer(
    open_reader: OpenReader, sign_in: Callable[[str], Any], sign_in_here: Callable[[Page, str], None], small: OwnModule
):
    reader = open_reader(state=sign_in(TON), java_script_enabled=False)
    to_quiz(reader, small)
    reader.context.clear_cookies(name="sessionid")
    choose(reader.page, RIGHT)
    main_button(reader.page).click()
    sign_in_here(reader.page, TON)
    expect(answered(reader.page)).to_have_count(1)


def test_words_that_were_typed_are_there_after_closing_the_tab(open_reader: OpenReader, reflection: OwnModule):
    reader = open_reader(SANNE)
    start(reader, reflection)
    address = reader.page.url
    reader.check("reflection")
    reader.page.clock.install()
    reader.page.locator("textarea").fill("Ik vond het lastig.")
    reader.page.clock.run_for(DRAFT_MILLISECONDS)
    reader.page.close()
    page = reader.page = reader.context.new_page()
    page.goto(address)
    expect(page.locator("textarea")).to_have_value("Ik vond het lastig.")
    go_on(reader)
    page.goto(address)
    expect(page.locator("textarea")).to_have_value("Ik vond het lastig.")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_everything_works_without_scripts(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE, java_script_enabled=False)
    to_quiz(reader, small)
    page = reader.page
    for number in range(QUESTIONS):
        choose(page, WRONG if number == 0 else RIGHT)
        main_button(page).click()
        expect(answered(page)).to_have_count(number + 1)
    main_button(page).click()
    assert "80" in score(reader)


@pytest.mark.parametrize("takes_it", [True, False])
def test_a_new_version_under_way_is_a_choice(
    open_reader: OpenReader, demo: Demo, small: OwnModule, takes_it: bool, tmp_path: Path
):
    reader = open_reader(SANNE)
    start(reader, small)
    go_on(reader)
    go_on(reader)
    write(tmp_path, small, summary="Een kortere samenvatting.", study_minutes=7)
    demo.command("load_library", str(tmp_path))
    page = reader.open(small.path).page
    take = page.locator("form[action$='/bijwerken/'] button")
    expect(take).to_be_visible()
    reader.check("module-new-version")
    if takes_it:
        take.click()
    else:
        page.locator("a.btn[href^='/leren/']").click()
    expect(page.locator("#actionbar")).to_be_visible()
    assert reader.path.endswith("/3/")
    expect(page.locator(".segs .is-done")).to_have_count(2)
    reader.open(small.path)
    expect(take).to_have_count(0 if takes_it else 1)
