"""Calls the hooks of packages and plugins, so that a plugin that fails hurts nobody."""

from __future__ import annotations

import hashlib
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from pluggy import HookImpl, PluginManager

from lxp import audit, hookspecs, plugin_discovery
from lxp.exceptions import LxpError
from lxp.models import Organisation, PluginIncident, PluginSwitch, PublicStamp, User
from lxp.permissions import require
from lxp.plugin_answers import checked, settled
from lxp.plugin_budget import OverBudgetError, cut_after

logger = logging.getLogger(__name__)
CORE_APPS = ("lxp", "content", "courses", "skills_graph")
SLOW_SECONDS = 2.0
IN_BACKGROUND = ("reconcile", "person_export", "person_erase")
INCIDENT_PAUSE = timedelta(seconds=30)

manager = PluginManager("lxp")
manager.add_hookspecs(hookspecs)


class UnknownPluginError(LxpError):
    """A plugin that is not installed here."""


def load() -> None:
    """Register the `lxp_hooks` of packages and plugins, in the order of INSTALLED_APPS. Called when Django is ready."""
    for app in apps.get_app_configs():
        if app.label in plugin_discovery.found:
            plugin_discovery.import_later_modules(app)
        if app.label not in CORE_APPS and app.label not in plugin_discovery.found:
            continue
        if not manager.has_plugin(app.label) and module_has_submodule(app.module, "lxp_hooks"):
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


def is_core(name: str) -> bool:
    """Whether this is one of our own packages, whose faults are bugs and no incidents."""
    return name in CORE_APPS


def title_of(name: str) -> str | Promise:
    """A plugin's name as its AppConfig gives it to people, in the language of whoever reads it."""
    return apps.app_configs[name].verbose_name if name in apps.app_configs else name


def plugins_on(organisations: Iterable[Organisation]) -> frozenset[str]:
    """The plugins that at least one of the organisations has on. Costs no query: each organisation knows its own."""
    names = {name for organisation in organisations for name in organisation.plugins}
    return names.intersection(installed()) if names else frozenset()  # type: ignore[return-value]


def organisations_of(request: HttpRequest) -> list[Organisation]:
    """Whose switches count for a page that belongs to no organisation: those of its reader; none for a visitor."""
    person = getattr(request, "user", None)
    return person.organisations if isinstance(person, User) else []


@transaction.atomic
def switch(*, plugin: str, organisation: Organisation, on: bool, by: User | None) -> PluginSwitch:
    """Switch a plugin on or off for one organisation, at run time. Switching twice the same way changes nothing.

    `by` is None for an operator at the command line. Raises UnknownPluginError for a plugin that is not installed, and
    PermissionDenied unless `by` administers the organisation.
    """
    if by is not None:
        require(by, "organisation.administer", organisation)
    if plugin not in installed():
        raise UnknownPluginError(f"There is no plugin {plugin} here. Installed: {', '.join(installed()) or '-'}.")
    return _set_switch(plugin, organisation, on=on, by=by)


def _set_switch(plugin: str, organisation: Organisation, *, on: bool, by: User | None) -> PluginSwitch:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    row = PluginSwitch.objects.filter(plugin=plugin, organisation=locked).first()
    if (row is not None and row.is_on) != on:
        audit.record("plugin.switched", by=by, organisation=locked, plugin=plugin, on=on)
    row = row or PluginSwitch(plugin=plugin, organisation=locked)
    row.is_on, row.changed_by = on, by
    row.save()
    switched_on = PluginSwitch.objects.filter(organisation=locked, is_on=True).order_by("plugin")
    organisation.plugins = locked.plugins = list(switched_on.values_list("plugin", flat=True))
    locked.save(update_fields=["plugins"])
    PublicStamp.raise_number()
    return row


@transaction.atomic
def forget_switches(plugin: str) -> None:
    """Switch a plugin off everywhere and forget that it was ever on: for a plugin that is taken out."""
    for row in PluginSwitch.objects.filter(plugin=plugin, is_on=True).select_related("organisation"):
        _set_switch(plugin, row.organisation, on=False, by=None)
    PluginSwitch.objects.filter(plugin=plugin).delete()


def _savepoint() -> AbstractContextManager[None]:
    """A savepoint where a transaction runs; nothing elsewhere: on SQLite each transaction takes the write lock."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def seconds_for(where: str) -> float:
    """How long a call may take before it is stopped: work in the background longer than what somebody waits for."""
    return float(settings.PLUGIN_BACKGROUND_SECONDS if where in IN_BACKGROUND else settings.PLUGIN_SECONDS)


def _fingerprint(fault: BaseException | str) -> str:
    """The same for the same kind of fault at the same place in the code, whatever its words."""
    if isinstance(fault, str):
        return hashlib.sha256(fault.encode()).hexdigest()
    frames = traceback.extract_tb(fault.__traceback__)
    place = [type(fault).__qualname__, *(f"{frame.filename}:{frame.lineno}" for frame in frames)]
    return hashlib.sha256("\n".join(place).encode()).hexdigest()


def record_incident(plugin: str, where: str, fault: BaseException | str) -> None:
    """Count a fault of a plugin; the same fault of the same hook stays one row, written at most twice a minute."""
    summary = fault if isinstance(fault, str) else f"{type(fault).__name__}: {fault}"
    trace = "" if isinstance(fault, str) else "".join(traceback.format_exception(fault))
    logger.error("Plugin %s failed in %s: %s\n%s", plugin, where, summary, trace)
    key = {"plugin": plugin, "hook": where[:120], "fingerprint": _fingerprint(fault)}
    try:
        with _savepoint():
            row = PluginIncident.objects.filter(**key).values("last_at").first()
            if row is None:
                defaults = {"summary": _storable(summary)[:300], "trace": _storable(trace)[-20_000:]}
                PluginIncident.objects.get_or_create(**key, defaults=defaults)
            elif row["last_at"] < timezone.now() - INCIDENT_PAUSE:
                PluginIncident.objects.filter(**key).update(count=F("count") + 1, last_at=timezone.now())
    except DatabaseError:
        logger.exception("The incident of plugin %s could not be stored.", plugin)


def _storable(text: str) -> str:
    """Text that every database takes: PostgreSQL refuses NUL."""
    return text.replace("\0", "�")


@contextmanager
def guard(plugin: str, where: str) -> Iterator[None]:
    """Run a plugin's code: what it raises is recorded and swallowed, and what it wrote in a transaction is undone."""
    started = time.monotonic()
    seconds = seconds_for(where)
    try:
        with _savepoint(), cut_after(seconds):
            yield
    except OverBudgetError:
        record_incident(plugin, where, f"stopped after {seconds:g} seconds")
    except (Exception, SystemExit) as fault:  # noqa: BLE001 - a plugin may raise anything
        record_incident(plugin, where, fault)
    else:
        seconds = time.monotonic() - started
        if seconds > SLOW_SECONDS:
            record_incident(plugin, where, f"slower than {SLOW_SECONDS:g} seconds")


def _implementations(hook_name: str) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
    """(plugin, caller) for each implementation, in the order in which packages were registered."""
    implementations = getattr(manager.hook, hook_name).get_hookimpls()
    return [(each.plugin_name, partial(_call_implementation, each)) for each in implementations]


def _call_implementation(implementation: HookImpl, arguments: dict[str, Any]) -> Any:
    """With those of the arguments that this implementation names."""
    return implementation.function(*(arguments[name] for name in implementation.argnames))


def answer_of(implementation: HookImpl, **arguments: Any) -> Any:
    """What one implementation answers, neither guarded nor checked: for tests and commands."""
    return _call_implementation(implementation, arguments)


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

    `expects` is the type of each element, SafeString for HTML; another type is an incident of that plugin.
    `organisations` says whose switches count; `plugins` gives the set that is on, where the caller knows it; neither
    asks every installed plugin.
    """
    if plugins is None:
        plugins = frozenset(installed()) if organisations is None else plugins_on(organisations)
    answers: list[Any] = []
    for name, implementation in _implementations(hook_name):
        if name in CORE_APPS:
            answers.extend(implementation(arguments) or [])
        elif name in plugins:
            with guard(name, hook_name):
                answers.extend(checked(implementation(arguments), expects))
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


def tell_each(hook_name: str, *, skip: frozenset[str], **arguments: Any) -> list[str]:
    """Tell every installed plugin except those in `skip`, on or off, each in a transaction of its own. Returns the names of
    those that did it without a fault; a plugin without this hook has nothing to do, and is not named."""
    done: list[str] = []
    for name, implementation in _implementations(hook_name):
        if name in CORE_APPS or name in skip:
            continue
        with guard(name, hook_name):
            with transaction.atomic():
                implementation(arguments)
            done.append(name)  # only now: keys are checked when the transaction commits
    return done


def ask_each(
    hook_name: str, *, expects: type, guards_core: bool = False, **arguments: Any
) -> tuple[list[Any], list[str]]:
    """Ask every package and every installed plugin, on or off: the joined answers, and the names of those that failed.
    With `guards_core` also a fault of our own packages is recorded and counted, and stops no other."""
    answers: list[Any] = []
    failed: list[str] = []
    for name, implementation in _implementations(hook_name):
        has_answered = False
        with guard(name, hook_name) if guards_core else guard_unless_core(name, hook_name):
            found = checked(implementation(arguments), expects)
            answers.extend(found if is_core(name) else [settled(each) for each in found])
            has_answered = True
        if not has_answered:
            failed.append(name)
    return answers, failed


Organisations = Iterable[Organisation] | Callable[[], Iterable[Organisation]]


def announce(hook_name: str, *, organisations: Organisations, **arguments: Any) -> None:
    """Tell our own packages and the plugins that are on, after the transaction has committed; a fault is recorded and
    skipped: what was committed stands, and `reconcile` finds what was missed.

    `organisations` may be a function: it is called only where a plugin listens, so that nobody asks in vain.
    """
    wanted = organisations if callable(organisations) else list(organisations)

    def tell() -> None:
        implementations = []
        for name, implementation in _implementations(hook_name):
            if name not in CORE_APPS:
                implementations.append((name, implementation))
                continue
            try:
                implementation(arguments)
            except Exception:  # such as a queue that is away
                logger.exception("Package %s failed in %s.", name, hook_name)
        if not implementations:
            return
        plugins = plugins_on(wanted() if callable(wanted) else wanted)
        for name, implementation in implementations:
            if name in plugins:
                with guard(name, hook_name):
                    implementation(arguments)

    transaction.on_commit(tell)
