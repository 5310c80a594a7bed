"""What the search index must still take in."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.db import models


class SearchChangeQuerySet(models.QuerySet[Any]):
    """Changes, read by the one consumer that indexes."""

    def mark(self, label: str, pks: Iterable[object]) -> None:
        """Say that these objects changed, in the transaction of the change. A second mark renews the first: one statement."""
        number = time.time_ns()
        self.bulk_create(
            [self.model(model=label, object_key=str(pk), number=number) for pk in pks],
            update_conflicts=True,
            unique_fields=["model", "object_key"],
            update_fields=["number"],
        )


class SearchChange(models.Model):
    """An object that was stored or deleted since it was indexed. The row goes when the index has it, unless it was marked
    again meanwhile: then its number is another."""

    model = models.CharField(max_length=100)
    object_key = models.CharField(max_length=64)
    number = models.BigIntegerField(help_text="Nanoseconds since 1970, of the last change.")
    objects = SearchChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "change to index"
        verbose_name_plural = "changes to index"
        indexes = [models.Index(fields=["number"], name="lxp_searchchange_number")]
        constraints = [models.UniqueConstraint(name="lxp_searchchange_once", fields=["model", "object_key"])]

    def __str__(self) -> str:
        return f"{self.model}:{self.object_key}"
