"""Who asked to be forgotten: what replays the wiping after a restore, and what lets the ledger give up its rows."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> ErasureQuerySet:
        return self.filter(wiped_at__isnull=True)

    def wiped(self) -> ErasureQuerySet:
        return self.filter(wiped_at__isnull=False)

    def evidence_due(self, day: date) -> ErasureQuerySet:
        """Those whose evidence may go: its time has passed."""
        return self.wiped().filter(keep_evidence_until__lte=day)


class Erasure(models.Model):
    """One person's wish to be forgotten, and what came of it. It names nobody: the person's row is empty by then."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="erasure")
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    wiped_at = models.DateTimeField(_("wiped at"), null=True, blank=True)
    wiped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    keep_evidence_until = models.DateField(_("evidence goes on"), null=True, blank=True)
    plugins_done = models.JSONField(_("plugins that have wiped"), default=list, blank=True)
    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ("requested_at",)
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                name="lxp_erasure_wiped_after_request",
                condition=Q(wiped_at__isnull=True) | Q(wiped_at__gte=F("requested_at")),
            ),
            models.CheckConstraint(
                name="lxp_erasure_wiped_says_when_evidence_goes",
                condition=Q(wiped_at__isnull=True) | Q(keep_evidence_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
