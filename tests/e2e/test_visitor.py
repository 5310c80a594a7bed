"""A visitor without an account reads what is public, in two languages, and nobody follows them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader
from tests.e2e.modules import OwnModule
from tests.e2e.reader import Reader

CATALOGUES = {"nl": "/nl/ontdekken/", "en": "/en/discover/"}
TRANSLATED, DUTCH_ONLY = "/nl/expertisecentrum/handhygiene/", "/nl/vlier/mondzorg/"
TOPIC = "/nl/expertisecentrum/hygiene/"
SMALLEST, LARGE_TEXT_PX = {"width": 320, "height": 640}, 32
PAPER = {"width": 794, "height": 1123}
SANNE = "sanne@maasdal.example"


def language(reader: Reader) -> str:
    return reader.page.locator("html").get_attribute("lang") or ""


def catalogue(reader: Reader) -> str:
    """The address of the catalogue in the language of the page."""
    return reader.page.locator("main a.btn--gold").get_attribute("href") or ""


def test_public_pages_in_two_languages_leave_no_cookie(open_reader: OpenReader, size: str):
    reader = open_reader(size=size)
    page = reader.open("/").page
    assert language(reader) == "nl"
    reader.check("visitor-home")
    for name, path in (
        ("catalogue", catalogue(reader)),
        ("topic", TOPIC),
        ("module", TRANSLATED),
        ("dutch", DUTCH_ONLY),
    ):
        reader.open(path).check(f"visitor-{name}")
        assert language(reader) == "nl"
        page.locator("footer a[hreflang=en]").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        reader.check(f"visitor-{name}-en")
    expect(page.locator("main .coursehead [lang=nl] h1")).to_be_visible()
    expect(page.locator(".notice")).to_be_visible()
    reader.open(TRANSLATED).page.locator("footer a[hreflang=en]").click()
    expect(page.locator("main .coursehead [lang=en] h1")).to_be_visible()
    assert reader.context.cookies() == []


@pytest.mark.parametrize("with_scripts", [True, False])
def test_filters_narrow_the_catalogue(open_reader: OpenReader, with_scripts: bool):
    reader = open_reader(java_script_enabled=with_scripts)
    page = reader.open(catalogue(reader.open("/nl/"))).page
    before = page.locator("ul.grid > li").count()
    page.locator("details.filters > summary").click()
    option = page.locator("label.check:has(input[name=audience][value=caregivers])")
    number = int(re.findall(r"\d+", option.locator(".check__n").inner_text())[0])
    option.click()
    page.locator("details.filters button[type=submit]").click()
    expect(page).to_have_url(re.compile("audience=caregivers"))
    expect(page.locator("ul.grid > li")).to_have_count(number)
    assert 0 < number < before
    if with_scripts:
        reader.check("visitor-catalogue-filtered")
    page.locator("main form[role=search] input[name=q]").fill("xyzzy")
    page.locator("main form[role=search] button").click()
    expect(page.locator("ul.grid > li")).to_have_count(0)
    if with_scripts:
        reader.check("visitor-nothing-found")
    page.locator(".empty a").first.click()  # the same words without the filters
    expect(page).to_have_url(re.compile(r"\?q=xyzzy$"))
    page.locator(".empty a").click()
    expect(page.locator("ul.grid > li")).to_have_count(before)


PUBLIC_PAGES = ("/nl/", CATALOGUES["en"], TOPIC, TRANSLATED, "/account/login/")


@pytest.mark.looks
def test_the_smallest_phone_scrolls_one_way_only(open_reader: OpenReader):
    reader = open_reader(viewport=SMALLEST)
    for path in (*PUBLIC_PAGES, "/stijlgids/"):
        reader.open(path).check_width(path)


@pytest.mark.looks
def test_text_of_twice_the_size_stays_within_the_page(open_reader: OpenReader, size: str):
    reader = open_reader(size=size)
    setting = reader.context.new_cdp_session(reader.page)
    setting.send("Page.enable")
    setting.send("Page.setFontSizes", {"fontSizes": {"standard": LARGE_TEXT_PX, "fixed": LARGE_TEXT_PX}})
    for path in PUBLIC_PAGES:
        reader.open(path).check_width(path)
        assert reader.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == LARGE_TEXT_PX


@pytest.mark.looks
def test_dark_is_as_legible_as_light(open_reader: OpenReader):
    reader = open_reader(color_scheme="dark")
    for name, path in (
        ("home", "/nl/"),
        ("catalogue", CATALOGUES["en"]),
        ("module", TRANSLATED),
        ("login", "/account/login/"),
    ):
        reader.open(path).check(f"dark-{name}")


@pytest.mark.looks
def test_nothing_moves_for_who_asked_for_calm(open_reader: OpenReader):
    page = open_reader(reduced_motion="reduce").open("/nl/").page
    moving = page.evaluate(
        "() => document.getAnimations().filter((each) => each.effect.getComputedTiming().duration > 10).length"
    )
    assert moving == 0


@pytest.mark.looks
def test_a_lesson_on_paper_is_only_the_lesson(open_reader: OpenReader, small: OwnModule):
    reader = open_reader(SANNE, viewport=PAPER)
    page = reader.open(small.path).page
    page.locator("form[action$='/start/'] button").click()
    expect(page.locator("#actionbar")).to_be_visible()
    page.emulate_media(media="print")
    for part in (".player-bar", "#actionbar", ".outline"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("article h1")).to_be_visible()
    reader.check_width("lesson on paper")
    page.goto(re.sub(r"\d+/$", "print/", page.url))
    for part in (".masthead", ".tabbar", "main button"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("main section")).to_have_count(4)
    reader.check_width("module on paper")
    page.emulate_media(media="screen")
    reader.check("print")


@pytest.mark.looks
def test_the_other_pages_of_a_visitor(open_reader: OpenReader, size: str):
    reader = open_reader(size=size)
    reader.open("/stijlgids/").check("style-guide")
    reader.open("/account/login/").check("login")
    reader.allow("status of 404")
    reader.open("/nl/bestaat-niet/").check("not-found")
    expect(reader.page.locator("main a").first).to_be_visible()
