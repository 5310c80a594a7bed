"""Finds installed plugins before Django starts, and puts those that cannot be used in quarantine.

A plugin is a Django app in a package with an entry point in the group `lxp.plugins`: the entry point's name is the app label,
its value the dotted path of the AppConfig. The AppConfig states `lxp_api_version`. Nothing here may stop the site.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

from django.apps import AppConfig

from lxp.exceptions import LxpError
from lxp.hookspecs import API_VERSION

logger = logging.getLogger(__name__)
GROUP = "lxp.plugins"


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
    quarantined[name] = reason if isinstance(reason, str) else f"{type(reason).__name__}: {reason}"
    found.pop(name, None)
    logger.error("Plugin %s is in quarantine: %s", name, quarantined[name])


def guarded_config(name: str, config: type[AppConfig]) -> type[AppConfig]:
    """The plugin's own AppConfig, except that models or a `ready` that fail put the plugin in quarantine."""

    def import_models(self: AppConfig) -> None:
        try:
            config.import_models(self)
        except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
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
    wanted = getattr(config, "lxp_api_version", None)
    if wanted != API_VERSION:
        raise PluginUnfitError(f"asks for plugin API {wanted}; this platform has {API_VERSION}")
    label = getattr(config, "label", config.name.rpartition(".")[2])
    if label != name:
        raise PluginUnfitError(f"its entry point is named {name}, its app label is {label}; they must be the same")
    return config


def discover() -> list[str]:
    """Find the plugins and return what INSTALLED_APPS gains, in the order of their names. Safe to repeat."""
    switched_off = set(filter(None, os.environ.get("LXP_PLUGINS_DISABLED", "").split(",")))
    here = sys.modules[__name__]
    for entry in sorted(metadata.entry_points(group=GROUP), key=lambda each: each.name):
        if entry.name in switched_off or entry.name in found:
            continue
        try:
            config = load_config(entry.name, entry.value)
        except Exception as fault:  # noqa: BLE001 - a broken wheel must not stop the site
            quarantine(entry.name, fault)
            continue
        attribute = f"Plugin_{entry.name}"
        setattr(here, attribute, guarded_config(entry.name, config))
        distribution = entry.dist.metadata["Name"] if entry.dist else ""
        version = entry.dist.version if entry.dist else ""
        found[entry.name] = FoundPlugin(entry.name, distribution, version, f"{__name__}.{attribute}")
    return [plugin.config for plugin in found.values()]
