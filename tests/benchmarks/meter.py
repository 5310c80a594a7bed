"""What a request costs: processor time of this process and of the database's, and the number of SQL statements."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

WARM_UPS = 5
REPETITIONS = 40
NANOSECONDS = 1e9

Call = Callable[[], HttpResponse]


@dataclass
class Cost:
    """Of the requests of one workload together. The lists hold one value per repetition."""

    seconds: list[float] = field(default_factory=list)
    sql_counts: list[int] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        """The median: what other work on the machine takes falls on few repetitions."""
        return 1000 * median(self.seconds)

    @property
    def sql_count(self) -> int:
        return self.sql_counts[-1]


def database_process() -> Path | None:
    """Where Linux counts the time of PostgreSQL's process for this connection; None on SQLite, which has none."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return Path(f"/proc/{cursor.fetchone()[0]}/schedstat")


def processor_seconds(database: Path | None) -> float:
    spent = time.process_time()
    if database is not None:
        spent += int(database.read_text().split()[0]) / NANOSECONDS
    return spent


def count_sql(call: Call) -> tuple[HttpResponse, int]:
    with CaptureQueriesContext(connection) as captured:
        response = call()
    return response, captured.final_queries - captured.initial_queries  # type: ignore[operator]


def repeat(call: Call, repetitions: int = REPETITIONS) -> tuple[HttpResponse, Cost]:
    """Warm up, count statements once, then measure. Every answer must be one: 200, or 204 after a write."""
    for _turn in range(WARM_UPS):
        call()
    response, sql_count = count_sql(call)
    if response.status_code not in (200, 204):
        raise RuntimeError(f"A workload was answered with {response.status_code}.")
    cost, database = Cost(sql_counts=[sql_count]), database_process()
    for _turn in range(repetitions):
        before = processor_seconds(database)
        call()
        cost.seconds.append(processor_seconds(database) - before)
    return response, cost


def once(call: Call, database: Path | None) -> tuple[HttpResponse, float]:
    """One request that cannot be repeated, such as an answer: its processor seconds."""
    before = processor_seconds(database)
    response = call()
    return response, processor_seconds(database) - before
