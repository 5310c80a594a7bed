"""What a form of the editor points at: numbers typed into a request may name pages and files of other organisations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.blocks import StreamValue
from wagtail.rich_text import extract_references_from_rich_text

from lxp.editor.scope import EditorScope

Reference = tuple[type[Model], str]


def references_in(value: Any) -> set[Reference]:
    """The objects that the value of one form field points at."""
    if isinstance(value, StreamValue):
        return {(model, str(pk)) for model, pk, _path, _place in value.stream_block.extract_references(value)}
    if isinstance(value, Model):
        return {(type(value), str(value.pk))}
    if isinstance(value, QuerySet):
        return {(value.model, str(pk)) for pk in value.values_list("pk", flat=True)}
    if isinstance(value, str) and "<" in value:
        return {(model, str(pk)) for model, pk, _path, _place in extract_references_from_rich_text(value)}
    return set()


def strangers(scope: EditorScope, references: Iterable[Reference]) -> list[Reference]:
    """Of these, what this person may not point at."""
    return [(model, pk) for model, pk in references if not scope.may_use(model, pk)]
