"""Cards that somebody took from their phone into their account, because they pushed the button that does so."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from content.models.instructions import InstructionPage


class KeptCard(models.Model):
    """One card of one person, in whichever language. Only that person reads it: it proves nothing and is in no figure."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    card = models.ForeignKey(InstructionPage, on_delete=models.CASCADE, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    kept_at = models.DateTimeField(auto_now_add=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = "kept card"
        ordering: ClassVar = ["-kept_at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(name="content_keptcard_once", fields=["person", "card"])]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.card_id}"
