"""Which organisation has which plugin on, and what plugins did wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models.organisations import Organisation


class PluginSwitch(models.Model):
    """One plugin, on or off for one organisation. No row means off."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plugin_switches")
    plugin = models.CharField(_("plugin"), max_length=60)
    is_on = models.BooleanField(_("on"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("plugin switch")
        verbose_name_plural = _("plugin switches")
        constraints = [
            models.UniqueConstraint(name="lxp_pluginswitch_once_per_organisation", fields=["organisation", "plugin"])
        ]

    def __str__(self) -> str:
        return f"{self.plugin} · {self.organisation}"


class PluginIncident(models.Model):
    """Something a plugin did wrong, counted: the same fault of the same hook is one row."""

    plugin = models.CharField(_("plugin"), max_length=60)
    hook = models.CharField(_("where"), max_length=120)
    fingerprint = models.CharField(max_length=64)
    summary = models.CharField(_("what happened"), max_length=300)
    trace = models.TextField(_("trace"), blank=True)
    count = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField(_("first"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    class Meta:
        ordering = ("-last_at",)
        verbose_name = _("plugin incident")
        verbose_name_plural = _("plugin incidents")
        constraints = [
            models.UniqueConstraint(name="lxp_pluginincident_once", fields=["plugin", "hook", "fingerprint"])
        ]

    def __str__(self) -> str:
        return f"{self.plugin}.{self.hook}: {self.summary}"
