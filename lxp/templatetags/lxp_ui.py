"""Small pieces of the design that pages repeat: icon, organisation mark, badge; and the words of `lxp.wording` as filters.

They build their markup directly, without a template: a page with a hundred icons stays as fast as one with none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Protocol

from django import template
from django.core.paginator import Page
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lxp import icons
from lxp.wording import clock_span, clock_time, dated_day, duration, full_day, full_moment, is_midnight, last_day

register = template.Library()
logger = logging.getLogger(__name__)

ICON_SPRITE = "lxp/img/icons.svg"
BADGE_LETTERS = 3
# A rosette of twelve petals around (32, 31.5), drawn once.
BADGE_OUTLINE = (
    "M28.4 2.7Q32.0 0.5 35.6 2.7Q39.1 4.8 43.3 4.7Q47.5 4.7 49.5 8.3Q51.5 12.0 55.2 14.0Q58.8 16.0 58.8 20.2"
    "Q58.7 24.4 60.8 27.9Q63.0 31.5 60.8 35.1Q58.7 38.6 58.8 42.8Q58.8 47.0 55.2 49.0Q51.5 51.0 49.5 54.7"
    "Q47.5 58.3 43.3 58.3Q39.1 58.2 35.6 60.3Q32.0 62.5 28.4 60.3Q24.9 58.2 20.7 58.3Q16.5 58.3 14.5 54.7"
    "Q12.5 51.0 8.8 49.0Q5.2 47.0 5.2 42.8Q5.3 38.6 3.2 35.1Q1.0 31.5 3.2 27.9Q5.3 24.4 5.2 20.2"
    "Q5.2 16.0 8.8 14.0Q12.5 12.0 14.5 8.3Q16.5 4.7 20.7 4.7Q24.9 4.8 28.4 2.7Z"
)


class MarkedOrganisation(Protocol):
    """What a mark needs to know of an organisation."""

    slug: str
    name: str
    monogram: str


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it carry the meaning.

    The style guide (`/stijlgids/`) shows all names. For one that is not there a question mark stands, and the log says so.
    """
    return _icon_markup(sprite_url(), name, classes)


@cache
def sprite_url() -> str:
    """Where the icons are. A page may have a hundred of them, and working out a static address takes its time."""
    return static(ICON_SPRITE)


@lru_cache(maxsize=1024)
def _icon_markup(sprite_url: str, name: str, classes: str) -> SafeString:
    if name not in icons.names():
        logger.warning("There is no icon “%s”; /stijlgids/ shows all names.", name)
        name = icons.FALLBACK
    return format_html(
        '<svg class="icon{}{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " " if classes else "",
        classes,
        sprite_url,
        name,
    )


@register.simple_tag
def hills() -> SafeString:
    """The two hills at the foot of a cover."""
    return format_html('<svg class="cover__hills" aria-hidden="true"><use href="{}#hills"/></svg>', sprite_url())


@register.simple_tag
def organisation_mark(organisation: MarkedOrganisation | None, text: str = "") -> SafeString:
    """The monogram of an organisation in its colour, with its name or with `text`, such as "Made by Zonnehof".

    Without an organisation nothing is shown: what belongs to everybody needs no mark.
    """
    if not organisation:
        return SafeString("")
    return format_html(
        '<span class="org" data-org="{}" data-mono="{}">{}</span>',
        organisation.slug,
        organisation.monogram,
        text or organisation.name,
    )


@register.simple_tag
def badge_art(organisation: MarkedOrganisation | None, text: str) -> SafeString:
    """The picture of a badge in the colour of its issuer, with at most three letters on it."""
    slug = organisation.slug if organisation else ""
    return format_html(
        '<svg class="badge__art" data-org="{}" viewBox="0 0 64 64" aria-hidden="true">'
        '<path d="{}" fill="currentColor"/>'
        '<circle class="ring" cx="32" cy="31.5" r="21.5"/><text x="32" y="37.5">{}</text></svg>',
        slug,
        BADGE_OUTLINE,
        text[:BADGE_LETTERS].upper(),
    )


@register.filter
def page_numbers(page: Page) -> Iterator[int | str]:
    """The numbers of a list's pages: the first, the last, those around this one, and "…" for what is between."""
    paginator = page.paginator
    return paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


for words in (duration, full_day, dated_day, last_day, is_midnight, full_moment, clock_time, clock_span):
    register.filter(words)
