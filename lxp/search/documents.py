"""What of an object goes into an index: the fields that its model names, as plain text."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Manager, Model
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, BaseField, Indexed, RelatedFields, SearchField

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FieldText:
    """The text of one field; `boost` says how much a word of it counts."""

    name: str
    text: str
    boost: float


@dataclass(frozen=True)
class Document:
    """An object as an index keeps it."""

    key: str
    pk: str
    labels: list[str]
    language: str
    searched: list[FieldText] = field(default_factory=list)
    completed: list[FieldText] = field(default_factory=list)


def key_of(model: type[Model], pk: Any) -> str:
    """One key for an object, whichever of its models it is looked at by."""
    return f"{get_model_root(model)._meta.label_lower}:{pk}"


def documents_of(items: Iterable[Any]) -> tuple[list[Document], list[Any]]:
    """What can be indexed, and the objects that could not say what they are about: one never keeps the others out."""
    documents: list[Document] = []
    silent: list[Any] = []
    listed = list(items)
    prepare(listed)
    for item in listed:
        try:
            documents.append(document_of(item))
        except Exception:
            logger.exception("%s %s cannot be indexed.", type(item)._meta.label, item.pk)
            silent.append(item)
    return documents, silent


def prepare(items: list[Any]) -> None:
    """Let a model with `prepare_to_index` fetch for many objects together what each would fetch alone."""
    by_model: dict[type[Any], list[Any]] = {}
    for item in items:
        by_model.setdefault(type(item), []).append(item)
    for model, each in by_model.items():
        if hasattr(model, "prepare_to_index"):
            model.prepare_to_index(each)


def document_of(item: Any) -> Document:
    model = type(item)
    fields = item.get_search_fields()
    return Document(
        key=key_of(model, item.pk),
        pk=str(item.pk),
        labels=_labels(model),
        language=language_of(item),
        searched=list(_texts(item, fields, SearchField)),
        completed=list(_texts(item, fields, AutocompleteField)),
    )


def language_of(item: Any) -> str:
    """The language that an object is written in: what it says itself, else that of the site."""
    return str(getattr(item, "language", "") or settings.LANGUAGE_CODE).partition("-")[0]


def _labels(model: type[Model]) -> list[str]:
    """The model and every stored one that it builds on, so that a search for pages finds modules."""
    stored = [each for each in model.__mro__ if issubclass(each, Model) and issubclass(each, Indexed)]
    return [each._meta.label_lower for each in stored if not each._meta.abstract]


def field_boosts(fields: list[Any], path: str = "") -> Iterator[tuple[str, float]]:
    """The names of searched fields, with those of related objects, and how much each counts."""
    for each in fields:
        if isinstance(each, RelatedFields):
            yield from field_boosts(each.fields, f"{path}{each.field_name}__")
        elif isinstance(each, SearchField):
            yield f"{path}{each.field_name}", float(each.boost or 1)


def _texts(item: Any, fields: list[Any], kind: type[BaseField], path: str = "") -> Iterator[FieldText]:
    for each in fields:
        if isinstance(each, RelatedFields):
            for related in _related(each.get_value(item)):
                yield from _texts(related, each.fields, kind, f"{path}{each.field_name}__")
        elif isinstance(each, kind):
            text = _plain(each.get_value(item))
            if text:
                yield FieldText(f"{path}{each.field_name}", text, float(getattr(each, "boost", None) or 1))


def _related(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, Manager):
        return list(value.all())
    return [value() if callable(value) else value]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return _plain(list(value.values()))
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, map(_plain, value)))
    return str(value)
