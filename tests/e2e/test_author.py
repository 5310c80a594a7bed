"""An author writes a module, a publisher returns it and then publishes it; visitors find it within seconds."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

AUTHOR, PUBLISHER = "auteur@maasdal.example", "uitgever@maasdal.example"
TITLE = "Veilig tillen met z’n tweeën"
LESSONS = ("Waarom til je samen?", "Zo til je samen")
TEXT = "Til nooit alleen. Vraag altijd een collega."
QUESTIONS = tuple(f"Vraag {number}: wat doe je eerst?" for number in range(1, 6))
COMMENT = "Zet ook de tilhulp in de les."
# Wagtail warns of features of browsers that it does not need, and its own pages may ask its own addresses in vain.
EDITOR = "/admin/pages/{}/edit/"


def tab(page: Page, name: str) -> None:
    """A tab of the editor, by the field that stands in it."""
    panel = page.locator(f"section[role=tabpanel]:has([name='{name}'])").get_attribute("id")
    chosen = page.locator(f"[role=tab][href='#{panel}']")
    expect(page.locator(".c-sf-add-button").first).to_be_attached()  # the editor is awake
    chosen.click()
    expect(chosen).to_have_attribute("aria-selected", "true")


def block(page: Page, title_field: str) -> Locator:
    """The block of the editor that has this field."""
    return page.locator(f"xpath=//input[@name='{title_field}']/ancestor::div[@data-streamfield-child][1]")


def unfold(page: Page, title_field: str) -> None:
    toggle = block(page, title_field).locator("[data-panel-toggle]").first
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    expect(page.locator(f"input[name={title_field}]")).to_be_visible()


def write(page: Page, field: Locator, text: str) -> None:
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def add_question(page: Page) -> None:
    """A fifth question after the last, of the kind true or not true."""
    of_quiz = "[ancestor::*[@data-contentpath][1][@data-contentpath='questions']]"
    page.locator(f"xpath=//button[contains(@class, 'c-sf-add-button')]{of_quiz}").last.click()
    kinds = page.locator("[role=listbox] [role=option]")
    kinds.filter(has_text=re.compile("waar|klopt|juist|true", re.IGNORECASE)).first.click()
    page.locator("select[name=body-3-value-questions-4-value-answer]").select_option("true")
    explanation = block(page, "body-3-value-questions-4-value-prompt").locator(".public-DraftEditor-content")
    write(page, explanation.first, "Samen tillen spaart je rug.")


def write_module(page: Page) -> None:
    page.locator("input[name=title]").fill(TITLE)
    page.locator("input[name=summary]").fill("Zo til je samen, zonder pijn in je rug.")
    tab(page, "body-0-value-title")
    for number, title in enumerate(LESSONS):
        unfold(page, f"body-{number}-value-title")
        page.locator(f"input[name=body-{number}-value-title]").fill(title)
    write(page, block(page, "body-0-value-title").locator(".public-DraftEditor-content").first, TEXT)
    unfold(page, "body-3-value-title")
    add_question(page)
    for number, prompt in enumerate(QUESTIONS):
        page.locator(f"input[name=body-3-value-questions-{number}-value-prompt]").fill(prompt)
    tab(page, "sharing")
    page.locator("select[name=sharing]").select_option("public")


def reach(page: Page, action: Locator) -> None:
    if not action.is_visible():
        page.locator("footer [data-w-dropdown-target=toggle]").click()


def send(page: Page, action: Locator) -> None:
    """Wait for another page, and not for another address: what Wagtail saves by itself changes the address in its place."""
    with page.expect_event("domcontentloaded"):
        action.click()


def press(page: Page, action: Locator) -> None:
    """One of the actions at the foot of the editor; those behind the arrow too."""
    reach(page, action)
    send(page, action)
    mistakes = page.locator(".messages .error, .w-field__errors .error-message").all_inner_texts()
    assert [words for words in mistakes if words.strip()] == []


def preview(reader: Reader, number: str) -> None:
    """What the learner will see, beside the editor and by itself."""
    page = reader.page
    page.locator("[data-side-panel-toggle=preview]").click()
    frame = page.frame_locator("iframe#w-preview-iframe, iframe[data-w-preview-target=iframe]").first
    expect(frame.locator("h1")).to_have_text(TITLE)
    expect(frame.get_by_text(TEXT)).to_be_visible()
    alone = Reader(reader.context, reader.address, reader.size)
    alone.open(f"/admin/pages/{number}/edit/preview/?mode=lessons").check("preview")
    expect(alone.page.locator("section[id^=step-]")).to_have_count(4)
    alone.page.close()


def return_with_comment(reader: Reader, number: str) -> None:
    page = reader.open(EDITOR.format(number)).page
    action = page.locator("[data-workflow-action-name=reject]").first
    reach(page, action)
    action.click()
    page.locator("textarea[name=comment]").fill(COMMENT)
    send(page, page.locator("form:has(textarea[name=comment]) [type=submit]"))


def open_editor(open_reader: OpenReader, person: str) -> Reader:
    """Wagtail saves by itself half a second after each change, and is refused where a form is half written or on its way."""
    reader = open_reader(person, size="desk")
    reader.allow(r"status of 400 .*/admin/pages/\d+/edit/$")
    return reader


def test_from_starter_to_catalogue(open_reader: OpenReader):
    author = open_editor(open_reader, AUTHOR)
    page = author.open("/admin/modules/nieuw/").page
    author.check("editor-start", only=".nice-padding")
    page.locator("details.lxp-choices summary").click()
    page.locator("select[name=topic]").select_option(label="Hygiëne")
    page.locator("button[name=starter][value=e-learning]").click()
    page.wait_for_url(re.compile(r"/edit/"))
    number = re.findall(r"/pages/(\d+)/", page.url)[0]
    write_module(page)
    preview(author, number)
    press(page, page.locator("button[name=action-submit]"))

    publisher = open_editor(open_reader, PUBLISHER)
    publisher.open("/admin/").check("editor-home", only=".lxp-home-panel")
    return_with_comment(publisher, number)

    page.goto(f"{author.address}{EDITOR.format(number)}")
    expect(page.get_by_text(COMMENT).first).to_be_attached()
    tab(page, "body-0-value-title")
    unfold(page, "body-0-value-title")
    write(
        page, block(page, "body-0-value-title").locator(".public-DraftEditor-content").first, f"{TEXT} Pak de tilhulp."
    )
    press(page, page.locator("button[name=action-restart-workflow], button[name=action-submit]").first)

    review = publisher.open(EDITOR.format(number)).page
    tab(review, "significance")
    review.locator("select[name=significance]").select_option("substantive")
    press(review, review.locator("[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])"))

    visitor = open_reader()
    catalogue = visitor.open("/nl/").page.locator("main a.btn--gold").get_attribute("href") or ""
    query = "?organisation=maasdal&audience=staff&time=15&language=nl&form=online"
    card = visitor.page.get_by_role("link", name=TITLE, exact=True)
    visitor.open(f"{catalogue}{query}").reload_until(card)
    visitor.send(card)
    visitor.check("published-module")
    expect(visitor.page.get_by_text(LESSONS[0])).to_be_visible()
