"""Themes: the colour and the drawing of a subject. The names are those of the stylesheet's hue classes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    WOND = "wond", _("wounds")
    MEDICIJN = "medicijn", _("medicines")
    BEWEGEN = "bewegen", _("moving and lifting")
    BREIN = "brein", _("brain and behaviour")
    PALLIATIEF = "palliatief", _("palliative care")
    DIGITAAL = "digitaal", _("digital care")
    PRATEN = "praten", _("talking and working together")
    HYGIENE = "hygiene", _("hygiene and health")


ICONS = {
    Theme.WOND: "bandage",
    Theme.MEDICIJN: "pill",
    Theme.BEWEGEN: "accessibility",
    Theme.BREIN: "brain",
    Theme.PALLIATIEF: "leaf",
    Theme.DIGITAAL: "monitor-smartphone",
    Theme.PRATEN: "message-circle",
    Theme.HYGIENE: "droplets",
}


def icon_of(theme: str) -> str:
    """The icon of a theme, or a book where there is none."""
    return ICONS.get(Theme(theme), "book-open") if theme in Theme.values else "book-open"
