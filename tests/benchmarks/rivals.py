"""Two hundred people who want twelve places within five seconds, against a running server: how long each waits for an answer,
beside one booker alone on the same server just before.

This is the side of the browsers, which knows nothing of Django; `crowd` makes the sessions and signs people in.
"""

from __future__ import annotations

import json
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlencode
from uuid import uuid4

from tests.benchmarks.corpora import python
from tests.benchmarks.servers import PORT, gunicorn

RIVALS, SEATS, SECONDS, ALONE = 200, 12, 5, 40
Figure = tuple[str, str, str]
TIMES = 3  # how much longer the 95th percentile may be than that of one booker alone
FIRST_SEED = 20261122
PATIENCE = 120
REDIRECT, CONFLICT = 302, 409


@dataclass
class Reply:
    """How somebody was answered, after how many seconds."""

    status: int
    seconds: float


def book(path: str, session: str, cookie: str) -> Reply:
    """One booking as a browser sends it."""
    token = secrets.token_hex(16)
    body = urlencode({"slot": session, "request": str(uuid4()), "csrfmiddlewaretoken": token})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"sessionid={cookie}; csrftoken={token}"}
    started = time.monotonic()
    connection = HTTPConnection("localhost", PORT, timeout=PATIENCE)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return Reply(answer.status, time.monotonic() - started)


def race(path: str, session: str, cookies: list[str]) -> list[Reply]:
    """Everybody at a moment of their own within five seconds, always the same moments."""
    chance = random.Random(FIRST_SEED)  # noqa: S311 - moments, not secrets
    moments = sorted(chance.uniform(0, SECONDS) for _cookie in cookies)
    replies: list[Reply] = []
    started = time.monotonic()

    def come(moment: float, cookie: str) -> None:
        time.sleep(max(0.0, started + moment - time.monotonic()))
        replies.append(book(path, session, cookie))

    threads = [threading.Thread(target=come, args=each) for each in zip(moments, cookies, strict=True)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return replies


def p95_ms(replies: list[Reply]) -> float:
    return 1000 * quantiles([each.seconds for each in replies], n=20)[-1]


def figures(environment: dict[str, str]) -> list[Figure]:
    """One run: those who come alone one after the other, then everybody. Raises RuntimeError for another number than twelve."""
    known = json.loads(python(environment, "-m", "tests.benchmarks.crowd", *map(str, (ALONE, SEATS, RIVALS))))
    path, (quiet, wanted), cookies = known["path"], known["sessions"], known["cookies"]
    with gunicorn(environment):
        alone = [book(path, quiet, cookie) for cookie in cookies[:ALONE]]
        crowd = race(path, wanted, cookies[ALONE:])
    booked = int(python(environment, "-m", "tests.benchmarks.crowd", wanted))
    statuses = Counter(each.status for each in crowd)
    if {each.status for each in alone} != {REDIRECT}:
        raise RuntimeError(f"Who came alone was answered with {Counter(each.status for each in alone)}.")
    if booked != SEATS or statuses != {REDIRECT: SEATS, CONFLICT: RIVALS - SEATS}:
        raise RuntimeError(f"{booked} of {SEATS} places are booked, with answers {statuses}.")
    one, many = p95_ms(alone), p95_ms(crowd)
    return [
        ("skillslab: one booker alone, 95th percentile (wall)", f"{one:.0f} ms", ""),
        (f"skillslab: {RIVALS} rivals in {SECONDS} s for {SEATS} places, the same", f"{many:.0f} ms", ""),
        ("   times one booker alone; booked", f"× {many / one:.1f}; {booked}", f"≤ × {TIMES}; {SEATS}"),
    ]
