"""Small things for the templates of the skillslab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plugins.skillslab.services.choices.week import Day, Slot
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


# ── sessions of a week, built directly: a week with sixty of them stays as fast as one with a few ──


@register.simple_tag
def slots_of_day(day: Day, picked: str) -> SafeString:
    """The sessions of a day: those with a free place to choose in the form of the week (`picked` is chosen already), the others
    with how the reader stands in them."""
    return SafeString(
        "\n".join(_to_choose(each, picked) if each.state == "free" else _shown(each) for each in day.slots)
    )


def _to_choose(slot: Slot, picked: str) -> SafeString:
    words = slot.words
    return format_html(
        '<label class="slot {}" data-org="{}"><input type="radio" name="slot" value="{}" required{}>'
        '<span class="slot__box"><span class="slot__time">{}</span><b>{}</b><span class="org">{}</span>'
        '<span class="slot__free{}">{}</span></span></label>',
        words.shape,
        words.colour,
        words.key,
        " checked" if words.key == picked else "",
        words.clock,
        words.title,
        words.place,
        " slot__free--few" if slot.is_few else "",
        words.free,
    )


def _shown(slot: Slot) -> SafeString:
    words = slot.words
    return format_html(
        '<div class="slot {} slot--{}" data-org="{}"><div class="slot__box"><span class="slot__time">{}</span>'
        '<b><a href="{}">{}</a></b><span class="org">{}</span><span class="slot__free">{}</span></div></div>',
        words.shape,
        "mine" if slot.state in ("mine", "asked", "offered") else "full",
        words.colour,
        words.clock,
        words.address,
        words.title,
        words.place,
        _standing(slot),
    )


def _standing(slot: Slot) -> str:
    """How somebody stands in a session in which they cannot book a place, with the one thing that they can do."""
    words = slot.words
    if slot.state == "full":
        button = (
            '{} <button class="btn btn--link" type="submit" formnovalidate formaction="{}">{}<span class="vh">: {}, {}'
            "</span></button>"
        )
        wait = _("Put me on the waitlist")
        return format_html(button, _("Full."), words.wait_address, wait, words.title, words.moment)
    if slot.state == "asked":
        return format_html('<a href="{}">{}</a>', reverse("skillslab:mine"), _("It moved: say yes or no"))
    if slot.state == "offered" and slot.offer is not None:
        offer = reverse("skillslab:offer", args=[slot.offer.offer_uuid])
        return format_html('<a href="{}">{}</a>', offer, _("A place for you: say yes or no"))
    if slot.state == "waiting":
        return _("You are on the waitlist")
    return _("You take part") if slot.state == "mine" else _("Booking is closed")


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
