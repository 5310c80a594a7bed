"""Changes on their way to the index: marked in the transaction that makes them, taken in by one consumer.

Django's signals say what was stored or deleted; what is written in bulk sends none, so whoever does that builds the index
again afterwards.
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from modelsearch.index import get_indexed_models

from lxp.models import SearchChange
from lxp.search.tasks import index_changes

GATHER_SECONDS = 1  # what changes within this time is taken in together
CACHE_KEY = "search:consumer-called"


def connect() -> None:
    """Listen to every model that can be searched."""
    for model in get_indexed_models():
        post_save.connect(was_stored, sender=model, dispatch_uid=f"lxp.search.stored.{model._meta.label}")
        post_delete.connect(was_stored, sender=model, dispatch_uid=f"lxp.search.deleted.{model._meta.label}")


def was_stored(sender: type[Model], instance: Model, **arguments: Any) -> None:
    """One row for the change, and one call of the consumer after the commit; of a fixture neither."""
    if not arguments.get("raw", False):
        SearchChange.objects.mark(sender._meta.label_lower, [instance.pk])
        transaction.on_commit(call_consumer, robust=True)


def call_consumer() -> None:
    """Ask the worker to take in what changed; many changes in a row ask once. What is lost here `reconcile` finds."""
    if cache.add(CACHE_KEY, True, GATHER_SECONDS):
        index_changes.apply_async(countdown=GATHER_SECONDS + 0.2)
