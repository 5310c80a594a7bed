"""The boundary around a plugin's code: time, savepoint and exceptions; and what is noted when something crosses it."""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F
from django.utils import timezone

from lxp import plugin_budget
from lxp.models import Organisation, PluginIncident
from lxp.plugin_budget import OverBudgetError, cut_after
from lxp.plugin_switches import count_fault

logger = logging.getLogger(__name__)
CORE_APPS = ("lxp", "content", "courses", "skills_graph")
SLOW_SECONDS = 2.0
AT_START = ("activity_kinds", "urls")  # asked once in each process, and import what they name
IN_BACKGROUND = ("reconcile", "person_export", "person_erase", *AT_START)
INCIDENT_PAUSE = timedelta(seconds=30)
Answer = TypeVar("Answer")
Organisations = Iterable[Organisation] | Callable[[], Iterable[Organisation]]


def seconds_for(where: str) -> float:
    """How long a call may take before it is stopped: work in the background longer than what somebody waits for."""
    return float(settings.PLUGIN_BACKGROUND_SECONDS if where in IN_BACKGROUND else settings.PLUGIN_SECONDS)


def _savepoint() -> AbstractContextManager[None]:
    """A savepoint where a transaction runs; nothing elsewhere: on SQLite each transaction takes the write lock."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _fingerprint(fault: BaseException | str) -> str:
    """The same for the same kind of fault at the same place in the code, whatever its words."""
    if isinstance(fault, str):
        return hashlib.sha256(fault.encode()).hexdigest()
    frames = traceback.extract_tb(fault.__traceback__)
    place = [type(fault).__qualname__, *(f"{frame.filename}:{frame.lineno}" for frame in frames)]
    return hashlib.sha256("\n".join(place).encode()).hexdigest()


def record_incident(
    plugin: str,
    where: str,
    fault: BaseException | str,
    *,
    about: str = "",
    organisations: Organisations = (),
) -> None:
    """Count a fault of a plugin; the same fault of the same hook stays one row, written at most twice a minute.

    `about` names the object that it was about, the latest one is kept. For each of the `organisations` it counts
    towards switching the plugin off.
    """
    summary = fault if isinstance(fault, str) else f"{type(fault).__name__}: {fault}"
    trace = "" if isinstance(fault, str) else "".join(traceback.format_exception(fault))
    logger.error("Plugin %s failed in %s (%s): %s\n%s", plugin, where, about or "-", summary, trace)
    key = {"plugin": plugin, "hook": where[:120], "fingerprint": _fingerprint(fault)}
    try:
        with _savepoint():
            row = PluginIncident.objects.filter(**key).values("last_at").first()
            if row is None:
                words = {"summary": _storable(summary)[:300], "about": _storable(about)[:200]}
                PluginIncident.objects.get_or_create(**key, defaults={**words, "trace": _storable(trace)[-20_000:]})
            elif row["last_at"] < timezone.now() - INCIDENT_PAUSE:
                changed = {"count": F("count") + 1, "last_at": timezone.now(), "about": _storable(about)[:200]}
                PluginIncident.objects.filter(**key).update(**changed)
        with _savepoint():
            count_fault(plugin=plugin, organisations=organisations() if callable(organisations) else organisations)
    except DatabaseError as refusal:  # such as before the first migration: what happened is in the log above
        logger.error("The incident of plugin %s could not be stored: %s", plugin, refusal)


def _storable(text: str) -> str:
    """Text that every database takes: PostgreSQL refuses NUL."""
    return text.replace("\0", "�")


def words_for(arguments: Mapping[str, Any]) -> str:
    """What a call is about, as an operator can look it up: each object by its model and number, never by a name."""
    found = []
    for name, value in arguments.items():
        if isinstance(value, models.Model):
            found.append(f"{value._meta.label_lower} {value.pk}")
        elif isinstance(value, UUID | int):
            found.append(f"{name} {value}")
        elif isinstance(getattr(value, "path", None), str):
            found.append(str(value.path))
    return ", ".join(found)


@contextmanager
def guard(
    plugin: str,
    where: str,
    *,
    about: str = "",
    organisations: Organisations = (),
    is_timed_elsewhere: bool = False,
) -> Iterator[None]:
    """Run a plugin's code: what it raises is recorded and swallowed, what it wrote in a transaction is undone, and it is
    stopped when its time is over. Slow is a fault only where somebody waits, and waiting for one's turn in the database is no
    time of the plugin. Our own packages have all the time that they need."""
    started, queued = time.monotonic(), plugin_budget.queued_seconds()
    seconds = seconds_for(where)
    is_timed = not is_timed_elsewhere and plugin not in CORE_APPS
    known: dict[str, Any] = {"about": about, "organisations": organisations}
    try:
        with _savepoint(), cut_after(seconds) if is_timed else nullcontext():
            yield
    except OverBudgetError:
        record_incident(plugin, where, f"stopped after {seconds:g} seconds", **known)
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - a plugin may raise anything
        record_incident(plugin, where, fault, **known)
    else:
        is_waited_for = plugin not in CORE_APPS and where not in IN_BACKGROUND
        spent = time.monotonic() - started - (plugin_budget.queued_seconds() - queued)
        if is_waited_for and spent > SLOW_SECONDS:
            record_incident(plugin, where, f"slower than {SLOW_SECONDS:g} seconds", **known)


def run(
    plugin: str,
    where: str,
    function: Callable[[], Answer],
    default: Answer,
    *,
    about: str = "",
    organisations: Organisations = (),
) -> Answer:
    """What a plugin answers, or the default. Where no transaction is open, nobody waits longer for it than its time, even if
    it never comes back."""
    if plugin_budget.is_stuck(plugin):  # that it hangs has been counted: this is the same fault
        record_incident(plugin, where, "was not asked, since an earlier call has not come back", about=about)
        return default
    is_apart = plugin_budget.can_run_apart()
    answer = default
    with guard(plugin, where, about=about, organisations=organisations, is_timed_elsewhere=is_apart):
        answer = plugin_budget.apart(plugin, function, seconds_for(where)) if is_apart else function()
    return answer
