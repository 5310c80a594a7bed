"""What a request costs: processor time of this process and of the database's, and the number of SQL statements."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

WARM_UPS = 5
TURNS = 5  # of one repetition, so that the caches of the processor are as warm as under steady use
REPETITIONS = 15
MOST_REPETITIONS = 100
NANOSECONDS = 1e9
TOLERANCE = 1.15

Call = Callable[[], HttpResponse]


@cache
def database_process() -> Path | None:
    """Where Linux counts the time of PostgreSQL's process for this connection; None on SQLite, which has none."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def processor_seconds() -> float:
    spent, database = time.process_time(), database_process()
    if database is not None:
        spent += int(database.read_text().split()[0]) / NANOSECONDS
    return spent


def yardstick() -> float:
    """Seconds for a fixed piece of Python. Two tasks on one core slow each other down, also in processor time."""
    before = time.process_time()
    for _turn in range(8):
        json.loads(json.dumps([{"number": number, "text": str(number)} for number in range(150)]))
    return time.process_time() - before


@cache
def best_yardstick() -> float:
    return min(yardstick() for _turn in range(400))


def timed(call: Call, turns: int = 1) -> tuple[HttpResponse, float, bool]:
    """The last answer, the seconds of one turn, and whether the processor was undisturbed just before and after."""
    pace = yardstick()
    before = processor_seconds()
    for _turn in range(turns):
        response = call()
    seconds = (processor_seconds() - before) / turns
    return response, seconds, max(pace, yardstick()) < TOLERANCE * best_yardstick()


class Times:
    """Seconds of one request, repeated. Only undisturbed ones count, where there were enough of them."""

    def __init__(self) -> None:
        self.every: list[float] = []
        self.undisturbed: list[float] = []

    def add(self, seconds: float, is_undisturbed: bool) -> None:
        self.every.append(seconds)
        if is_undisturbed:
            self.undisturbed.append(seconds)

    @property
    def ms(self) -> float:
        return 1000 * median(self.undisturbed if len(self.undisturbed) >= 3 else self.every)


def count_sql(call: Call) -> tuple[HttpResponse, int]:
    """Every statement counts, also those that only begin and end a transaction."""
    with CaptureQueriesContext(connection) as captured:
        response = call()
        count = len(captured)
    return response, count


def repeat(call: Call) -> tuple[HttpResponse, Times, int]:
    """Warm up, count the statements once, then measure until enough repetitions were undisturbed."""
    for _turn in range(WARM_UPS):
        call()
    response, sql_count = count_sql(call)
    if response.status_code not in (200, 204):
        raise RuntimeError(f"A workload was answered with {response.status_code}.")
    times = Times()
    while len(times.undisturbed) < REPETITIONS and len(times.every) < MOST_REPETITIONS:
        _response, seconds, is_undisturbed = timed(call, TURNS)
        times.add(seconds, is_undisturbed)
    return response, times, sql_count


def best_ms(call: Callable[[], Any], times: int = 15) -> float:
    """Processor time of the best of several turns: what other work on the machine disturbs least."""
    found = []
    for _turn in range(times):
        before = processor_seconds()
        call()
        found.append(processor_seconds() - before)
    return 1000 * min(found)
