"""The address of a page in a language of the interface, and which way that language runs."""

from __future__ import annotations

from django.utils.translation import get_language_info


def direction_of(language: str) -> str:
    """ "rtl" or "ltr", as HTML says it."""
    return "rtl" if get_language_info(language)["bidi"] else "ltr"


def page_path(url_path: str, language: str) -> str:
    """`/home-nl/maasdal/handhygiene/` read in English is `/en/maasdal/handhygiene/`.

    `url_path` is Wagtail's, which starts with the slug of a home page; HomePage.route finds the page in any language.
    """
    return f"/{language}/{url_path.split('/', 2)[2]}"
