"""Checks at the start that an operator can act on."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution

from lxp import plugin_discovery


@register()
def plugins_fit(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """A plugin in quarantine is a warning: the site works, the plugin does not."""
    with suppress(Exception):  # a fault of our own addresses is for Django's check of them
        import_module(settings.ROOT_URLCONF)  # addresses of plugins that fail are found only here
    return [
        Caution(
            f"Plugin {name} is in quarantine: {reason}",
            hint=f"Install a version that fits, or start with LXP_PLUGINS_DISABLED={name}.",
            id="lxp.W001",
        )
        for name, reason in sorted(plugin_discovery.quarantined.items())
    ]


@register()
def plugins_can_go(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """A plugin can be taken out as long as none of its keys holds on to a table that stays."""
    return [
        Caution(
            f"The key {field} holds on to a table of another package.",
            hint="Give it db_constraint=False; else lxp plugins remove, and deleting what it points at, may fail.",
            id="lxp.W002",
        )
        for name in sorted(plugin_discovery.found)
        for model in apps.get_app_config(name).get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if field.remote_field
        and getattr(field, "db_constraint", False)
        and field.remote_field.model._meta.app_label != name
    ]


@register()
def secret_key_is_set(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Production starts only with a secret key of its own."""
    if settings.SECRET_KEY:
        return []
    return [Error("There is no secret key.", hint="Set LXP_SECRET_KEY to a long random text.", id="lxp.E001")]


@register()
def production_is_complete(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """What a demo may leave out, and what cannot be mended afterwards: mail that goes nowhere counts as sent, and the
    address of the issuer stands in every credential for good."""
    if settings.IS_DEMO:
        return []
    found: list[CheckMessage] = []
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        hint = "Set LXP_EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend, and LXP_EMAIL_HOST."
        found.append(Caution("Mails are written to a folder, and reach nobody.", hint=hint, id="lxp.W003"))
    if not settings.ISSUER_HOST:
        hint = "Set LXP_ISSUER_HOST to a host that answers for as long as any credential may be checked."
        found.append(Caution("Credentials take their address from LXP_BASE_URL.", hint=hint, id="lxp.W004"))
    return found
