"""Activities of Open edX: an author writes a poll, a learner votes and drags by keyboard, and nothing gets out of its frame.

What stands inside a frame is of the block's makers: axe looks at our page around it.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Frame, FrameLocator, Page, expect

from tests.e2e.conftest import OpenReader, TakeModule
from tests.e2e.modules import OwnModule
from tests.e2e.reader import Reader
from tests.e2e.test_author import open_editor, press, tab, unfold

AUTHOR, LEARNER = "auteur@maasdal.example", "sanne@maasdal.example"
FRAME = "xblock-frame iframe"
QUESTION = "Til je liever met een tilhulp?"
ZONES = {
    "Goes to the top": "top",
    "Goes to the middle": "middle",
    "Goes to the bottom": "bottom",
    "Goes anywhere": "top",
}
KEPT, DONE = "Bewaard", "Bewaard. Dit onderdeel is klaar."
ELSEWHERE = "https://example.org/"


def begin(reader: Reader, module: OwnModule) -> Page:
    page = reader.open(module.path).page
    reader.send("form[action$='/start/'] button")
    expect(page.locator(FRAME)).to_be_visible()
    return page


def go_on(reader: Reader) -> None:
    reader.send(reader.page.locator("#actionbar a.btn").last)


def drag(page: Page, frame: FrameLocator, item: str, zone: str) -> None:
    """Pick up and put down with the Enter key, and wait until the block was told: it draws itself anew then."""
    frame.locator(".item-bank .option", has_text=item).press("Enter")
    target = frame.locator(f".zone[data-uid={zone}]")
    with page.expect_response(re.compile("drop_item")):
        target.press("Enter")
    expect(target.locator(".option", has_text=item)).to_be_visible()


def test_a_vote_and_what_was_dragged_count(open_reader: OpenReader, take_module: TakeModule, size: str) -> None:
    reader = open_reader(LEARNER, size=size)
    page = begin(reader, take_module("blocks"))
    frame = page.frame_locator(FRAME)
    status = page.locator("[data-frame-status]")
    expect(frame.get_by_text("Til je alleen?")).to_be_visible()
    reader.check("xblocks-poll", without=[FRAME])

    frame.get_by_label("Nee", exact=True).press("Space")
    frame.locator("button.submit").press("Enter")
    expect(frame.locator(".poll-results")).to_be_visible()
    expect(status).to_have_text(DONE)
    expect(page.locator(".segs .is-done")).to_have_count(0)  # this part is where one is; the next page counts it

    go_on(reader)
    expect(page.locator(".segs .is-done")).to_have_count(1)
    expect(frame.locator(".zone[data-uid=top]")).to_be_visible()
    reader.check("xblocks-drag", without=[FRAME])
    for item, zone in ZONES.items():
        drag(page, frame, item, zone)
    expect(status).to_have_text(DONE)

    go_on(reader)
    go_on(reader)
    expect(page.locator("main")).to_contain_text("100")
    assert reader.path.endswith("/klaar/")
    reader.check("xblocks-result")


def frame_of(page: Page) -> Frame:
    """The frame itself, once its block is awake."""
    expect(page.frame_locator(FRAME).locator(".xblock[data-seen]")).to_be_attached()
    found = page.locator(FRAME).element_handle().content_frame()
    assert found is not None
    return found


@pytest.mark.looks
def test_a_script_of_a_block_reaches_nothing_around_it(open_reader: OpenReader, take_module: TakeModule) -> None:
    reader = open_reader(LEARNER)
    reader.allow(r"console: .*", r"third party: https://example\.org/")
    page = begin(reader, take_module("blocks"))
    page.goto(re.sub(r"/1/$", "/3/", page.url))
    frame = frame_of(page)

    seen = json.loads(frame.locator(".xblock").get_attribute("data-seen") or "")
    assert seen == {
        "parent": "SecurityError",
        "top": "SecurityError",
        "cookie": "SecurityError",
        "storage": "SecurityError",
        "origin": "null",
    }
    assert frame.locator(".xblock").get_attribute("data-words") == "</script><b>"

    read = "async (address) => fetch(address, {credentials: 'include'}).then(() => 'read', (fault) => fault.name)"
    assert frame.evaluate(read, f"{reader.address}/mijn/") == "TypeError"
    with page.expect_request(lambda request: request.url.endswith("/mijn/") and request.method == "POST") as sent:
        frame.evaluate(
            "(address) => fetch(address, {method: 'POST', mode: 'no-cors', credentials: 'include'})"
            ".then(() => 'sent', (fault) => fault.name)",
            f"{reader.address}/mijn/",
        )
    assert "cookie" not in sent.value.all_headers()

    refused = """(act) => new Promise((tell) => {
      document.addEventListener("securitypolicyviolation", (event) => tell(event.effectiveDirective), { once: true });
      Function("address", act)("https://example.org/");
    })"""
    assert frame.evaluate(refused, "fetch(address).catch(() => null)") == "connect-src"
    assert frame.evaluate(refused, "new Image().src = address") == "img-src"
    assert frame.evaluate("() => String(window.open('about:blank'))") == "null"
    away = "() => { try { window.top.location = 'https://example.org/'; return 'gone'; } catch (fault) { return fault.name; } }"
    assert frame.evaluate(away) == "SecurityError"
    assert page.url.startswith(reader.address)


def test_an_author_writes_a_poll_in_its_own_form(open_reader: OpenReader) -> None:
    author = open_editor(open_reader, AUTHOR)
    page = author.open("/admin/modules/nieuw/").page
    page.locator("details.lxp-choices summary").click()
    page.locator("select[name=topic]").select_option(label="Hygiëne")
    page.locator("button[name=starter][value=leeg]").click()
    page.wait_for_url(re.compile(r"/edit/"))
    page.locator("input[name=title]").fill("Met een peiling")
    page.locator("input[name=summary]").fill("Wat vind jij van tillen?")
    tab(page, "body-count")
    page.locator("button.c-sf-add-button").last.click()
    page.locator("[role=listbox] [role=option]").filter(has_text="Poll").first.click()
    unfold(page, "body-0-value-title")
    page.locator("input[name=body-0-value-title]").fill("Peiling")

    content = page.locator("xblock-content")
    content.get_by_role("button").click()
    form = content.frame_locator("iframe")
    expect(form.locator(".poll-answer-studio-item").first).to_be_visible()  # fetched; without two it saves nothing
    form.locator("#poll-question-editor").fill(QUESTION)
    form.locator(".save-button").click()
    expect(content.get_by_role("status")).to_have_text(
        "Overgenomen in deze pagina. Sla de pagina op om het te bewaren."
    )
    expect(content.locator("iframe")).to_have_count(0)
    press(page, page.locator("button.action-save"))

    kept = page.locator("textarea[name=body-0-value-config]")
    assert json.loads(kept.input_value())["question"] == QUESTION
