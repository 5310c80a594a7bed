"""What needs a real server: memory of the web processes, the weight of a cold page, the start of the demo."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@contextmanager
def running(command: list[str], environment: dict[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, stopped afterwards."""
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


def demo_start_seconds(environment: dict[str, str]) -> float:
    """From `lxp serve --demo` on an empty folder to the first page."""
    started = time.monotonic()
    command = [sys.executable, "-m", "lxp", "serve", "--demo", "--port", str(PORT)]
    with running(command, {**environment, "LXP_BASE_URL": ADDRESS}, f"{ADDRESS}/nl/"):
        return time.monotonic() - started
