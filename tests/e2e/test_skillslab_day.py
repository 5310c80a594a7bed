"""The day of a session in the skillslab: coming in by the code, ticking in a cellar, handing out, signing, and the stamp."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

COORDINATOR, ASSESSOR = "bram.wouters@dichtbij.example", "beoordelaar@maasdal.example"
SANNE, TON = "sanne@maasdal.example", "ton.hendriks@maasdal.example"
ON, OVER = "Oefendag: tillift en transfers", "Wondzorg: terugkomles"
OWN = {  # what is done once for each width, in one demo
    "phone": {"carer": SANNE, "ticked": ["Priya Nair", "Agnieszka Wójcik"], "walk_in": "karin.lemmens@linde.example"},
    "desk": {"carer": TON, "ticked": ["Chantal Bours", "Guus Leenders"], "walk_in": "kevin.aarts@vlier.example"},
}
LEARNERS = ("Agnieszka Wójcik", "Ton Hendriks")  # who began the module, and whom this assessor may sign for
TARGET = 44  # pixels: what a thumb hits


def open_session(reader: Reader, title: str = ON) -> Page:
    page = reader.open("/p/skillslab/beheer/").page
    reader.click(page.locator(".rows a", has_text=title).first)
    expect(page.locator("h1")).to_have_text(title)
    return page


def row(page: Page, name: str):
    return page.locator(".ticklist > li", has_text=name)


def test_a_carer_comes_in_by_the_code_of_the_room(
    open_reader: OpenReader, sign_in_here: Callable[[Page, str], None], size: str
):
    coordinator = open_reader(COORDINATOR, size=size)
    page = open_session(coordinator)
    coordinator.check("day-sheet")
    coordinator.click(page.locator(".daynav a[href$='/scherm/']"))
    expect(page.locator(".roomcode__qr svg")).to_be_visible()
    coordinator.check("day-screen")
    code = re.sub(r"\D", "", page.locator(".roomcode__digits").inner_text())
    assert len(code) == 6
    before = page.locator("#roomcode .muted").inner_text()

    carer = open_reader("", size=size)
    phone = carer.open(f"{page.url.replace('/scherm/', '/aanwezig/')}?code={code}").page
    sign_in_here(phone, OWN[size]["carer"])
    expect(phone.locator("h1")).to_have_text(ON)
    carer.check("day-arriving")
    carer.click(phone.locator("main form button[type=submit]"))
    expect(phone).to_have_url(re.compile(r"/sessies/[^/]+/$"))
    expect(phone.locator("main .tag--ok").first).to_be_visible()
    assert carer.clicks == 1  # beside the sign-in and the scan

    page.reload()
    expect(page.locator("#roomcode .muted")).not_to_have_text(before)


def test_the_list_works_in_a_cellar_and_sends_each_tick_once(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    reader.allow("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "error occurred when fetching the script")
    page = open_session(reader)
    reader.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    reader.check("day-list")
    expect(page.locator("attendance-list:defined")).to_be_visible()  # until then a tick is a form, for the server
    status = page.locator("attendance-list [data-status]")
    reader.context.set_offline(True)
    for count, name in enumerate(OWN[size]["ticked"], start=1):
        button = row(page, name).locator("button.tick")
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET
        reader.click(button)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(status).to_contain_text(f"({count})")
        expect(row(page, name).locator("[data-known]")).to_contain_text("nog niet verstuurd")
    reader.check_width("day-list-offline")
    reader.context.set_offline(False)
    expect(status).to_have_text("Alles is verstuurd.")
    for name in OWN[size]["ticked"]:
        expect(row(page, name).locator("[data-known]")).to_contain_text("zonder verbinding")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('lxp-attendance')).length") == 0
    page.reload()
    for name in OWN[size]["ticked"]:
        expect(row(page, name).locator("button.tick")).to_have_attribute("aria-pressed", "true")


def test_the_list_opens_without_a_connection_and_goes_when_its_reader_signs_out(
    open_reader: OpenReader, sign_in: Callable[[str], Any]
):
    reader = open_reader(state=sign_in(COORDINATOR))  # an own sign-in, since this one ends
    reader.allow("Failed to load resource", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "fetching the script")
    page = open_session(reader)
    reader.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    expect(page.locator("[data-kept]")).to_be_visible()
    address, name = page.url, "Sanne Vroemen"
    was = row(page, name).locator("button.tick").get_attribute("aria-pressed")
    page.close()

    reader.context.set_offline(True)
    page = reader.page = reader.context.new_page()
    page.goto(address)
    tick = row(page, name).locator("button.tick")
    tick.click()
    expect(page.locator("[data-status]")).to_contain_text("(1)")
    page.reload()
    expect(page.locator("[data-status]")).to_contain_text("(1)")
    expect(tick).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    reader.context.set_offline(False)
    expect(page.locator("[data-status]")).to_have_text("Alles is verstuurd.")
    with page.expect_response(re.compile("/aanwezig/$")):
        tick.click()

    kept = "caches.keys().then((names) => names.filter((name) => name.startsWith('lxp-person-')))"
    assert len(page.evaluate(kept)) == 1
    reader.send(reader.open("/account/logout/").page.locator("main form[action$='/account/logout/'] button"))
    page.wait_for_function(f"{kept}.then((names) => names.length === 0)")
    reader.context.set_offline(True)
    with pytest.raises(PlaywrightError):
        page.goto(address)


@pytest.mark.looks
def test_ticking_needs_no_mouse(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    page = open_session(reader)
    reader.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    button = row(page, "Sanne Vroemen").locator("button.tick")
    was = button.get_attribute("aria-pressed")
    reader.tab_to(button)
    for expected in ("false" if was == "true" else "true", was):
        with page.expect_response(re.compile("/aanwezig/$")):
            reader.press("Space")
        expect(button).to_have_attribute("aria-pressed", str(expected))


def test_somebody_without_a_place_gets_one(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    page = open_session(reader)
    reader.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    reader.send(page.locator("a[href$='/zonder-plek/']"))
    page.locator("#wie").fill(OWN[size]["walk_in"])
    reader.send(page.locator("main form[method=get] button"))
    reader.check("day-walk-ins")
    reader.send(page.locator(".rows form button").first)
    expect(page.locator(".messages .callout--ok")).to_be_visible()
    expect(page.locator(".ticklist [data-known]", has_text="zonder boeking").first).to_be_visible()


def test_a_wrong_piece_is_swapped_and_comes_back(open_reader: OpenReader, size: str):
    reader = open_reader(COORDINATOR, size=size)
    reader.allow("status of 409")
    page = open_session(reader)
    reader.send(page.locator(".daynav a[href$='/uitgifte/']"))
    reader.check("day-handout")
    listed = page.locator("main").inner_text()
    free = next(code for code in (f"WIL-TILL-0{number}" for number in range(1, 5)) if code not in listed)
    expect(page.locator("#code")).to_be_focused()  # a scanner types where the cursor is
    page.keyboard.type(free.lower())
    with page.expect_navigation():
        reader.press("Enter")
    expect(page.locator("main [role=alert]")).to_contain_text("niet geboekt")
    expect(page.locator("#code")).to_have_value(free.lower())
    reader.check("day-wrong-piece")
    reader.send(page.locator("main [role=alert] form button").first)
    expect(page.locator(".rows > li", has_text=free).locator(".tag--gold")).to_be_visible()
    reader.send(page.locator(".chips a[href='?naar=back']"))
    page.locator("#code").fill(free)
    with page.expect_navigation():
        reader.press("Enter")
    expect(page.locator(".rows > li", has_text=free).locator(".tag--ok")).to_be_visible()
    for name in ("klaarleggen", "zaalblad"):
        reader.open(re.sub(r"/uitgifte/.*", f"/{name}/", page.url)).check(f"day-{name}")
        page.emulate_media(media="print")
        expect(page.locator("print-page")).to_be_hidden()
        page.emulate_media(media="screen")


def test_an_assessor_signs_once_for_everybody_and_comes_back_to_the_list(open_reader: OpenReader):
    assessor = open_reader(ASSESSOR)
    page = assessor.open("/p/skillslab/mijn/").page
    assessor.send(page.locator("a", has_text=ON).first)
    assessor.send(page.locator(".daynav a[href$='/wie-is-er/']"))
    for name in LEARNERS:
        tick = row(page, name).locator("button.tick")
        if tick.get_attribute("aria-pressed") == "false":
            with page.expect_response(re.compile("/aanwezig/$")):
                tick.click()
        expect(row(page, name)).to_have_attribute("data-attendance", "present")
    page.reload()
    assessor.check("day-list-signing")
    assessor.send(page.locator("form[action$='/aftekenen/'] button", has_text="iedereen"))
    assessor.check("day-sign-together")
    open_reader(ASSESSOR, size="desk").open(page.url).check("day-sign-together")
    criteria = page.locator(".criterion-field")
    for number in range(criteria.count()):
        criteria.nth(number).locator("label:has(input[value=met])").click()
    page.locator("label:has(input[name=decision][value=competent])").click()
    assessor.send(page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/wie-is-er/$"))
    for name in LEARNERS:
        expect(row(page, name).locator(".tag--ok")).to_be_visible()

    learner = open_reader(TON)  # what is signed is proof at once: nothing waits for a worker
    learner.open("/mijn/vaardigheden/")
    expect(learner.page.locator("main")).to_contain_text("De tillift gebruiken: in orde")


def test_the_list_is_closed_with_a_stamp_that_can_be_checked(open_reader: OpenReader):
    reader = open_reader(COORDINATOR)
    reader.allow("status of 422")
    page = reader.open("/p/skillslab/beheer/").page
    reader.send(page.locator("a[href$='/sluiten/']", has_text=OVER))
    reader.check("day-close")
    groups = page.locator("fieldset.judge")
    expect(groups).to_have_count(4)
    for number, value in enumerate(["present", "no_show", "no_show"]):
        groups.nth(number).locator(f"label:has(input[value={value}])").click()
    reader.send(page.locator("main form button[type=submit]"))
    expect(page.locator("main [role=alert]")).to_contain_text("nog 1 persoon")
    expect(page.locator("fieldset.judge input:checked")).to_have_count(3)  # nothing that was chosen is lost
    groups.nth(3).locator("label:has(input[value=excused])").click()
    reader.send(page.locator("main form button[type=submit]"))
    expect(page.locator("main .callout--ok").first).to_be_visible()
    stamp = page.locator(".stamp").inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", stamp)
    reader.check("day-closed")
    page.locator("#stempel").fill(stamp[:8])
    reader.send(page.locator("main form[method=get] button"))
    expect(page.locator("main p[role=status] .tag--ok")).to_be_visible()
    wide = open_reader(COORDINATOR, size="desk")
    wide.open(page.url).check("day-closed")
