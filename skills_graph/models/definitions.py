"""What every definition of the graph has: since when and until when we knew it, and who said so. None is ever edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DefinitionQuerySet(models.QuerySet[Any]):
    """Definitions by the moment at which they were known."""

    def known_at(self, moment: datetime) -> DefinitionQuerySet:
        """Those that counted at a moment, also when they were closed later."""
        return self.filter(Q(known_until__isnull=True) | Q(known_until__gt=moment), known_from__lte=moment)

    def current(self) -> DefinitionQuerySet:
        return self.filter(known_until__isnull=True)


class Definition(models.Model):
    """A definition is added and closed, so that the past can be judged by what was known then."""

    known_from = models.DateTimeField(_("known from"), default=timezone.now, editable=False)
    known_until = models.DateTimeField(_("known until"), null=True, blank=True, editable=False)
    asserted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    objects = DefinitionQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_closes_after_it_opens",
                condition=Q(known_until__isnull=True) | Q(known_until__gte=F("known_from")),
            )
        ]
