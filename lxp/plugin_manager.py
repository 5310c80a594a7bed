"""Calls the hooks of packages and plugins, so that a plugin that fails hurts nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule
from pluggy import HookImpl, PluginManager

from lxp import hookspecs, plugin_discovery, plugin_incidents
from lxp.models import Organisation, User
from lxp.plugin_answers import checked, settled
from lxp.plugin_incidents import CORE_APPS, Organisations, guard, record_incident, words_for
from lxp.plugin_switches import UnknownPluginError, forget_switches, installed, plugins_on, switch, title_of

__all__ = [  # what the packages above need of plugins stands here, wherever it is kept
    "CORE_APPS",
    "UnknownPluginError",
    "announce",
    "answer_of",
    "answers",
    "ask_each",
    "call",
    "call_core",
    "forget_switches",
    "guard",
    "guard_unless_core",
    "installed",
    "is_core",
    "load",
    "organisations_of",
    "plugins_on",
    "put_aside",
    "record_incident",
    "switch",
    "tell_each",
    "title_of",
]
logger = logging.getLogger(__name__)

manager = PluginManager("lxp")
manager.add_hookspecs(hookspecs)


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
        put_aside(label, fault)


def put_aside(name: str, reason: BaseException | str) -> None:
    """Put a plugin in quarantine after it was loaded: none of its hooks is called in this process any more."""
    if manager.has_plugin(name):
        manager.unregister(name=name)
    plugin_discovery.quarantine(name, reason)


def is_core(name: str) -> bool:
    """Whether this is one of our own packages, whose faults are bugs and no incidents."""
    return name in CORE_APPS


def organisations_of(request: HttpRequest) -> list[Organisation]:
    """Whose switches count for a page that belongs to no organisation: those of its reader; none for a visitor."""
    person = getattr(request, "user", None)
    return person.organisations if isinstance(person, User) else []


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
    known: dict[str, Any] = {"about": words_for(arguments), "organisations": _whose(organisations, arguments)}
    answers: list[Any] = []
    for name, implementation in _implementations(hook_name):
        if name in CORE_APPS:
            answers.extend(implementation(arguments) or [])
        elif name in plugins:
            ask = partial(_ask, implementation, arguments, expects)
            answers.extend(plugin_incidents.run(name, hook_name, ask, [], **known))
    return answers


def _ask(implementation: Callable[[dict[str, Any]], Any], arguments: dict[str, Any], expects: type) -> list[Any]:
    return checked(implementation(arguments), expects)


def _whose(organisations: Iterable[Organisation] | None, arguments: dict[str, Any]) -> list[Organisation]:
    """For whom a fault counts: whose switches were asked, or those of the person whom the call is about."""
    person = arguments.get("person")
    if organisations is None:
        return person.organisations if isinstance(person, User) else []
    return list(organisations)


@contextmanager
def guard_unless_core(name: str, where: str, *, organisations: Organisations = ()) -> Iterator[None]:
    """Guard a plugin's code; let a fault of our own packages through. `organisations`: for whom a fault counts."""
    if name in CORE_APPS:
        yield
    else:
        with guard(name, where, organisations=organisations):
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
        with guard(name, hook_name, about=words_for(arguments)):
            with transaction.atomic():
                implementation(arguments)
            done.append(name)  # only now: keys are checked when the transaction commits
    return done


def ask_each(
    hook_name: str,
    *,
    expects: type,
    guards_core: bool = False,
    before_each: Callable[[], object] | None = None,
    **arguments: Any,
) -> tuple[list[Any], list[str]]:
    """Ask every package and every installed plugin, on or off: the joined answers, and the names of those that failed.
    With `guards_core` also a fault of our own packages is recorded and counted, and stops no other. What `before_each`
    raises stops the round."""
    answers: list[Any] = []
    failed: list[str] = []
    for name, implementation in _implementations(hook_name):
        if before_each is not None:
            before_each()
        has_answered = False
        with guard(name, hook_name) if guards_core else guard_unless_core(name, hook_name):
            found = checked(implementation(arguments), expects)
            answers.extend(found if is_core(name) else [settled(each) for each in found])
            has_answered = True
        if not has_answered:
            failed.append(name)
    return answers, failed


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
        concerned = list(wanted() if callable(wanted) else wanted)
        plugins = plugins_on(concerned)
        known: dict[str, Any] = {"about": words_for(arguments), "organisations": concerned}
        for name, implementation in implementations:
            if name in plugins:
                plugin_incidents.run(name, hook_name, partial(implementation, arguments), None, **known)

    transaction.on_commit(tell)
