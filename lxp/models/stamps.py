"""The stamp of everything public, which tells cached pages that they are old."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F


class PublicStamp(models.Model):
    """A single row; its number rises in the transaction of every change that a visitor may see.

    A change that is rolled back gives its number to the next one; the stamp tells the two apart, for whatever is
    kept until something changes.
    """

    number = models.PositiveBigIntegerField(default=1)
    stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta:
        verbose_name = "public stamp"

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> uuid.UUID | None:
        return cls.objects.filter(pk=1).values_list("stamp", flat=True).first()

    @classmethod
    def raise_number(cls) -> None:
        """Make every cached public page old, once this transaction commits."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1, stamp=uuid.uuid4()):
            cls.objects.get_or_create(pk=1)
