"""Which organisation has which plugin on, and what plugins did wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models.organisations import Organisation


class PluginSwitchQuerySet(models.QuerySet["PluginSwitch"]):
    def stopped(self) -> PluginSwitchQuerySet:
        """Those that are off by themselves, the latest first."""
        return self.filter(stopped_at__isnull=False).order_by("-stopped_at", "pk")


class PluginSwitch(models.Model):
    """One plugin, on or off for one organisation. No row means off. `stopped_at`: since when it is off by itself, after
    `fault_count` faults that began at `faults_since`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="plugin_switches")
    plugin = models.CharField(_("plugin"), max_length=60)
    is_on = models.BooleanField(_("on"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    fault_count = models.PositiveIntegerField(_("faults"), default=0)
    faults_since = models.DateTimeField(_("faults since"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("off by itself since"), null=True, blank=True)
    objects = PluginSwitchQuerySet.as_manager()

    class Meta:
        verbose_name = _("plugin switch")
        verbose_name_plural = _("plugin switches")
        constraints = [
            models.UniqueConstraint(name="lxp_pluginswitch_once_per_organisation", fields=["organisation", "plugin"]),
            models.CheckConstraint(
                name="lxp_pluginswitch_stopped_is_off", condition=Q(stopped_at__isnull=True) | Q(is_on=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plugin} · {self.organisation}"


class PluginIncident(models.Model):
    """Something a plugin did wrong, counted: the same fault of the same hook is one row."""

    plugin = models.CharField(_("plugin"), max_length=60)
    hook = models.CharField(_("where"), max_length=120)
    about = models.CharField(_("about"), max_length=200, blank=True)
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
