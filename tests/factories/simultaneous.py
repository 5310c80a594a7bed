"""The same moment for several people: real threads, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

PATIENCE_SECONDS = 60


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each call returned or raised, in the order of the calls; all start together."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(PATIENCE_SECONDS)
            return call()
        except Exception as fault:  # noqa: BLE001 - what a call raises is its result
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
