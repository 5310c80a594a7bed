"""Finds installed plugins before Django starts, and puts those that cannot be used in quarantine.

A plugin is a Django app in a package with an entry point in the group `lxp.plugins`: the entry point's name is the app
label, its value the dotted path of the AppConfig, which states `lxp_api_version`. Nothing here may stop the site.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module, metadata
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pkgutil import walk_packages
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import module_has_submodule

from lxp.exceptions import LxpError
from lxp.hookspecs import API_VERSION

logger = logging.getLogger(__name__)
GROUP = "lxp.plugins"
LATER_MODULES = ("wagtail_hooks", "tasks")  # Wagtail and Celery import these by themselves, and stop at a fault
LATER_PACKAGES = ("templatetags", "migrations")  # so does Django with every module in these


class PluginUnfitError(LxpError):
    """A plugin that is installed but cannot be used, with the reason."""


@dataclass(frozen=True)
class FoundPlugin:
    """A plugin that can be loaded: `name` is its app label, `config` the guarded AppConfig in this module."""

    name: str
    distribution: str
    version: str
    config: str


found: dict[str, FoundPlugin] = {}
quarantined: dict[str, str] = {}


def quarantine(name: str, reason: BaseException | str) -> None:
    """Take a plugin out of use for this process, and remember why."""
    words = reason if isinstance(reason, str) else f"{type(reason).__name__}: {reason}"
    quarantined[name] = " ".join(words.split())  # one line, as it stands in lists
    found.pop(name, None)
    logger.error("Plugin %s is in quarantine: %s", name, quarantined[name])


def guarded_config(name: str, config: type[AppConfig]) -> type[AppConfig]:
    """The plugin's own AppConfig, except that models or a `ready` that fail put the plugin in quarantine."""

    def import_models(self: AppConfig) -> None:
        try:
            config.import_models(self)
        except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
            if self.apps is not None:
                self.apps.all_models[self.label].clear()
            self.models = {}
            quarantine(name, fault)

    def ready(self: AppConfig) -> None:
        if name in quarantined:
            return
        try:
            config.ready(self)
        except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
            quarantine(name, fault)

    attributes: dict[str, Any] = {"import_models": import_models, "ready": ready, "__module__": config.__module__}
    return type(f"Guarded{config.__name__}", (config,), attributes)


def load_config(name: str, path: str) -> type[AppConfig]:
    """Import a plugin's AppConfig and check that it fits this platform. Raises PluginUnfitError or any import fault."""
    module_path, _, class_name = path.rpartition(".")
    config = getattr(import_module(module_path), class_name)
    if not (isinstance(config, type) and issubclass(config, AppConfig)):
        raise PluginUnfitError(f"{path} is not an AppConfig")
    wanted = getattr(config, "lxp_api_version", None)
    if wanted != API_VERSION:
        raise PluginUnfitError(f"asks for plugin API {wanted}; this platform has {API_VERSION}")
    label = getattr(config, "label", config.name.rpartition(".")[2])
    if label != name:
        raise PluginUnfitError(f"its entry point is named {name}, its app label is {label}; they must be the same")
    config(config.name, import_module(config.name))  # raises here what would otherwise stop Django
    return config


def import_later_modules(config: AppConfig) -> None:
    """Import what Django, Wagtail and Celery would import of a plugin later, where a fault would stop the site.

    A module that fails gives way to an empty one, and the plugin goes into quarantine.
    """
    for path in _later_modules(config):
        try:
            import_module(path)
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - a plugin may raise anything
            quarantine(config.label, fault)
            package = path.removeprefix(f"{config.name}.").split(".")[0]
            if package == "migrations":
                settings.MIGRATION_MODULES[config.label] = None
            if package in LATER_PACKAGES:
                path = f"{config.name}.{package}"  # noqa: PLW2901 - one module that fails takes the whole package out
            sys.modules[path] = module_from_spec(ModuleSpec(path, None))


def _later_modules(config: AppConfig) -> list[str]:
    found = [f"{config.name}.{name}" for name in LATER_MODULES if module_has_submodule(config.module, name)]
    for name in LATER_PACKAGES:
        if module_has_submodule(config.module, name):
            path = f"{config.name}.{name}"
            folders = [f"{folder}/{name}" for folder in getattr(config.module, "__path__", [])]
            found += [path, *(each.name for each in walk_packages(folders, f"{path}.", onerror=lambda _name: None))]
    return found


def discover(taken: Iterable[str] = ()) -> list[str]:
    """Find the plugins and return what INSTALLED_APPS gains, in the order of their names. Safe to repeat.

    `taken` are the apps that are installed anyway; a plugin with the label of one of them is put in quarantine.
    """
    labels = {app.rpartition(".")[2] for app in taken}
    switched_off = set(filter(None, os.environ.get("LXP_PLUGINS_DISABLED", "").split(",")))
    here = sys.modules[__name__]
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda each: each.name):
        if entry.name in switched_off or entry.name in found:
            continue
        try:
            if entry.name in labels:
                raise PluginUnfitError(f"there is an app {entry.name} already")
            config = load_config(entry.name, entry.value)
        except (Exception, SystemExit) as fault:  # noqa: BLE001 - a broken wheel must not stop the site
            quarantine(entry.name, fault)
            continue
        attribute = f"Plugin_{entry.name}"
        setattr(here, attribute, guarded_config(entry.name, config))
        distribution = entry.dist.metadata["Name"] if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        found[entry.name] = FoundPlugin(entry.name, distribution, version, f"{__name__}.{attribute}")
    return [plugin.config for plugin in found.values()]
