"""Template tags of an instruction card's page."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content.models import DecisionAid, InstructionPage
from content.services.card_view import CardView, view_of
from content.services.decision_aids import aids_of
from lxp import opening_hours
from lxp.qr import qr_code

register = template.Library()
register.simple_tag(qr_code)


@register.simple_tag
def can_save() -> bool:
    """Whether explanations may be saved on a phone."""
    return bool(settings.OFFLINE_CARDS)


@register.simple_tag
def card_view(page: InstructionPage, request: HttpRequest) -> CardView:
    return view_of(page, request.GET)


@register.simple_tag
def card_address(page: InstructionPage) -> str:
    """Where a card is read in the language of the page that names it."""
    return page.address_in(get_language() or page.language)


@register.simple_tag
def decision_aids(page: InstructionPage) -> list[DecisionAid]:
    """What helps somebody to choose, of the topic of a card; one query where it has a topic."""
    return aids_of(page.facts.topic_id, get_language() or page.language)


@register.simple_tag
def text_attributes(page: InstructionPage) -> SafeString:
    """Language and direction of a card's own text, which may differ from those of the frame."""
    return format_html('lang="{}" dir="{}"', page.language, page.direction)


@register.simple_tag
def short_address(page: InstructionPage, request: HttpRequest, query: str = "") -> str:
    """The address that leads each reader to their own language; with `query` to the number of who gave the card."""
    return request.build_absolute_uri(reverse("content:card", args=[page.facts.short_name]) + query)


@register.filter
def without_scheme(address: str) -> str:
    """An address as somebody types it."""
    return re.sub(r"^https?://", "", address).rstrip("/")


# Numbers in a sentence: 112 and 113, free and paid numbers, ten digits, or a number with the country. Not a dose, an amount
# or an hour; and not one that a sentence says not to call.
IN_TEXT = re.compile(
    r"(?<![\w.,:/€-])(?<!€ )(?<!geen )(?<!niet )(?<!not )"
    r"(11[23]|0[89]00[- ]?\d{4}(?:\d{3})?|0\d(?:[- ]?\d){8}|\+31(?:[- ]?\d){9})"
    r"(?![\w/%€-]|[.,:]\d| (?:mg|ml|g|kg|cm|mm|keer|uur|minuten|euro)\b)"
)


@register.filter
def to_call(text: str) -> SafeString:
    """A sentence in which each number to call can be called with a tap."""
    pieces = IN_TEXT.split(text)  # what is between numbers, and the numbers, in turn
    link = '<a class="tel" href="tel:{}"><bdi>{}</bdi></a>'
    return format_html_join(
        "",
        "{}",
        ((format_html(link, dialled(each), each) if place % 2 else each,) for place, each in enumerate(pieces)),
    )


@register.filter
def dialled(number: str) -> str:
    """A Dutch number as `tel:` wants it: 045 555 12 34 is +31455551234. A short one such as 112 stays as it is, and so do
    0800 and 0900, which are not there from another country."""
    digits = re.sub(r"[^0-9+]", "", number)
    return f"+31{digits[1:]}" if re.match(r"0(?!0|[89]00)", digits) else digits


@register.filter
def hours(text: str) -> list[opening_hours.Hours]:
    return opening_hours.hours_of(text)


@register.filter
def is_always(text: str) -> bool:
    return opening_hours.is_always(text)
