"""Rows that are added and never changed: what a record of the past is made of."""

from __future__ import annotations

from typing import Any

from django.db import models


class ImmutableQuerySet(models.QuerySet[Any]):
    """Rows that are added and never changed, also not many at once."""

    def update(self, **values: Any) -> int:
        raise TypeError(f"{self.model.__name__} rows cannot be changed.")

    def bulk_update(self, *arguments: Any, **keywords: Any) -> int:
        raise TypeError(f"{self.model.__name__} rows cannot be changed.")


class Immutable(models.Model):
    """A row that is added and never changed."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **keywords: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} {self.pk} cannot be changed.")
        super().save(*arguments, **keywords)
