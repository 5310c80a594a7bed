"""Calls the hooks of packages and plugins, so that a plugin that fails hurts nobody."""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from pluggy import PluginManager

from lxp import hookspecs, plugin_discovery
from lxp.exceptions import LxpError
from lxp.models import Organisation, PluginIncident, PluginSwitch, PublicStamp, User

logger = logging.getLogger(__name__)
CORE_APPS = ("lxp", "content", "courses", "skills_graph")
SLOW_SECONDS = 2.0
INCIDENT_PAUSE = timedelta(seconds=30)

manager = PluginManager("lxp")
manager.add_hookspecs(hookspecs)


class UnknownPluginError(LxpError):
    """A plugin that is not installed here."""


class PluginAnswerError(LxpError):
    """A hook answered something else than its specification asks."""


def load() -> None:
    """Register every package's and plugin's `lxp_hooks` module, in the order of INSTALLED_APPS. Called when Django is ready."""
    for app in apps.get_app_configs():
        if app.label not in CORE_APPS and app.label not in plugin_discovery.found:
            continue
        if app.label in plugin_discovery.quarantined or manager.has_plugin(app.label):
            continue
        if module_has_submodule(app.module, "lxp_hooks"):
            _register(app.label, f"{app.name}.lxp_hooks")


def _register(label: str, path: str) -> None:
    if label in CORE_APPS:
        manager.register(import_module(path), name=label)
        manager.check_pending()
        return
    try:
        manager.register(import_module(path), name=label)
        manager.check_pending()
    except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
        if manager.has_plugin(label):
            manager.unregister(name=label)
        plugin_discovery.quarantine(label, fault)


def installed() -> list[str]:
    """The names of the plugins that can be switched on, bundled and third-party."""
    return sorted(name for name in plugin_discovery.found if name not in plugin_discovery.quarantined)


def title_of(name: str) -> str:
    """A plugin's name as its AppConfig gives it to people."""
    return str(apps.app_configs[name].verbose_name) if name in apps.app_configs else name


def plugins_on(organisations: Iterable[Organisation]) -> frozenset[str]:
    """The plugins that at least one of the organisations has on. Costs no query where no plugin is installed."""
    names, wanted = installed(), list(organisations)
    if not names or not wanted:
        return frozenset()
    switches = PluginSwitch.objects.filter(organisation__in=wanted, is_on=True, plugin__in=names)
    return frozenset(switches.values_list("plugin", flat=True))


@transaction.atomic
def switch(*, plugin: str, organisation: Organisation, on: bool, by: User | None) -> PluginSwitch:
    """Switch a plugin on or off for one organisation, at run time. Raises UnknownPluginError."""
    if plugin not in installed():
        raise UnknownPluginError(f"There is no plugin {plugin} here. Installed: {', '.join(installed()) or '-'}.")
    row, _ = PluginSwitch.objects.update_or_create(
        plugin=plugin, organisation=organisation, defaults={"is_on": on, "changed_by": by}
    )
    PublicStamp.raise_number()
    return row


def record_incident(plugin: str, where: str, fault: BaseException | str) -> None:
    """Count a fault of a plugin; the same fault of the same hook stays one row, written at most twice a minute."""
    summary = fault if isinstance(fault, str) else f"{type(fault).__name__}: {fault}"
    trace = "" if isinstance(fault, str) else "".join(traceback.format_exception(fault))
    logger.error("Plugin %s failed in %s: %s\n%s", plugin, where, summary, trace)
    fingerprint = hashlib.sha256(trace.encode() or summary.encode()).hexdigest()
    known = PluginIncident.objects.filter(plugin=plugin, hook=where[:120], fingerprint=fingerprint)
    try:
        row = known.values("last_at").first()
        if row is None:
            PluginIncident.objects.get_or_create(
                plugin=plugin,
                hook=where[:120],
                fingerprint=fingerprint,
                defaults={"summary": summary[:300], "trace": trace[-20_000:]},
            )
        elif row["last_at"] < timezone.now() - INCIDENT_PAUSE:
            known.update(count=F("count") + 1, last_at=timezone.now())
    except DatabaseError:
        logger.exception("The incident of plugin %s could not be stored.", plugin)


@contextmanager
def guard(plugin: str, where: str) -> Iterator[None]:
    """Run a plugin's code: whatever it raises is recorded and swallowed, and what it wrote in a transaction is undone."""
    started = time.monotonic()
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            yield
    except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
        record_incident(plugin, where, fault)
    else:
        seconds = time.monotonic() - started
        if seconds > SLOW_SECONDS:
            record_incident(plugin, where, f"slower than {SLOW_SECONDS:g} seconds")


def _implementations(hook_name: str) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
    """(plugin, caller) for each implementation, in the order in which packages were registered."""
    found = []
    for implementation in getattr(manager.hook, hook_name).get_hookimpls():
        found.append(
            (
                implementation.plugin_name,
                lambda arguments, each=implementation: each.function(*(arguments[name] for name in each.argnames)),
            )
        )
    return found


def call_core(hook_name: str, **arguments: Any) -> list[Any]:
    """Call our own packages only; a fault is raised, so that the caller's transaction is rolled back."""
    answers: list[Any] = []
    for name, implementation in _implementations(hook_name):
        if name in CORE_APPS:
            answers.extend(implementation(arguments) or [])
    return answers


def call(
    hook_name: str,
    *,
    expects: type,
    organisations: Iterable[Organisation] | None = None,
    plugins: frozenset[str] | None = None,
    **arguments: Any,
) -> list[Any]:
    """Ask every package, and each plugin that is on, and join their lists of answers.

    `expects` is the type of each element; another type is an incident of that plugin. `organisations` says whose switches
    count; `plugins` gives the set that is on, where the caller knows it; neither asks every installed plugin.
    """
    implementations = _implementations(hook_name)
    if plugins is None and organisations is not None and any(name not in CORE_APPS for name, _ in implementations):
        plugins = plugins_on(organisations)
    answers: list[Any] = []
    for name, implementation in implementations:
        if name in CORE_APPS:
            answers.extend(implementation(arguments) or [])
        elif organisations is None and plugins is None or name in (plugins or ()):
            with guard(name, hook_name):
                answers.extend(_checked(implementation(arguments), expects))
    return answers


@contextmanager
def guard_unless_core(name: str, where: str) -> Iterator[None]:
    """Guard a plugin's code; let a fault of our own packages through."""
    if name in CORE_APPS:
        yield
    else:
        with guard(name, where):
            yield


def answers(hook_name: str) -> list[tuple[str, Any]]:
    """(package or plugin, raw answer) for a hook that is asked once at the start; a plugin that raises has none."""
    found: list[tuple[str, Any]] = []
    for name, implementation in _implementations(hook_name):
        with guard_unless_core(name, hook_name):
            found.append((name, implementation({})))
    return found


def _checked(answer: Any, expects: type) -> list[Any]:
    if answer is None:
        return []
    if not isinstance(answer, list | tuple):
        raise PluginAnswerError(f"answered {type(answer).__name__}, where a list is asked")
    for element in answer:
        if not isinstance(element, expects):
            raise PluginAnswerError(f"answered {type(element).__name__}, where {expects.__name__} is asked")
    return list(answer)


def announce(hook_name: str, *, organisations: Iterable[Organisation], **arguments: Any) -> None:
    """Tell the plugins that are on, after the transaction has committed; a fault is recorded and skipped."""
    wanted = list(organisations)

    def tell() -> None:
        implementations = [each for each in _implementations(hook_name) if each[0] not in CORE_APPS]
        plugins = plugins_on(wanted) if implementations else frozenset()
        for name, implementation in implementations:
            if name in plugins:
                with guard(name, hook_name):
                    implementation(arguments)

    transaction.on_commit(tell)
