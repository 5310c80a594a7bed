"""Somebody saves an explanation, and reads, sees and hears it in a kitchen without internet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import WITHOUT_PLUGIN, Demo
from tests.e2e.reader import Reader

# One is spoken, two are withdrawn: cards that no other journey asks for.
SPOKEN, WITHDRAWN, ALSO_WITHDRAWN = "samen-in-een-schrift", "een-nepbericht-herkennen", "videobellen-met-de-zorg"
NO_CONNECTION = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED")
PICTURES_COME = """async () => {
  const answers = await Promise.all([...document.images].map((each) => fetch(each.src)));
  return answers.length > 0 && answers.every((answer) => answer.ok);
}"""
SOUND_COMES = """(address) => new Promise((heard) => {
  const sound = new Audio(address);
  sound.oncanplaythrough = () => heard(sound.duration);
  sound.onerror = () => heard(0);
})"""
LEFT_ON_PHONE = """async () => [
  await caches.keys(), localStorage.length, (await navigator.serviceWorker.getRegistrations()).length
]"""
NOTHING_OF_IT_IS_LEFT = """async () => {
  const workers = await navigator.serviceWorker.getRegistrations();
  return workers.length === 0 && !(await caches.has("uitleg")) && localStorage.getItem("uitleg") === null;
}"""
# Half a second of silence, spoken with the first step.
SPEAK = f"""
import io, wave
from django.core.files.base import ContentFile
from content.models import InstructionPage, Recording
sound = io.BytesIO()
with wave.open(sound, "wb") as file:
    file.setnchannels(1), file.setsampwidth(2), file.setframerate(8000), file.writeframes(bytes(8000))
page = InstructionPage.objects.get(short_name="{SPOKEN}")
spoken = Recording(title="Stap 1", type="audio", duration=0.5, collection=page.organisation.collection)
spoken.file.save("stap-1.wav", ContentFile(sound.getvalue()))
page.steps.raw_data[0]["value"]["audio"] = spoken.pk
page.save_revision().publish()
"""
WITHDRAW = "from content.models import InstructionPage; InstructionPage.objects.get(short_name='{name}').unpublish()"


def save(reader: Reader, name: str) -> str:
    """Open a card as from a code, save it, and say where it is."""
    reader.open(f"/i/{name}/")
    reader.page.locator("offline-save button").click()
    expect(reader.page.locator("[data-done]")).to_be_visible()
    return reader.path


@pytest.fixture
def spoken_card(demo: Demo) -> str:
    demo.command("shell", "-c", SPEAK)
    return SPOKEN


@pytest.fixture
def switched_off(demo: Demo) -> Iterator[Demo]:
    """The server, to switch off; afterwards it is there again."""
    yield demo
    demo.restart(**WITHOUT_PLUGIN)


@pytest.mark.looks
def test_what_was_saved_is_read_seen_and_heard_with_the_server_off_until_saving_is_stopped(
    open_reader: OpenReader, switched_off: Demo, spoken_card: str
) -> None:
    reader = open_reader()
    path = save(reader, spoken_card)
    page = reader.page
    title = page.locator("h1").inner_text()
    reader.open(path).page.locator("card-check .answer").first.click()  # the server still judges what was answered
    expect(page.locator("card-check .callout")).to_be_visible()
    reader.allow(*NO_CONNECTION, "ERR_FAILED")
    switched_off.stop()

    reader.open("/nl/uitleg/")  # not saved itself: the list of what is
    expect(page.locator("saved-list li")).to_have_count(1)
    reader.click(page.get_by_role("link", name=title, exact=True))
    expect(page.locator("h1")).to_have_text(title)
    assert reader.path == path
    assert page.evaluate(PICTURES_COME)
    page.locator("card-check .answer").first.click()
    expect(page.locator("card-check [role=status]").first).to_contain_text("geen internet")
    listen = page.locator("#stap1 read-aloud")
    assert page.evaluate(SOUND_COMES, listen.get_attribute("data-src")) == 0.5
    listen.locator("button").click()
    expect(page.locator("#stap1")).to_have_class("step is-reading")
    expect(listen.locator("button")).to_have_attribute("aria-pressed", "false")
    expect(listen).to_have_attribute("data-src", page.locator("#stap1").get_attribute("data-audio") or "")

    switched_off.restart(**WITHOUT_PLUGIN, LXP_OFFLINE="0")
    reader.open(path)
    expect(page.locator("offline-save")).to_have_count(0)
    page.wait_for_function(NOTHING_OF_IT_IS_LEFT)
    assert reader.context.cookies() == []


@pytest.mark.looks
def test_in_arabic_it_is_found_saved_read_and_wiped(open_reader: OpenReader) -> None:
    reader = open_reader(locale="ar-SY")
    page = reader.open("/ar/uitleg/").page
    page.locator("#q").fill("جورب ضاغط")
    reader.send("form.search button")
    reader.check("found-ar")
    reader.send(page.locator(".tile a").first)
    title = page.locator("h1").inner_text()
    path = save(reader, "steunkous-aantrekken")
    reader.allow(*NO_CONNECTION)
    reader.context.set_offline(True)

    reader.open("/ar/uitleg/bewaard/").check("saved-ar")
    reader.click(page.get_by_role("link", name=title, exact=True))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("h1")).to_have_text(title)
    assert (reader.path, page.evaluate(PICTURES_COME)) == (path, True)

    reader.open("/i/steunkous-aantrekken/")  # the code on paper once more, now without internet
    expect(page.locator("h1")).to_have_text(title)
    assert reader.path == path
    reader.open(f"/i/{SPOKEN}/")  # and one that was not saved: the list of what is
    expect(page.locator("saved-list li")).to_have_count(1)

    reader.context.set_offline(False)
    reader.open("/ar/uitleg/bewaard/").click("[data-wipe]")
    expect(page.locator("[data-wiped]")).to_be_visible()
    assert page.evaluate(LEFT_ON_PHONE) == [[], 0, 0]
    assert reader.context.cookies() == []


@pytest.mark.looks
def test_what_was_withdrawn_goes_at_the_next_connection(open_reader: OpenReader, demo: Demo) -> None:
    reader = open_reader()
    path = save(reader, WITHDRAWN)
    demo.command("shell", "-c", WITHDRAW.format(name=WITHDRAWN))
    reader.allow(*NO_CONNECTION, "status of 404")
    reader.context.set_offline(True)
    page = reader.open("/nl/uitleg/bewaard/").page
    expect(page.locator(f"saved-list a[href='{path}']")).to_be_visible()

    reader.context.set_offline(False)

    expect(page.locator("saved-list li")).to_have_count(0)
    expect(page.locator("[data-none]")).to_be_visible()


@pytest.mark.looks
def test_what_was_withdrawn_goes_wherever_one_of_our_pages_is_opened(open_reader: OpenReader, demo: Demo) -> None:
    reader = open_reader()
    path = save(reader, ALSO_WITHDRAWN)
    demo.command("shell", "-c", WITHDRAW.format(name=ALSO_WITHDRAWN))
    reader.allow("status of 404")  # that it was opened, told after it was gone

    reader.open("/nl/uitleg/").page.wait_for_function("() => localStorage.getItem('uitleg') === null")

    assert reader.page.evaluate("(path) => caches.match(path).then(Boolean)", path) is False
