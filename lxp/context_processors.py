"""What the frame of every page needs: menu, organisation, languages. Lazy, so that a bare page costs no query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi, get_language_from_path, get_language_info

from lxp import plugin_manager
from lxp.brand_sheet import brand_version
from lxp.navigation import NavigationItem

OWN_LANGUAGE_NAMES = {
    "nl": "Nederlands",
    "en": "English",
    "tr": "Türkçe",
    "pl": "Polski",
    "ar": "العربية",
    "uk": "Українська",
}


@dataclass(frozen=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    name: str
    url: str
    is_current: bool
    direction: str = ""


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Variables of `lxp/base.html`."""
    menu = SimpleLazyObject(lambda: navigation(request))
    return {
        "site_name": settings.SITE_NAME,
        "is_demo": settings.IS_DEMO,
        "text_direction": "rtl" if get_language_bidi() else "ltr",
        "brand_version": SimpleLazyObject(brand_version),
        "navigation": menu,
        "managing": SimpleLazyObject(lambda: [item for item in menu if item.is_managing]),
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "current_organisation": getattr(request, "organisation", None),
        "my_organisations": SimpleLazyObject(lambda: plugin_manager.organisations_of(request)),
    }


def navigation(request: HttpRequest) -> list[NavigationItem]:
    """The menu of this person, in its order, with the current entry marked by the longest address that fits."""
    items = plugin_manager.call(
        "navigation_items",
        expects=NavigationItem,
        organisations=plugin_manager.organisations_of(request),
        person=getattr(request, "user", None),
        request=request,
    )
    items.sort(key=lambda item: item.position)
    here = [item for item in items if request.path.startswith(item.url)]
    current = max(here, key=lambda item: len(item.url), default=None)
    return [replace(item, is_current=item is current) for item in items]


def _same_page_in(code: str, request: HttpRequest) -> str:
    """An address that leads nowhere cannot be translated; one with a language in front has that changed all the same, so that
    no page of a visitor needs a form, and with it a cookie, to change the language."""
    here = request.get_full_path()
    there, language = translate_url(here, code), get_language_from_path(request.path_info)
    return f"/{code}{here.removeprefix(f'/{language}')}" if language and there == here else there


def language_links(request: HttpRequest) -> list[LanguageLink]:
    """The current page in each language that it has; a page may name its own addresses in `request.translations`.

    An address without a language belongs to who signs in: those screens speak fewer languages than the public pages.
    """
    own: dict[str, str] = getattr(request, "translations", {})
    is_public = bool(own) or get_language_from_path(request.path_info) is not None
    links = []
    for code, _name in settings.LANGUAGES if is_public else settings.STAFF_LANGUAGES:
        try:
            url = own.get(code) or _same_page_in(code, request)
        except (NoReverseMatch, ValueError):
            url = f"/{code}/"
        direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
        links.append(LanguageLink(code, OWN_LANGUAGE_NAMES.get(code, code), url, code == get_language(), direction))
    return links
