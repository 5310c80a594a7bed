"""Which kinds of activity exist here, and which package or plugin each comes from."""

from __future__ import annotations

import threading
import time

from django.utils.module_loading import import_string

from courses.activities.base import Activity
from lxp import plugin_manager
from lxp.plugin_answers import PluginAnswerError

RETRY_SECONDS = 60.0

_lock = threading.RLock()
_kinds: dict[str, type[Activity]] = {}
_owners: dict[str, str] = {}
_retry_at = 0.0  # when to look again; infinity once every class was found


def kinds() -> dict[str, type[Activity]]:
    """kind → class, built-in kinds first.

    A plugin's class that cannot be used is an incident and is left out; it is tried again after a minute, since what
    kept it from being imported may pass.
    """
    global _retry_at  # noqa: PLW0603 - one registry in each process
    if time.monotonic() >= _retry_at:
        with _lock:
            if time.monotonic() >= _retry_at:
                is_complete = _look()
                _retry_at = float("inf") if is_complete else time.monotonic() + RETRY_SECONDS
    return _kinds


def _look() -> bool:
    """Add what is not known yet; whether nothing failed."""
    is_complete = True
    for owner, paths in plugin_manager.answers("activity_kinds"):
        for path in paths if isinstance(paths, list | tuple) else [paths]:
            found = False
            with plugin_manager.guard_unless_core(owner, "activity_kinds"):
                _add(owner, import_string(path))
                found = True
            is_complete = is_complete and found
    return is_complete


def _add(owner: str, activity: type[Activity]) -> None:
    """Raises PluginAnswerError for a class that could not work."""
    if not (isinstance(activity, type) and issubclass(activity, Activity)):
        raise PluginAnswerError(f"{activity!r} is not a class of courses.api.Activity")
    kind = activity.kind
    if not plugin_manager.is_core(owner) and not kind.startswith(f"{owner}_"):
        raise PluginAnswerError(f"the kind {kind} must begin with {owner}_, so that it is nobody else's")
    str(activity.label), str(activity.description), activity.template
    if _kinds.setdefault(kind, activity) is not activity:
        raise PluginAnswerError(f"there is a kind {kind} already")
    _owners[kind] = owner


def owner_of(kind: str) -> str:
    """The package or plugin that a kind comes from, "" for a kind that is not here."""
    kinds()
    return _owners.get(kind, "")


def get(kind: str) -> type[Activity] | None:
    return kinds().get(kind)


def reset() -> None:
    """Forget what was found: only for tests that change the set of plugins."""
    global _retry_at  # noqa: PLW0603 - one registry in each process
    with _lock:
        _kinds.clear()
        _owners.clear()
        _retry_at = 0.0
