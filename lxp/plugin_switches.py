"""Where a plugin is on: switched by people for one organisation, and switched off by itself after repeated faults."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise

from lxp import audit, plugin_discovery
from lxp.exceptions import LxpError
from lxp.models import Organisation, PluginSwitch, PublicStamp, User
from lxp.permissions import require

logger = logging.getLogger(__name__)


class UnknownPluginError(LxpError):
    """A plugin that is not installed here."""


def installed() -> list[str]:
    """The names of the plugins that can be switched on, bundled and third-party."""
    return sorted(name for name in plugin_discovery.found if name not in plugin_discovery.quarantined)


def title_of(name: str) -> str | Promise:
    """A plugin's name as its AppConfig gives it to people, in the language of whoever reads it."""
    return apps.app_configs[name].verbose_name if name in apps.app_configs else name


def plugins_on(organisations: Iterable[Organisation]) -> frozenset[str]:
    """The plugins that at least one of the organisations has on. Costs no query: each organisation knows its own."""
    names = {name for organisation in organisations for name in organisation.plugins}
    return names.intersection(installed()) if names else frozenset()  # type: ignore[return-value]


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
    row.fault_count, row.faults_since, row.stopped_at = 0, None, None
    row.save()
    _note_what_is_on(organisation, locked)
    return row


def _note_what_is_on(organisation: Organisation, locked: Organisation) -> None:
    switched_on = PluginSwitch.objects.filter(organisation=locked, is_on=True).order_by("plugin")
    organisation.plugins = locked.plugins = list(switched_on.values_list("plugin", flat=True))
    locked.save(update_fields=["plugins"])
    PublicStamp.raise_number()


@transaction.atomic
def forget_switches(plugin: str) -> None:
    """Switch a plugin off everywhere and forget that it was ever on: for a plugin that is taken out."""
    for row in PluginSwitch.objects.filter(plugin=plugin, is_on=True).select_related("organisation"):
        _set_switch(plugin, row.organisation, on=False, by=None)
    PluginSwitch.objects.filter(plugin=plugin).delete()


# ── after repeated faults ────────────────────────────────────────────────────────────────────────────────────────


def count_fault(*, plugin: str, organisations: Iterable[Organisation]) -> list[Organisation]:
    """Count a fault for each of the organisations that has the plugin on; returns those for which it is off now.

    `PLUGIN_FAULT_LIMIT` faults within `PLUGIN_FAULT_MINUTES` switch it off. Nothing switches it on again by itself.
    """
    return [each for each in organisations if plugin in each.plugins and _count(plugin, each) and _stop(plugin, each)]


def _count(plugin: str, organisation: Organisation) -> bool:
    """Whether that makes enough."""
    now = timezone.now()
    row = PluginSwitch.objects.filter(plugin=plugin, organisation=organisation, is_on=True)
    begin = Q(faults_since__isnull=True) | Q(faults_since__lt=now - timedelta(minutes=settings.PLUGIN_FAULT_MINUTES))
    if not row.filter(begin).update(fault_count=1, faults_since=now):
        row.update(fault_count=F("fault_count") + 1)
    return row.filter(fault_count__gte=settings.PLUGIN_FAULT_LIMIT).exists()


@transaction.atomic
def _stop(plugin: str, organisation: Organisation) -> bool:
    """Switch it off; False where another process has just done so, or somebody switched it on anew."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    row = PluginSwitch.objects.filter(plugin=plugin, organisation=locked, is_on=True)
    enough = row.filter(fault_count__gte=settings.PLUGIN_FAULT_LIMIT)
    if not enough.update(is_on=False, stopped_at=timezone.now(), changed_by=None, changed_at=timezone.now()):
        return False
    count = PluginSwitch.objects.values_list("fault_count", flat=True).get(plugin=plugin, organisation=locked)
    audit.record("plugin.stopped", by=None, organisation=locked, plugin=plugin, faults=count)
    _note_what_is_on(organisation, locked)
    logger.error("Plugin %s is off for %s after %s faults.", plugin, locked.slug, count)
    return True
