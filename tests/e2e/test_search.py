"""A carer looks something up: the word of the work or of the kitchen table, narrowed to what fits the day."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.modules import own_modules
from tests.e2e.reader import Reader

SANNE = "sanne@maasdal.example"
WHOLE, INSERTING, SAYS_KATHETER = "Dagelijkse zorg bij een blaaskatheter", "Een blaaskatheter inbrengen", "Handhygiëne"
HANDING_OUT, SAFE = "Medicijnen veilig aanreiken", "Medicatieveiligheid: controleren, rekenen en melden"
OF_JOURNEYS = {module.title for module in own_modules()}


def ask(reader: Reader, words: str) -> Page:
    """Type words into the search of the catalogue, without a mouse."""
    page = reader.open("/nl/ontdekken/").page
    page.locator("main [role=search] input[type=search]").fill(words)
    reader.press("Enter")
    page.wait_for_url(re.compile(r"[?&]q="))
    return page


def titles(page: Page) -> list[str]:
    return page.locator("main .card__title a").all_inner_texts()


def option(page: Page, name: str, value: str) -> Locator:
    return page.locator(f"label.check:has(input[name={name}][value='{value}'])")


def narrow(reader: Reader, name: str, value: str) -> int:
    """Tick one value of a filter, without a mouse; returns how many it says that it leaves."""
    page = reader.page
    filters = page.locator("details.filters")
    if filters.get_attribute("open") is None:
        reader.use(filters.locator("summary").first)
    choice = option(page, name, value)
    count = re.findall(r"\d+", choice.locator(".check__n").inner_text())[0]
    reader.use(choice.locator("input"), "Space")
    reader.use(filters.locator("button[type=submit]"))
    page.wait_for_url(re.compile(rf"{name}={value}"))
    return int(count)


def test_a_compound_finds_what_its_last_part_says_narrowed_by_time_and_form(open_reader: OpenReader, size: str):
    reader = open_reader(SANNE, size=size)
    page = ask(reader, "blaaskatheter")
    reader.check("search-blaaskatheter")
    found = titles(page)
    library = [title for title in found if title not in OF_JOURNEYS]
    assert set(library[:2]) == {WHOLE, INSERTING}
    assert SAYS_KATHETER in library[2:]
    by_time = narrow(reader, "time", "60")
    assert (len(titles(page)), set(titles(page)) <= set(found)) == (by_time, True)
    by_form = narrow(reader, "form", "workplace")
    left = titles(page)
    assert (len(left), set(left) <= set(found)) == (by_form, True)
    assert INSERTING in left
    expect(page.locator("#q")).to_have_value("blaaskatheter")
    reader.check("search-narrowed")
    reader.use(page.get_by_role("link", name=INSERTING, exact=True))
    expect(page.locator("main h1")).to_have_text(INSERTING)


def test_a_course_is_found_by_time_and_form_and_says_how_long_it_takes(open_reader: OpenReader, size: str):
    reader = open_reader(SANNE, size=size)
    page = reader.open("/nl/ontdekken/?kind=course").page
    all_courses = titles(page)
    by_time = narrow(reader, "time", "long")
    assert (len(titles(page)), set(titles(page)) <= set(all_courses)) == (by_time, True)
    expect(page.locator("main .card .meta").first).to_contain_text(re.compile(r"\d+ uur"))
    by_form = narrow(reader, "form", "online")
    assert len(titles(page)) == by_form > 0
    reader.check("courses-narrowed")


def test_an_everyday_word_finds_the_word_of_the_profession(open_reader: OpenReader, size: str):
    reader = open_reader(SANNE, size=size)
    page = ask(reader, "medicijnen")
    reader.check("search-medicijnen")
    found = titles(page)
    assert {HANDING_OUT, SAFE} <= set(found)  # beside them what the journeys of authors published
    by_time = narrow(reader, "time", "15")
    assert (len(titles(page)), HANDING_OUT in found) == (by_time, True)
    by_form = narrow(reader, "form", "online")
    assert (len(titles(page)), set(titles(page)) <= set(found)) == (by_form, True)


@pytest.mark.parametrize(
    ("person", "mistake", "right"), [("", "mondzorgg", "mondzorg"), (SANNE, "blaaskateter", "blaaskatheter")]
)
def test_a_mistake_is_forgiven_and_the_right_word_is_offered(
    open_reader: OpenReader, person: str, mistake: str, right: str
):
    reader = open_reader(person)
    page = ask(reader, mistake)
    nearly = titles(page)
    reader.check(f"search-{mistake}")
    reader.send(page.get_by_role("link", name=right, exact=True))
    expect(page.locator("#q")).to_have_value(right)
    assert titles(page)[0] in nearly
    assert titles(ask(reader, "qqqqxxxx")) == []
    reader.check("search-nothing")
