"""Template tags of an instruction card's page."""

from __future__ import annotations

import re

import segno
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info

from content.models import InstructionPage
from content.services.card_view import CardView, view_of
from lxp import opening_hours

register = template.Library()


@register.simple_tag
def can_save() -> bool:
    """Whether explanations may be saved on a phone."""
    return bool(settings.OFFLINE_CARDS)


@register.simple_tag
def card_view(page: InstructionPage, request: HttpRequest) -> CardView:
    return view_of(page, request.GET)


@register.simple_tag
def text_attributes(page: InstructionPage) -> SafeString:
    """Language and direction of a card's own text, which may differ from those of the frame."""
    direction = "rtl" if get_language_info(page.language)["bidi"] else "ltr"
    return format_html('lang="{}" dir="{}"', page.language, direction)


@register.simple_tag
def short_address(page: InstructionPage, request: HttpRequest) -> str:
    """The address that leads each reader to their own language."""
    return request.build_absolute_uri(reverse("content:card", args=[page.facts.short_name]))


@register.filter
def without_scheme(address: str) -> str:
    """An address as somebody types it."""
    return re.sub(r"^https?://", "", address).rstrip("/")


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as a drawing."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - drawn by segno; the text is in it as black and white only


@register.filter
def dialled(number: str) -> str:
    """A Dutch number as `tel:` wants it: 045 555 12 34 is +31455551234; a short one such as 112 stays as it is."""
    digits = re.sub(r"[^0-9+]", "", number)
    return f"+31{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else digits


@register.filter
def hours(text: str) -> list[opening_hours.Hours]:
    return opening_hours.hours_of(text)


@register.filter
def is_always(text: str) -> bool:
    return opening_hours.is_always(text)
