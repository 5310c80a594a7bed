"""Somebody writes a card of six steps with a picture each, and reads two into the microphone; a caregiver hears them."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as NotInTime

from tests.conftest import PATIENCE_SECONDS
from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader
from tests.e2e.test_author import press
from tests.factories.editor import picture_bytes

PUBLISHER = "uitgever@maasdal.example"
TITLE = "Samen een kopje thee zetten"
ADDRESS = "/nl/maasdal/samen-een-kopje-thee-zetten/"
STEPS = (
    "Vul de ketel",
    "Zet de ketel aan",
    "Pak twee kopjes",
    "Doe thee in de kop",
    "Schenk het water in",
    "Drink samen",
)
SPOKEN = 2
PUSHES = 4
REFUSE = """() => {
  const devices = navigator.mediaDevices;
  devices.asBefore = devices.getUserMedia;
  devices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
}"""
ALLOW = "() => { navigator.mediaDevices.getUserMedia = navigator.mediaDevices.asBefore; }"
HEARS = """(sound) => new Promise((heard) => {
  const told = () => heard(sound.error === null && sound.readyState > 0);
  if (sound.readyState > 0) told();
  sound.onloadedmetadata = sound.onerror = told;
})"""
# A device with a Dutch voice, which notes what it says.
DUTCH_VOICE = """
  window.said = [];
  speechSynthesis.getVoices = () => [{ lang: "nl-NL", name: "Test" }];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  speechSynthesis.speak = (speech) => { window.said.push(speech.text); };
"""


def shown(page: Page, selector: str) -> Locator:
    return page.locator(f"{selector}:visible")


def open_chooser(page: Page, number: int) -> Locator:
    """The tab with the upload. A push while Wagtail saves by itself may go nowhere: then somebody pushes once more."""
    push = page.locator(f"#steps-{number}-value-picture-image-chooser [data-chooser-action-choose]:visible")
    upload_tab = page.locator(".modal [role=tab]").nth(1)
    for _push in range(PUSHES):
        push.click()
        with suppress(NotInTime):
            upload_tab.wait_for(timeout=PATIENCE_SECONDS * 1000 / PUSHES)
            break
    return upload_tab


def add_picture(page: Page, number: int) -> None:
    """By the chooser's own upload."""
    upload = page.locator(".modal form:has(input[name=image-chooser-upload-file])")
    open_chooser(page, number).click()
    expect(upload).to_be_visible()
    picture = {"name": f"stap-{number + 1}.png", "mimeType": "image/png", "buffer": picture_bytes(40 + number)}
    upload.locator("input[name=image-chooser-upload-file]").set_input_files(picture)
    expect(upload.locator("input[name=image-chooser-upload-title]")).to_have_value(f"stap-{number + 1}")
    upload.locator("[type=submit]").click()
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator(f"input[name=steps-{number}-value-picture-image]")).not_to_have_value("")
    page.locator(f"input[name=steps-{number}-value-picture-alt_text]").fill(f"Iemand doet stap {number + 1}.")


def add_step(reader: Reader, number: int, title: str) -> None:
    page = reader.page
    shown(page, "button.c-sf-add-button").last.press("Enter")
    page.locator(f"input[name=steps-{number}-value-title]").fill(title)
    page.locator(f"input[name=steps-{number}-value-text]").fill("Doe dit rustig en vertel wat u doet.")
    add_picture(page, number)


def record(page: Page, number: int) -> None:
    recorder = page.locator("audio-recorder").nth(number)
    recorder.locator("[data-record]").press("Enter")
    expect(recorder.locator("[data-time]")).to_have_text("1 s")
    recorder.locator("[data-stop]").press("Enter")
    assert recorder.locator("audio").evaluate(HEARS)
    recorder.locator("[data-keep]").press("Enter")
    expect(recorder.locator("[data-says=kept]")).to_be_visible()
    expect(page.locator(f"#steps-{number}-value-audio-chooser [data-chooser-title]")).to_have_text(STEPS[number])


def refused(page: Page) -> None:
    """Without a microphone the author reads what to do, and everything typed is still there."""
    page.evaluate(REFUSE)
    recorder = page.locator("audio-recorder").first
    recorder.locator("[data-record]").click()
    expect(recorder.locator("[data-says=refused]")).to_be_visible()
    expect(recorder.locator("[data-says=refused]")).to_contain_text("microfoon")
    expect(page.locator("input[name=steps-5-value-title]")).to_have_value(STEPS[5])
    page.evaluate(ALLOW)


def test_an_author_writes_six_steps_with_pictures_and_recordings(open_reader: OpenReader) -> None:
    reader = open_reader(PUBLISHER, size="desk")
    # Wagtail saves by itself after each change, and is refused where the form is half written.
    reader.allow(r"status of 400 .*/admin/pages/")
    page = reader.open("/admin/kaarten/").page
    reader.check("cards-board", only=".lxp-board")
    reader.send(page.get_by_role("link", name="Schrijf een kaart"))
    expect(page.locator("button.c-sf-add-button").first).to_be_attached()  # the editor is awake
    page.locator("input[name=title]").press_sequentially(TITLE)
    expect(page.locator("input[name=slug]")).to_have_value("samen-een-kopje-thee-zetten")
    level = page.locator("reading-level:visible")
    page.locator("input[name=intro]").fill(
        "Zo zet u samen met iemand die dat zelf niet meer goed kan, rustig en veilig een kopje thee."
    )
    expect(level.locator("li")).to_have_count(1)
    page.locator("input[name=intro]").fill("Zo zet u samen thee.")
    expect(level.locator("li")).to_have_count(0)
    expect(level).to_contain_text("niveau A2")
    reader.check("cards-reading", only="reading-level")
    page.locator("[role=tab]").nth(1).press("Enter")
    for number, title in enumerate(STEPS):
        add_step(reader, number, title)
    refused(page)
    for number in range(SPOKEN):
        record(page, number)
    reader.check("cards-recorder", only="audio-recorder")
    press(page, page.locator("button[name=action-publish]"))

    visitor = open_reader()
    card = visitor.open(ADDRESS).page
    expect(card.locator("ol.steps > li")).to_have_count(len(STEPS))
    expect(card.locator(".step__pic img")).to_have_count(len(STEPS))
    expect(card.locator("#stap1 h3")).to_contain_text(STEPS[0])
    listen = card.locator("#stap1 read-aloud")
    assert card.evaluate(f"(address) => ({HEARS})(new Audio(address))", listen.get_attribute("data-src"))
    visitor.check("card-spoken")
    listen.locator("button").click()
    expect(card.locator("#stap1")).to_have_class("step is-reading")

    without = open_reader()
    without.allow("ERR_FAILED")
    without.context.add_init_script(DUTCH_VOICE)
    without.context.route("**/films/**", lambda route: route.abort())
    silent = without.open(ADDRESS).page
    silent.locator("#stap1 read-aloud button").click()
    expect(silent.locator("#stap1")).to_have_class("step is-reading")
    expect(silent.locator("#stap1 [data-device]")).to_be_visible()
    silent.wait_for_function("() => window.said.length > 0")
    assert STEPS[0] in silent.evaluate("window.said[0]")
