"""Small things for the templates of the skillslab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField

from plugins.skillslab.services.figures.demand import Quarter
from plugins.skillslab.services.figures.withholding import ShownFigure
from plugins.skillslab.services.sessions.proposals import MOST_SESSIONS

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key; nothing where it has none."""
    return mapping.get(key, "")


@register.filter
def most_sessions(count: int) -> int:
    """As many sessions as can be planned at a time."""
    return min(count, MOST_SESSIONS)


# ── fields of forms, by what they are about ──

KEPT = ("kept_", "release_days")


def _is_about(field: BoundField, words: tuple[str, ...]) -> bool:
    return field.name.startswith(words)


def _is_equipment(field: BoundField) -> bool:
    what, _line, number = field.name.partition("_")
    return what in ("pieces", "people") and number.isdecimal()


@register.filter
def kept_fields(form: BaseForm) -> list[BoundField]:
    """The fields about places that are kept for organisations."""
    return [each for each in form.visible_fields() if _is_about(each, KEPT)]


@register.filter
def keeps_places(form: BaseForm) -> bool:
    """Whether places are kept, or something about them is to be mended."""
    return any(each.errors or (each.value() and each.name not in KEPT) for each in kept_fields(form))


@register.filter
def equipment_fields(form: BaseForm) -> list[BoundField]:
    """The fields about equipment: how many pieces, and for how many people, of each kind."""
    return [each for each in form.visible_fields() if _is_equipment(each)]


@register.filter
def plain_fields(form: BaseForm) -> list[BoundField]:
    """The fields about neither."""
    return [each for each in form.visible_fields() if not _is_about(each, KEPT) and not _is_equipment(each)]


# ── figures of quarters ──


@register.filter
def shown_cells(cells: Iterable[tuple[Quarter, ShownFigure | None]]) -> list[tuple[Quarter, ShownFigure]]:
    return [(name, figure) for name, figure in cells if figure is not None and figure.is_shown]


@register.filter
def withheld_cells(cells: Iterable[tuple[Quarter, ShownFigure | None]]) -> list[Quarter]:
    """The names of the quarters of which the figure is withheld."""
    return [name for name, figure in cells if figure is not None and not figure.is_shown]
