"""Journey 3: somebody at home scans a code and reads, in their own language, how to put on a stocking. Nobody knows of it."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import Request, Response, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.reader import Reader

SCANNED = "/i/steunkous-aantrekken/"
DIRECTIONS = {"tr": "ltr", "pl": "ltr", "ar": "rtl"}
TELEPHONES = {"tr": "tr-TR", "pl": "pl-PL", "ar": "ar-SY"}
PARTS = ("main", ".lead", "ol.steps", ".step", ".needs", ".dd ul", ".care ul", "legend")
DIRECTION = "element => getComputedStyle(element).direction"

# As many steps as a card may have, from those that it has.
TEN_STEPS = """() => {
  const steps = document.querySelector("ol.steps");
  for (let number = 0; steps.children.length < 10; number += 1) steps.append(steps.children[number].cloneNode(true));
}"""
MOST_REQUESTS, MOST_BYTES = 10, 50 * 1024  # until the first step is read, from the code on
MOST_BYTES_LATER = 75 * 1024  # with fonts, icons and scripts, which nobody waits for
FOURTEEN_POINTS = 14 * 96 / 72
POINTS = "elements => elements.map((each) => parseFloat(getComputedStyle(each).fontSize))"

EDITOR = "bram.wouters@dichtbij.example"

every_language = pytest.mark.parametrize("language", list(DIRECTIONS))


def scan(open_reader: OpenReader, language: str, **options: object) -> Reader:
    return open_reader(locale=TELEPHONES[language], **options).open(SCANNED)


def weight_of(request: Request) -> int:
    """What the answer took on the line; a redirect has no body."""
    sizes = request.sizes()
    return int(sizes["responseHeadersSize"]) + max(int(sizes["responseBodySize"]), 0)


def tells(act: str, answer: Response) -> bool:
    """Whether this is the answer to what a page tells of itself, and it was counted."""
    return answer.url.endswith("/tel/") and f"act={act}&" in (answer.request.post_data or "") and answer.status == 204


@every_language
def test_a_code_opens_in_the_language_of_the_telephone(open_reader: OpenReader, language: str):
    reader = scan(open_reader, language)
    page = reader.page
    assert reader.path.startswith(f"/{language}/dichtbij/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", DIRECTIONS[language])
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("aside.notice")).to_have_count(1)  # that nobody checked it
    assert [page.locator(part).first.evaluate(DIRECTION) for part in PARTS] == [DIRECTIONS[language]] * len(PARTS)
    numbers = page.locator(".step__n").all_inner_texts()
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert len(numbers) == page.locator(".step__pic img").count() > 0
    reader.check(f"caregiver-{language}")
    assert reader.context.cookies() == []


def test_in_arabic_a_step_begins_on_the_right(open_reader: OpenReader):
    page = scan(open_reader, "ar").page
    number, body = (page.locator(f".step {part}").first.bounding_box() for part in (".step__n", "p"))
    assert number is not None
    assert body is not None
    assert number["x"] > body["x"] + body["width"] / 2


@every_language
def test_the_signs_to_call_for_lead_to_the_telephone(open_reader: OpenReader, language: str):
    page = scan(open_reader, language).page
    expect(page.locator(".care a[href='tel:+31455552319']")).to_be_visible()
    expect(page.locator(".care a[href='tel:+31455552319'] bdi")).to_have_text("045 555 23 19")


@pytest.mark.parametrize("with_scripts", [True, False])
def test_a_question_is_explained_and_gives_no_score(open_reader: OpenReader, with_scripts: bool):
    reader = scan(open_reader, "tr", java_script_enabled=with_scripts)
    page = reader.page
    page.locator("#c1 button").nth(1).click()
    status = page.locator("#c1 [role=status]")
    expect(status.locator(".callout")).to_have_count(1)
    first = page.locator("#c1 button").nth(1).get_attribute("class") or ""
    page.locator("#c1 button").nth(0).click()
    expect(page.locator("#c1 button").nth(0)).to_have_class(re.compile("answer--"))
    second = page.locator("#c1 button").nth(0).get_attribute("class") or ""
    assert {name for each in (first, second) for name in each.split() if "--" in name} == {
        "answer--right",
        "answer--other",
    }
    assert not re.search(r"\d+ ?[%/]", page.locator("#begrepen").inner_text())
    assert reader.context.cookies() == []
    if with_scripts:
        reader.check("caregiver-answered")
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_the_choice_of_a_language_sticks_in_the_address(open_reader: OpenReader):
    reader = scan(open_reader, "tr")
    page = reader.page
    links = page.locator("#talen a")
    assert links.all_inner_texts() == ["Nederlands", "English", "Türkçe", "Polski", "العربية", "Українська"]
    reader.click(links.nth(4))
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    assert reader.path.startswith("/ar/")


def test_on_paper_a_code_leads_back(open_reader: OpenReader):
    page = scan(open_reader, "ar").page
    on_paper = page.locator(".card-page__code .qr")
    expect(on_paper).to_be_hidden()
    page.emulate_media(media="print")
    expect(on_paper).to_be_visible()
    expect(page.locator(".share .qr")).to_be_hidden()
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator("#talen ul")).to_be_hidden()
    expect(page.locator(".printonly bdi")).to_have_text(re.compile("/i/steunkous-aantrekken$"))
    assert page.locator("ol.steps").evaluate(DIRECTION) == "rtl"


@pytest.mark.looks
def test_little_comes_before_the_first_step_is_read(open_reader: OpenReader):
    """The page and its stylesheets are all that a browser waits for; pictures come when somebody scrolls to them."""
    scan(open_reader, "tr")  # kept from here on, and so compressed
    page = open_reader(locale="tr-TR").page
    seen: list[tuple[str, int]] = []
    page.on("requestfinished", lambda request: seen.append((request.resource_type, weight_of(request))))
    page.goto(f"{open_reader().address}{SCANNED}", wait_until="networkidle")
    first = [size for kind, size in seen if kind in {"document", "stylesheet"}]
    later = [size for kind, size in seen if kind not in {"document", "stylesheet", "image"}]
    assert (len(first) <= MOST_REQUESTS, sum(first) <= MOST_BYTES) == (True, True), seen
    assert (len(first) + len(later) <= MOST_REQUESTS, sum(first) + sum(later) <= MOST_BYTES_LATER) == (True, True), seen
    assert page.locator(".step__pic img").count() - len([kind for kind, _size in seen if kind == "image"]) > 0


def test_an_editor_sees_what_readers_need_once_it_happened_five_times(open_reader: OpenReader):
    """A language that no other journey reads this card in. What is told goes without a cookie, after the page."""
    editor = open_reader(EDITOR).open("/admin/kaarten/nodig/?language=uk").page
    row = editor.locator(".lxp-need tr", has=editor.get_by_role("link", name="Een steunkous aantrekken", exact=True))
    expect(row.locator(".lxp-need__few")).to_have_text(["minder dan 5"] * 4 + ["–"])
    reader = open_reader(locale="uk-UA")
    page = reader.page

    def visit() -> None:
        reader.open(SCANNED)
        opened, failed = (partial(tells, act) for act in ("opened", "failed"))
        with page.expect_response(opened), page.expect_response(failed):
            page.locator("#c1 button").nth(1).click()
        page.locator("#klopt-niet button").click()
        expect(page.locator("#klopt-niet [data-counted]")).to_be_visible()

    for _time in range(4):
        visit()
    editor.reload()
    expect(row.locator(".lxp-need__few")).to_have_text(["minder dan 5"] * 4 + ["–"])
    visit()
    editor.reload()
    expect(row.locator("td > :not(.lxp-board__language)")).to_have_text(
        ["5", "minder dan 5", "5 van 5", "5", "Oekraïens: 5"]
    )
    assert reader.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


@pytest.mark.looks
def test_the_page_of_what_people_need_reads_on_a_phone_too(open_reader: OpenReader, size: str):
    reader = open_reader(EDITOR, size=size).open("/admin/kaarten/nodig/?scope=together")
    expect(reader.page.locator(".lxp-need tbody tr").first).to_be_visible()
    reader.check("need", only=".nice-padding")


@pytest.mark.looks
@pytest.mark.parametrize("language", ["nl", "ar"])
def test_on_paper_a_card_is_one_page_in_large_type(open_reader: OpenReader, language: str):
    """The card with most text of the library; also with as many steps as a card may have."""
    reader = open_reader(locale=language).open(SCANNED)
    page = reader.page
    assert page.locator("ol.steps > li").count() == 7
    assert reader.sheets_of_paper() == 1
    page.evaluate(TEN_STEPS)
    assert reader.sheets_of_paper() == 1
    page.emulate_media(media="print")
    assert min(
        page.locator(".step :is(h3, p), .core li, .needs li, .dd li, .care :is(li, p)").evaluate_all(POINTS)
    ) >= (FOURTEEN_POINTS - 0.1)
