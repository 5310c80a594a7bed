"""The script of the player in a browser, against a small server that answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import parse_qs, parse_qsl, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import PATIENCE_SECONDS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIRST_RETRY_MILLISECONDS = 2000
SCRIPT = Path(__file__).parents[2] / "courses/static/courses/js/player.js"
PAGE = """<!doctype html><html lang="en"><title>Player</title><script type="module" src="/player.js"></script>
<activity-player data-person="{person}" data-login-url="/login/" data-position-url="/position/"
  data-resume-anchor="{anchor}"
  data-text-saving="SAVING" data-text-saved="SAVED" data-text-offline="OFFLINE" data-text-session-over="SESSION OVER"
  data-text-log-in="LOG IN" data-text-refused="REFUSED" data-text-sent="SENT">
<article><div id="activity-error"></div><h2>Top</h2><svg height="1500"></svg><h2 id="middle">Middle</h2><div id="list">
<div id="q1" data-append="list"><form class="quiz" id="first" method="post" action="/act/answer/" data-activity-form>
  <input type="hidden" name="csrfmiddlewaretoken" value="stale"><input type="hidden" name="event" value="event-1">
  <fieldset><label data-result="fout"><input type="radio" name="answer" value="a" required>A
    <span class="option__mark">Not yet</span></label>
    <label><input type="radio" name="answer" value="b" required>B</label>
  </fieldset></form></div></div>
<form id="words" method="post" action="/act/write/" data-activity-form>
  <input type="hidden" name="event" value="event-2">
  <textarea name="text" data-draft></textarea><button>Save</button></form><svg height="1500"></svg></article>
<div id="actionbar"><button form="first" id="check">Check</button>
  <form method="post" action="/act/finish/" data-activity-form><input type="hidden" name="event" value="event-3">
  <button id="finish">Go on</button></form></div></activity-player>"""
ANSWERED = """<article id="q1"><div role="status" tabindex="-1" data-focus id="feedback">Well seen</div></article>
<div id="q2" data-append="list">Next question</div>
<div id="actionbar"><button id="check">Check the next</button></div>"""
WRITTEN = """<p id="done" role="status" data-append="list">Stored</p>"""
INVALID = """<div id="activity-error" data-focus tabindex="-1"><div role="alert">CHOOSE FIRST</div></div>"""
OUTDATED = """<div id="activity-error" data-focus tabindex="-1"><div role="alert">TAKE THE NEW VERSION</div></div>
<div id="actionbar"><form method="post" action="/update/"><button id="update">Take it</button></form></div>"""
WHOLE_PAGE = """<!doctype html><title>Gone</title><article id="q1">Menu of an error page</article>"""


@dataclass
class Server:
    """What the next act is answered with, and which acts arrived: (path, fields, headers)."""

    address: str
    answer: str = "ok"
    acts: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    positions: SimpleQueue[dict[str, str]] = field(default_factory=SimpleQueue)
    go_on: threading.Event = field(default_factory=threading.Event)

    def page(self, **query: str) -> str:
        return f"{self.address}/play?" + "&".join(f"{name}={value}" for name, value in query.items())

    def answer_to(self, path: str) -> tuple[int, str, dict[str, str]]:
        refusals = {
            "broken": (500, "", {}),
            "session over": (401, "", {}),
            "redirect": (302, "", {"Location": "/login/"}),
            "invalid": (422, INVALID, {}),
            "outdated": (422, OUTDATED, {}),
            "gone": (404, WHOLE_PAGE, {}),
        }
        if self.answer in refusals:
            return refusals[self.answer]
        if path == "/act/finish/":
            return 204, "", {"X-Next": "/play?person=two"}
        return 200, WRITTEN if path == "/act/write/" else ANSWERED, {}


def handler_of(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
            """Stay silent."""

        def reply(
            self, status: int, body: str, headers: dict[str, str], kind: str = "text/html; charset=utf-8"
        ) -> None:
            content = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            address = urlparse(self.path)
            if address.path == "/player.js":
                self.reply(200, SCRIPT.read_text(), {}, "text/javascript")
                return
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            html = PAGE.format(person=query.get("person", "one"), anchor=query.get("anchor", ""))
            self.reply(200, html, {"Set-Cookie": "csrftoken=fresh; Path=/"})

        def do_POST(self) -> None:
            fields = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            if self.path == "/position/":
                server.positions.put(fields)
                self.reply(204, "", {})
                return
            server.acts.append((self.path, fields, dict(self.headers)))
            if server.answer == "slow":
                server.go_on.wait(PATIENCE_SECONDS)
            self.reply(*server.answer_to(self.path))

    return Handler


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server("")
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(found))
    found.address = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield found
    http.shutdown()
    http.server_close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.goto(server.page())
    yield opened
    context.close()
    assert faults == []


def kept_acts(page: Page, person: str = "one") -> int:
    return page.evaluate(f"JSON.parse(localStorage.getItem('lxp-acts-{person}') ?? '[]').length")


def write(page: Page, words: str) -> None:
    page.fill("textarea", words)
    page.click("#words button")


def stop_clock(page: Page) -> None:
    """Nothing is tried again by itself until the test says that time goes by."""
    page.clock.install(time=NOON)
    page.clock.pause_at(NOON + timedelta(hours=1))


def test_an_answer_is_sent_once_with_its_identity_and_its_parts_come_into_the_page(page, server):
    server.answer = "slow"
    page.check("input[value=b]")
    page.click("#check")
    page.evaluate("document.getElementById('first').requestSubmit()")
    server.go_on.set()
    expect(page.locator("#q2")).to_have_text("Next question")
    [(path, fields, headers)] = server.acts
    assert path == "/act/answer/"
    assert set(fields) == {"event", "answer", "device", "sequence", "client_time", "person"}
    assert (fields["event"], fields["answer"], len(fields["device"])) == ("event-1", "b", 36)
    assert (headers["X-CSRFToken"], headers["X-Requested-With"]) == ("fresh", "fetch")
    assert page.evaluate("document.activeElement.id") == "feedback"
    assert page.evaluate("[...document.getElementById('list').children].map((each) => each.id)") == ["q1", "q2"]
    expect(page.locator("#check")).to_have_text("Check the next")
    expect(page.locator(".saving")).to_have_text("SAVED")
    assert kept_acts(page) == 0


def test_a_refusal_stands_at_what_was_sent_and_goes_with_the_next_try(page, server):
    server.answer = "invalid"
    page.check("input[value=b]")
    page.click("#check")
    expect(page.locator("#first #activity-error")).to_have_text("CHOOSE FIRST")
    assert page.evaluate("document.activeElement.id") == "activity-error"
    assert kept_acts(page) == 0
    server.answer = "ok"
    page.click("#check")
    expect(page.locator("#q2")).to_be_visible()
    expect(page.locator("#activity-error")).to_have_count(0)


def test_after_a_safety_change_the_words_stay_and_the_main_button_takes_the_new_version(page, server):
    server.answer = "outdated"
    write(page, "half an hour of work")
    expect(page.locator("#words #activity-error")).to_have_text("TAKE THE NEW VERSION")
    expect(page.locator("textarea")).to_have_value("half an hour of work")
    expect(page.locator("#actionbar button")).to_have_text("Take it")
    assert kept_acts(page) == 0
    page.goto(server.page())
    expect(page.locator("textarea")).to_have_value("half an hour of work")


def test_choosing_again_takes_the_mark_of_the_former_try_away(page):
    page.check("input[value=b]")
    expect(page.locator(".option__mark, [data-result]")).to_have_count(0)


def test_without_a_network_words_are_kept_and_sent_when_it_is_back(page, server):
    page.context.set_offline(True)
    write(page, "what I thought")
    expect(page.get_by_role("alert")).to_have_text("OFFLINE")
    assert (kept_acts(page), server.acts) == (1, [])
    page.context.set_offline(False)
    expect(page.locator("#done")).to_have_text("Stored")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert [fields["text"] for _path, fields, _headers in server.acts] == ["what I thought"]
    assert page.evaluate("Object.keys(localStorage).sort()") == ["lxp-device", "lxp-sequence"]


def test_another_person_on_the_same_device_neither_sends_nor_sees_it(page, server):
    stop_clock(page)
    server.answer = "broken"
    write(page, "mine")
    expect(page.get_by_role("alert")).to_have_text("OFFLINE")
    page.goto("about:blank")
    server.answer = "ok"
    server.acts.clear()
    page.goto(server.page(person="two"))
    expect(page.locator("textarea")).to_have_value("")
    with page.expect_navigation():
        page.click("#finish")
    assert kept_acts(page, "two") == 0
    assert [path for path, _fields, _headers in server.acts] == ["/act/finish/"]
    page.clock.resume()
    page.goto(server.page())
    expect(page.locator("#done")).to_have_text("Stored")
    expect(page.locator(".saving")).to_have_text("SENT")


@pytest.mark.parametrize("answer", ["session over", "redirect"])
def test_when_the_session_is_over_the_act_waits_for_logging_in(page, server, answer):
    server.answer = answer
    write(page, "not lost")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "/login/")
    assert kept_acts(page) == 1
    page.reload()
    expect(page.locator("textarea")).to_have_value("not lost")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_attribute("href", "/login/")  # refused once more
    server.answer = "ok"
    page.goto(server.page())
    expect(page.locator("#done")).to_have_text("Stored")
    assert kept_acts(page) == 0


def test_a_final_refusal_is_told_and_its_page_stays_out_of_this_one(page, server):
    server.answer = "gone"
    page.click("#finish")
    expect(page.get_by_role("alert")).to_have_text("REFUSED")
    expect(page.locator("#q1 form")).to_have_count(1)
    assert kept_acts(page) == 0


def test_a_draft_survives_leaving_the_page(page, server):
    page.fill("textarea", "half a thought")
    page.goto(server.page())
    expect(page.locator("textarea")).to_have_value("half a thought")
    assert server.acts == []


def test_going_on_leads_where_the_server_says(page):
    page.click("#finish")
    page.wait_for_url("**/play?person=two")


def test_what_another_tab_sent_is_not_sent_again(page, server):
    stop_clock(page)
    server.answer = "broken"
    write(page, "once")
    expect(page.get_by_role("alert")).to_have_text("OFFLINE")
    server.acts.clear()
    server.answer = "ok"
    other = page.context.new_page()
    other.goto(server.page())
    expect(other.locator("#done")).to_be_attached()
    with page.expect_navigation():  # the first tab cannot know what the second was answered, and opens its page again
        page.clock.run_for(FIRST_RETRY_MILLISECONDS)
    assert len(server.acts) == 1


def test_without_storage_everything_still_works(page, server):
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden'); }})")
    page.goto(server.page())
    page.check("input[value=a]")
    page.click("#check")
    expect(page.locator("#q2")).to_be_visible()
    assert len(server.acts) == 1


def test_the_exact_spot_is_told_when_leaving_and_found_again(page, server):
    page.evaluate("window.scrollTo(0, 1700)")
    page.goto(server.page(anchor="middle"))
    page.wait_for_function("window.scrollY > 1000")
    position = server.positions.get(timeout=PATIENCE_SECONDS)
    assert position["csrfmiddlewaretoken"] == "fresh"
    assert position["anchor"] in {"middle", "list", "q1", "words"}
    assert server.positions.empty()
    assert abs(page.locator("#middle").bounding_box()["y"]) < 60
