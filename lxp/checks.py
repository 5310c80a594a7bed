"""Checks at the start that an operator can act on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from lxp import plugin_discovery


@register()
def plugins_fit(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """A plugin in quarantine is a warning: the site works, the plugin does not."""
    return [
        Warning(
            f"Plugin {name} is in quarantine: {reason}",
            hint=f"Install a version that fits, or start with LXP_PLUGINS_DISABLED={name}.",
            id="lxp.W001",
        )
        for name, reason in sorted(plugin_discovery.quarantined.items())
    ]


@register()
def secret_key_is_set(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Production starts only with a secret key of its own."""
    if settings.SECRET_KEY:
        return []
    return [Error("There is no secret key.", hint="Set LXP_SECRET_KEY to a long random text.", id="lxp.E001")]
