"""What this plugin remembers. Its keys to LXP leave no constraint behind, so that it can be taken out at any time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Compliment(models.Model):
    """A kind word for somebody who completed a module; one for each attempt."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    module = models.ForeignKey(
        "courses.Module", on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="+"
    )
    attempt_uuid = models.UUIDField(null=True, unique=True)
    text = models.CharField(_("text"), max_length=200)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)

    class Meta:
        ordering = ("-given_at", "-pk")
        verbose_name = _("compliment")
        verbose_name_plural = _("compliments")

    def __str__(self) -> str:
        return self.text
