"""The one consumer of changes, and the building of the index anew; the same for every engine."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from contextlib import AbstractContextManager, nullcontext
from io import StringIO
from typing import Any

from django.apps import apps
from django.core.management import call_command
from modelsearch.backends import get_search_backend
from modelsearch.backends.base import BaseSearchBackend
from modelsearch.index import class_is_indexed, get_indexed_instance
from wagtail.models import Page

from lxp import plugin_manager
from lxp.models import PublicStamp, SearchChange
from lxp.search.documents import documents_of, key_of
from lxp.search.exceptions import IndexBusyError, SearchUnavailableError
from lxp.search.reader import read
from lxp.search.whoosh import WhooshIndex, WhooshSearchBackend
from lxp.services.jobs import shown

logger = logging.getLogger(__name__)
BATCH = 200
REBUILD_FROM = 1000  # changes; building anew is then quicker than taking them in
INCIDENT_OWNER = "lxp"


def catch_up(*, thoroughly: bool = False) -> list[str]:
    """Bring the index up to date with every change that was committed, and build it where there is none that can be
    read, or where so much changed that this is quicker; thoroughly: with a look at every byte. Says what it did. Safe to
    repeat.

    Raises IndexBusyError where another process writes. A disk that is full, or any other fault, is recorded as an incident
    and raised: the changes stay, and the index serves as it did.
    """
    try:
        if is_broken(get_search_backend(), thoroughly=thoroughly) or SearchChange.objects.count() >= REBUILD_FROM:
            return [f"Built the search index anew in {rebuild()} seconds."]
        count = take_in_changes()
    except IndexBusyError:
        raise
    except Exception as fault:
        plugin_manager.record_incident(INCIDENT_OWNER, "search.catch_up", fault)
        raise
    return [f"Took {count} changes into the search index."] if count else []


def take_in_changes() -> int:
    """Index what was marked, batch by batch; returns how many changes that were."""
    backend, count = get_search_backend(), 0
    try:
        while SearchChange.objects.exists():
            with writing(backend):
                batch = list(SearchChange.objects.order_by("number")[:BATCH])
                _take_in(backend, batch)
                count += len(batch)
    finally:
        if count:
            PublicStamp.raise_number()  # kept pages of results are old now
    return count


def writing(backend: BaseSearchBackend) -> AbstractContextManager[None]:
    """The right to write: one process at a time where the engine is a folder; the others see to it themselves."""
    return backend.storage.writing() if isinstance(backend, WhooshSearchBackend) else nullcontext()


def _take_in(backend: BaseSearchBackend, batch: list[SearchChange]) -> None:
    """Index one batch, then forget those of its rows that were not marked again meanwhile."""
    present, gone = _looked_up(batch)
    if isinstance(backend, WhooshSearchBackend):
        documents, silent = documents_of(present)
        # Of what cannot be read now, nothing old may be found: it may have been taken back.
        WhooshIndex(backend).write(documents, [key_of(type(each), each.pk) for each in gone + silent])
    else:
        _hand_over(backend, present, gone)
    _forget([(change.pk, change.number) for change in batch])


def _forget(marks: list[tuple[int, int]]) -> None:
    """Delete marks as they were read, each on its own: nobody who stores waits long, and a renewed one stays."""
    for pk, number in marks:
        SearchChange.objects.filter(pk=pk, number=number).delete()


def _looked_up(batch: list[SearchChange]) -> tuple[list[Any], list[Any]]:
    """The objects of a batch as they stand now, and stand-ins for those that are gone or no longer belong in the index."""
    keys: dict[str, list[str]] = defaultdict(list)
    for change in batch:
        keys[change.model].append(change.object_key)
    present: list[Any] = []
    gone: list[Any] = []
    for label, pks in keys.items():
        model = _model(label)
        if model is not None:
            found = _objects(model, pks)
            present += found.values()
            gone += [model(pk=model._meta.pk.to_python(pk)) for pk in pks if pk not in found]
    return present, gone


def _model(label: str) -> type[Any] | None:
    """A model by its label; none where its plugin was taken out, whose documents the next rebuild leaves out."""
    try:
        model = apps.get_model(label)
    except LookupError:
        return None
    return model if class_is_indexed(model) else None


def _objects(model: type[Any], pks: list[str]) -> dict[str, Any]:
    """Primary key → object in its own class, of those that belong in the index."""
    rows = model._default_manager.filter(pk__in=pks)
    allowed = {str(pk) for pk in model.get_indexed_objects().filter(pk__in=pks).values_list("pk", flat=True)}
    found = {str(each.pk): get_indexed_instance(each, check_exists=False) for each in rows}
    return {pk: each for pk, each in found.items() if pk in allowed and each is not None}


def _hand_over(backend: BaseSearchBackend, present: list[Any], gone: list[Any]) -> None:
    """For an engine that takes objects: those of one model together."""
    by_model: dict[type, list[Any]] = defaultdict(list)
    for each in present:
        by_model[type(each)].append(each)
    for model, items in by_model.items():
        backend.add_bulk(model, items)
    for each in gone:
        backend.delete(each)


def rebuild() -> int:
    """Build the index anew beside the one that serves, which goes on serving until the new one is complete.

    Returns the seconds it took. Raises IndexBusyError where another process writes; after any fault the old one serves on.
    Only the marks that could be seen before are taken in: a change may be marked before, and committed meanwhile.
    """
    backend, started = get_search_backend(), time.monotonic()
    with writing(backend), shown(name="search"):
        marks = list(SearchChange.objects.order_by("number").values_list("pk", "number"))
        call_command("update_index", backend_name="default", verbosity=0, stdout=StringIO())
    _forget(marks)
    PublicStamp.raise_number()
    return round(time.monotonic() - started)


def is_broken(backend: BaseSearchBackend, *, thoroughly: bool = False) -> bool:
    """Whether the index of this machine is not there, or cannot be read; other engines look after themselves."""
    if not isinstance(backend, WhooshSearchBackend):
        return False
    storage = backend.storage
    if storage.is_damaged():
        return True
    try:
        if thoroughly:
            with storage.writing():
                return not storage.is_intact(storage.serving())
        read(storage, lambda snapshot: snapshot.pks(Page))
    except SearchUnavailableError:
        return True
    return False
