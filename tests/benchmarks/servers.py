"""What needs a real server: memory of the web processes, the weight of a cold page, the start of the demo."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

PORT = 8530
ADDRESS = f"http://localhost:{PORT}"
WORKERS = 3
PATIENCE_SECONDS = 240
VISITS = 60


@dataclass(frozen=True)
class Weight:
    """A page with everything it fetches, by a browser with an empty cache."""

    requests: int
    kilobytes: float


@dataclass(frozen=True)
class Line:
    """What a telephone has: kilobits per second down and up, and the milliseconds of a round trip."""

    name: str
    down: int
    up: int
    round_trip_ms: int

    @property
    def conditions(self) -> dict[str, Any]:
        per_second = 1000 / 8
        return {
            "offline": False,
            "latency": self.round_trip_ms,
            "downloadThroughput": self.down * per_second,
            "uploadThroughput": self.up * per_second,
        }


@dataclass(frozen=True)
class CardFigures:
    """A card from its code: the weight of the whole page, and the milliseconds to the first text over each of `LINES`."""

    weight: Weight
    first_text_ms: list[float]


# A code that somebody scans, and the lines that they may have.
CARD = "/i/steunkous-aantrekken/"
LINES = (Line("400 kbit/s", 400, 400, 0), Line("slow 4G", 1600, 750, 150))
TELEPHONE = {"width": 390, "height": 844}
FIRST_TEXT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310 - our own address
            return bool(response.status == 200)
    except OSError:
        return False


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{url} does not answer.")
        time.sleep(0.1)


def check_free(port: int) -> None:
    with socket.socket() as line:
        if not line.connect_ex(("127.0.0.1", port)):
            raise RuntimeError(f"Another server answers on port {port} of this machine. Stop it, and measure again.")


@contextmanager
def running(command: list[str], environment: dict[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, stopped afterwards. Raises RuntimeError where another one has its port: that would be measured."""
    check_free(urlsplit(url).port or PORT)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(url, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def gunicorn(environment: dict[str, str]) -> Any:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:lxp.config.gunicorn", "lxp.config.wsgi"]
    extra = {"LXP_BIND": f"127.0.0.1:{PORT}", "LXP_WORKERS": str(WORKERS), "LXP_BASE_URL": ADDRESS}
    return running(command, {**environment, **extra}, f"{ADDRESS}/health/")


def family(process_id: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [process_id, *(each for child in children for each in family(int(child)))]


def memory_megabytes(process_id: int) -> float:
    """PSS: what is shared counts once, divided over those who share it."""
    kilobytes = 0
    for each in family(process_id):
        text = Path(f"/proc/{each}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
        kilobytes += int(found.group(1)) if found else 0
    return kilobytes / 1024


def memory_after_visits(environment: dict[str, str], paths: list[str]) -> float:
    """Of the master and its workers together, after each worker has served pages."""
    with gunicorn(environment) as server:
        for _visit in range(VISITS):
            for path in paths:
                answers(f"{ADDRESS}{path}")
        return memory_megabytes(server.pid)


def cold_weight(page: Page, path: str) -> Weight:
    """Everything that one visit sends over the line, without the headers of what is asked."""
    sizes: dict[str, float] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(f"{ADDRESS}{path}", wait_until="networkidle")
    session.detach()
    return Weight(len(sizes), sum(sizes.values()) / 1024)


def cold_weights(environment: dict[str, str], visitor: list[str], learner: list[str], session: str) -> list[Weight]:
    """Of pages for a visitor and for a signed-in learner, whose session is given; none where Chromium is missing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return []
    found = []
    with gunicorn(environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.getuid() != 0)
        for paths, cookie in ((visitor, ""), (learner, session)):
            for path in paths:
                context = browser.new_context(base_url=ADDRESS)
                if cookie:
                    context.add_cookies([{"name": "sessionid", "value": cookie, "url": ADDRESS}])
                found.append(cold_weight(context.new_page(), path))
                context.close()
        browser.close()
    return found


def first_text_ms(page: Page, path: str, line: Line) -> float:
    """From the scan of a code to the first text, over a thin line and with an empty cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line.conditions)
    page.goto(f"{ADDRESS}{path}", wait_until="networkidle")
    painted = page.evaluate(FIRST_TEXT)  # since the beginning of the navigation, redirects included
    session.detach()
    return float(painted)


def card_figures() -> CardFigures | None:
    """What a card costs a telephone; None where Chromium is missing. The demo is running."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=os.getuid() != 0)
        answers(f"{ADDRESS}{CARD}")  # kept from here on
        with browser.new_context(viewport=TELEPHONE, locale="nl-NL") as context:
            weight = cold_weight(context.new_page(), CARD)
        found = []
        for line in LINES:
            with browser.new_context(viewport=TELEPHONE, locale="nl-NL") as context:
                found.append(first_text_ms(context.new_page(), CARD, line))
        browser.close()
    return CardFigures(weight, found)


def demo_figures(environment: dict[str, str]) -> tuple[float, CardFigures | None]:
    """Seconds from `lxp serve --demo` on an empty folder to the first page, and what a card of it costs."""
    started = time.monotonic()
    command = [sys.executable, "-m", "lxp", "serve", "--demo", "--port", str(PORT)]
    with running(command, {**environment, "LXP_BASE_URL": ADDRESS}, f"{ADDRESS}/nl/"):
        seconds = time.monotonic() - started
        return seconds, card_figures()
