"""Breaks a plugin's hooks on purpose, one at a time, whatever the plugin does in them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazystr
from django.utils.module_loading import import_string
from django.utils.safestring import mark_safe
from pluggy import HookImpl

from lxp import hookspecs, plugin_manager
from lxp.home import HomeItem
from lxp.models import PluginIncident
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart

MARK = "kit-fault"
SLEEP_SECONDS = 30
HUGE_CHARACTERS = 2_000_000
IN_THE_TEST_SECONDS = 0.05
NEVER_OFF = 1_000_000
AFTERWARDS = ("module_completed", "evidence_recorded", "holding_changed", "person_erase")  # they answer nothing
AT_START = ("activity_kinds", "urls")


class DeliberateError(Exception):
    """Raised by the kit in the place of a hook."""


def raises(hook: str) -> Any:
    raise DeliberateError(f"{MARK}: {hook} raises")


def exits(hook: str) -> Any:
    sys.exit(f"{MARK}: {hook} exits")


def sleeps(hook: str) -> Any:
    time.sleep(SLEEP_SECONDS)


def number(hook: str) -> Any:
    return 7


def mapping(hook: str) -> Any:
    return {MARK: MARK}


def plain_text(hook: str) -> Any:
    return f"<script>'{MARK}'</script>"


def endless(hook: str) -> Any:
    return iter(lambda: MARK, None)


def list_of_numbers(hook: str) -> Any:
    return [7]


def list_of_nothing(hook: str) -> Any:
    return [None]


def unescaped(hook: str) -> Any:
    return [f"<script>'{MARK}'</script>"]


def huge(hook: str) -> Any:
    return [mark_safe(MARK + "x" * HUGE_CHARACTERS)]  # noqa: S308 - it is meant to be wrong


def many(hook: str) -> Any:
    return [mark_safe(MARK)] * HUGE_CHARACTERS  # noqa: S308 - it is meant to be wrong


def poisoned(hook: str) -> Any:
    """What has the right type, and the wrong things in it."""
    kinds: dict[str, Callable[[], Any]] = {
        "navigation_items": lambda: NavigationItem(MARK, 7, None, [], "first"),  # type: ignore[arg-type]
        "home_items": lambda: HomeItem("kind", 7, None, "javascript:1"),  # type: ignore[arg-type]
        "digest_items": lambda: DigestItem("kind", 7, "https://elsewhere.example"),  # type: ignore[arg-type]
        "person_export": lambda: ExportPart("../x", 7, None),  # type: ignore[arg-type]
    }
    return [kinds[hook]() if hook in kinds else lazystr(mark_safe(MARK))]  # noqa: S308 - it is meant to be wrong


@dataclass(frozen=True)
class Fault:
    """One way to break a hook: what it does instead, and whether that must become an incident."""

    act: Callable[[str], Any]

    @property
    def name(self) -> str:
        return self.act.__name__


STOPPING = (Fault(raises), Fault(exits), Fault(sleeps))
WRONG_ANSWERS = tuple(
    map(
        Fault, (number, mapping, plain_text, endless, list_of_numbers, list_of_nothing, unescaped, huge, many, poisoned)
    )
)


def faults_of(hook: str) -> tuple[Fault, ...]:
    """Every fault that means something for a hook."""
    if hook in (*AFTERWARDS, *AT_START):
        return STOPPING
    answers_words = hook == "reconcile"  # any words are right there
    return tuple(each for each in (*STOPPING, *WRONG_ANSWERS) if not (answers_words and each.act is unescaped))


def implementations(plugin: str) -> dict[str, HookImpl]:
    """hook name → the plugin's implementation."""
    callers = {name: getattr(plugin_manager.manager.hook, name) for name in specifications()}
    found = ((name, each) for name, caller in callers.items() for each in caller.get_hookimpls())
    return {name: each for name, each in found if each.plugin_name == plugin}


def kinds_of(plugin: str) -> list[Any]:
    """The classes of the plugin's activities."""
    hook = implementations(plugin).get("activity_kinds")
    return [import_string(path) for path in plugin_manager.answer_of(hook)] if hook else []


def specifications() -> list[str]:
    return [name for name, each in vars(hookspecs).items() if hasattr(each, "lxp_spec")]


def for_core() -> list[str]:
    """Hooks that a plugin may not implement."""
    return [name for name in specifications() if (getattr(hookspecs, name).__doc__ or "").startswith("Core:")]


@contextmanager
def replaced(implementation: HookImpl, function: Callable[..., Any]) -> Iterator[None]:
    """For a while another function in the place of a hook."""
    original = implementation.function
    implementation.function = function  # type: ignore[misc]
    try:
        yield
    finally:
        implementation.function = original  # type: ignore[misc]


def incidents(plugin: str) -> list[str]:
    """What was recorded, one line each."""
    rows = PluginIncident.objects.filter(plugin=plugin).order_by("hook")
    return [f"{each.hook}: {each.summary}" for each in rows]
