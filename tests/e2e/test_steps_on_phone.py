"""Somebody goes through a card one step at a time, is called away, goes on and shares it; signed in, they keep what is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader

CARD, OTHER = "/i/lopen-met-een-rollator/", "/i/genoeg-drinken/"
VOLUNTEER = "vrijwilliger@dichtbij.example"
PHONE = {"has_touch": True, "is_mobile": True}
# A finger goes over the steps from one side of the screen to the other.
SWIPE = """([list, from, to]) => {
  for (const [name, x] of [["touchstart", from], ["touchend", to]]) {
    const touch = new Touch({ identifier: 1, target: list, clientX: x, clientY: 300 });
    const touches = name === "touchstart" ? [touch] : [];
    list.dispatchEvent(new TouchEvent(name, { bubbles: true, touches, changedTouches: [touch] }));
  }
}"""
KEPT = "Object.keys(localStorage)"
COPIED = "navigator.share = undefined; navigator.clipboard.writeText = (text) => { window.copied = text; }"


def shown(page: Page) -> list[str]:
    """The numbers of the steps that are on the screen."""
    return [each.inner_text() for each in page.locator(".step__n").all() if each.is_visible()]


def swipe(steps: Locator, start: int, end: int) -> None:
    steps.evaluate(f"(list, [from, to]) => ({SWIPE})([list, from, to])", [start, end])


@pytest.mark.looks
@pytest.mark.parametrize(("language", "forwards"), [("nl", (300, 60)), ("ar", (60, 300))])
def test_one_step_at_a_time_by_buttons_keys_and_swiping(
    open_reader: OpenReader, language: str, forwards: tuple[int, int]
) -> None:
    reader = open_reader(locale=language, **PHONE).open(CARD)
    page, steps = reader.page, reader.page.locator("ol.steps")
    every = shown(page)
    assert len(every) > 3
    assert page.evaluate(KEPT) == []

    page.locator("[data-one]").click()
    assert (shown(page), page.evaluate(KEPT)) == (["1"], [])
    page.locator("[data-next]").click()
    expect(page.locator("#stap2 h3")).to_be_focused()
    assert (shown(page), page.evaluate(KEPT)) == (["2"], ["uitleg-stappen"])
    reader.check(f"one-step-{language}")
    swipe(steps, *forwards)
    assert shown(page) == ["3"]
    swipe(steps, *reversed(forwards))
    assert shown(page) == ["2"]
    page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
    expect(page.locator("#stap3 h3")).to_be_focused()
    page.locator("[data-one]").click()
    assert shown(page) == every

    page.reload()
    assert shown(page) == every
    expect(page.locator("[data-one]")).to_contain_text("3")
    page.locator("[data-one]").click()
    assert shown(page) == ["3"]
    page.emulate_media(media="print")
    assert len(page.locator(".step:visible").all()) == len(every)
    page.emulate_media(media="screen")
    page.locator("[data-finished]").click()
    reader.open(OTHER).page.locator("offline-save button").click()
    expect(page.locator("offline-save [data-done]")).to_be_visible()
    reader.open(f"/{language}/uitleg/bewaard/")
    expect(page.locator("saved-list li")).to_have_count(2)
    expect(page.locator("saved-list [data-done]:visible")).to_have_count(1)
    expect(page.locator("saved-list time:visible")).to_have_count(1)
    reader.check(f"kept-{language}")

    reader.click("[data-wipe]")
    expect(page.locator("[data-wiped]")).to_be_visible()
    assert page.evaluate(KEPT) == []
    assert reader.context.cookies() == []


def test_without_scripts_all_steps_are_there_and_the_link_to_share(open_reader: OpenReader) -> None:
    reader = open_reader(java_script_enabled=False).open(CARD)
    page = reader.page
    assert len(shown(page)) > 3
    assert [page.locator(name).first.is_visible() for name in ("[data-one]", "[data-bar]", "[data-finish]")] == [
        False
    ] * 3
    page.locator(".share summary").click()
    expect(page.locator(".share .qr")).to_be_visible()
    expect(page.locator(".share bdi")).to_contain_text(CARD)


def test_what_was_done_on_a_phone_goes_into_an_account_with_one_button(open_reader: OpenReader) -> None:
    reader = open_reader(VOLUNTEER).open(CARD)
    page = reader.page
    title = page.locator("h1").inner_text()
    page.locator("[data-finished]").click()
    page.evaluate(COPIED)
    page.locator(".share summary").click()
    page.locator("share-link button").click()
    expect(page.locator("share-link [data-copied]")).to_be_visible()
    assert page.evaluate("window.copied") == f"{reader.address}{CARD}"

    reader.open("/nl/uitleg/bewaard/").send("a[href='/mijn/uitleg/']")
    expect(page.locator("kept-here li")).to_have_count(1)
    reader.check("kept-before")
    reader.send("kept-here button[type=submit]")
    mine = page.locator("main ul.rows").first
    expect(mine.get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(mine).to_contain_text("Gedaan op")
    expect(page.get_by_text("Alles wat op dit apparaat staat, staat in je account.")).to_be_visible()
    expect(page.locator("kept-here form")).to_be_hidden()
    reader.check("kept-after")
    reader.send(mine.locator("button[name=drop]"))
    expect(page.locator("button[name=drop]")).to_have_count(0)
