"""Which kinds of activity exist here, and which package or plugin each comes from."""

from __future__ import annotations

from functools import cache

from django.utils.module_loading import import_string

from courses.activities.base import Activity
from lxp import plugin_manager


@cache
def kinds() -> dict[str, type[Activity]]:
    """kind → class, built-in kinds first. A plugin's class that cannot be imported is an incident, and is left out."""
    found: dict[str, type[Activity]] = {}
    for owner, paths in plugin_manager.answers("activity_kinds"):
        for path in paths or ():
            with plugin_manager.guard_unless_core(owner, "activity_kinds"):
                activity = import_string(path)
                _owners.setdefault(activity.kind, owner)
                found.setdefault(activity.kind, activity)
    return found


_owners: dict[str, str] = {}


def owner_of(kind: str) -> str:
    """The package or plugin that a kind comes from, "" for a kind that is not here."""
    kinds()
    return _owners.get(kind, "")


def get(kind: str) -> type[Activity] | None:
    return kinds().get(kind)


def reset() -> None:
    """Forget what was found: only for tests that change the set of plugins."""
    kinds.cache_clear()
    _owners.clear()
