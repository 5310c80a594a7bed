"""Breaks the plugin on purpose: `faults["home_panels"] = "raise"`."""

from __future__ import annotations

import os
import time
from typing import Any

from django.utils.safestring import mark_safe

from lxp_testdummy.models import Compliment

HUGE = 2_000_000
faults: dict[str, str] = dict(
    each.split("=", 1) for each in os.environ.get("TESTDUMMY_FAULTS", "").split(",") if "=" in each
)


class DeliberateError(Exception):
    """Raised because somebody asked for it."""


def answer(place: str, good: Any) -> Any:
    """What a place answers: its good answer, or the fault that somebody asked for."""
    mode = faults.get(place)
    if mode is None:
        return good
    if mode == "raise":
        raise DeliberateError(f"{place} fails on purpose.")
    if mode == "sleep":
        time.sleep(30)
        return good
    if mode == "write_and_raise":
        Compliment.objects.create(text=place)
        Compliment.objects.create(pk=Compliment.objects.latest("pk").pk, text="the same key", attempt_uuid=None)
    strange = {
        "wrong_type": 7,
        "wrong_element": [7],
        "unsafe": "<script>alert('unsafe')</script>",
        "huge": mark_safe("x" * HUGE),  # noqa: S308 - it is meant to be wrong
    }[mode]
    return [strange] if isinstance(good, list) and mode in ("unsafe", "huge") else strange
