"""Sessions that were planned together, from what people need in a time to come."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to
from plugins.skillslab.models.places import Skillslab
from plugins.skillslab.models.sessions import SessionType


class PlanQuerySet(models.QuerySet["Plan"]):
    def published_since(self, moment: object) -> PlanQuerySet:
        return self.filter(published_at__gt=moment)


class Plan(models.Model):
    """A series of sessions, saved as a whole.

    `uuid` comes from who saves it, so that the same request twice is one series. Who needs its sessions no later than
    `needed_until` hears of them once, after `published_at`.
    """

    uuid = models.UUIDField(_("request"), unique=True)
    session_type = models.ForeignKey(SessionType, on_delete=models.PROTECT, related_name="plans")
    organiser = key_to("lxp.Organisation", _("run by"))
    needed_until = models.DateField(_("needed until"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = key_to(settings.AUTH_USER_MODEL, _("made by"))
    published_at = models.DateTimeField(_("open for booking since"), null=True, blank=True)
    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("series of sessions")
        verbose_name_plural = _("series of sessions")
        indexes = [
            models.Index(
                fields=["published_at"], name="skillslab_plan_published", condition=Q(published_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.session_type} · {timezone.localtime(self.made_at):%Y-%m-%d}"


class DemandCount(models.Model):
    """What people need of a skillslab in so many quarters, as it was counted last: only figures that may be shown, and nobody's
    name or number. It can be counted anew at any time."""

    skillslab = models.ForeignKey(Skillslab, on_delete=models.CASCADE, related_name="demand_counts")
    quarter_count = models.PositiveSmallIntegerField(_("quarters"))
    counted_on = models.DateField(_("as of"))
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    lines = models.JSONField(_("figures"), default=list)

    class Meta:
        verbose_name = _("count of what people need")
        verbose_name_plural = _("counts of what people need")
        constraints = [
            models.UniqueConstraint(name="skillslab_demandcount_once", fields=["skillslab", "quarter_count"]),
            models.CheckConstraint(name="skillslab_demandcount_has_quarters", condition=Q(quarter_count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.skillslab} · {self.quarter_count} · {self.counted_on}"
