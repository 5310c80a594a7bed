"""Modules as cards of the catalogue.

A card is the same for everybody who reads in one language. So its HTML is kept until something public changes, for
visitors and members alike: making it anew took most of the time of every page with cards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content.api import direction_of, icon_of, page_path
from courses.models import Module, ModuleFacet, ModulePage
from lxp.middleware import public_stamp
from lxp.models import Organisation

CACHE_SECONDS = 300
PAGE_FIELDS = ("module_id", "text_language", "title", "summary", "url_path", "theme", "is_example")
FORM_LABELS = {
    "online": _("Online"),
    "workplace": _("At work"),
    "skillslab": _("In the skillslab"),
    "group": _("In a group"),
}
FORM_ICONS = {
    "online": "monitor-smartphone",
    "workplace": "badge-check",
    "skillslab": "calendar-days",
    "group": "users",
}


@dataclass(frozen=True)
class Card:
    """What the template of a card shows. `language` is that of its words."""

    title: str
    url: str
    summary: str
    language: str
    owner: Organisation
    theme: str
    icon: str
    study_minutes: int
    forms: list[tuple[str, str]]
    is_example: bool

    @property
    def direction(self) -> str:
        return direction_of(self.language)


def cards(modules: Iterable[Module]) -> list[SafeString]:
    """Cards in the order of the modules; a module without a live page has none."""
    return list(cards_by_module(modules).values())


def cards_by_module(modules: Iterable[Module], stamp: str | None = None) -> dict[int, SafeString]:
    """Module id → card, in the order of the modules. Two queries where any is not kept, and one for the public stamp where
    the caller does not know it."""
    listed = list(modules)
    language = get_language() or settings.LANGUAGE_CODE
    prefix = f"card:{public_stamp() if stamp is None else stamp}:{language}:"
    keys = {module.pk: f"{prefix}{module.pk}" for module in listed}
    kept = cache.get_many(keys.values())
    missing = [module for module in listed if keys[module.pk] not in kept]
    if missing:
        made = {
            keys[pk]: render_to_string("courses/parts/card.html", {"card": card})
            for pk, card in _described(missing, language).items()
        }
        cache.set_many(made, CACHE_SECONDS)
        kept |= made
    return {pk: kept[key] for pk, key in keys.items() if key in kept}


def _described(modules: list[Module], language: str) -> dict[int, Card]:
    """Cards by module, from the page in the reader's language where one is live: two queries for any number."""
    pages: dict[int, Any] = {}
    rows = ModulePage.objects.live().filter(module__in=modules).order_by()
    for page in rows.values_list(*PAGE_FIELDS, named=True):  # rows, since a page is a costly object to make
        if page.text_language == language or page.module_id not in pages:
            pages[page.module_id] = page
    forms: dict[int, list[str]] = {}
    for module_id, value in ModuleFacet.objects.filter(module__in=modules, name="form").values_list("module", "value"):
        forms.setdefault(module_id, []).append(value)
    return {
        module.pk: _card(module, pages[module.pk], sorted(forms.get(module.pk, [])), language)
        for module in modules
        if module.pk in pages
    }


def _card(module: Module, page: Any, forms: list[str], language: str) -> Card:
    return Card(
        title=page.title,
        url=page_path(page.url_path, language),
        summary=page.summary,
        language=page.text_language,
        owner=module.owner,
        theme=page.theme,
        icon=icon_of(page.theme),
        study_minutes=module.study_minutes,
        forms=[(FORM_ICONS.get(form, "layers"), str(FORM_LABELS.get(form, form))) for form in forms],
        is_example=page.is_example,
    )
