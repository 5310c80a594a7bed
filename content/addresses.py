"""The address of a page in a language of the interface."""

from __future__ import annotations


def page_path(url_path: str, language: str) -> str:
    """`/home-nl/maasdal/handhygiene/` read in English is `/en/maasdal/handhygiene/`.

    `url_path` is Wagtail's, which starts with the slug of a home page; HomePage.route finds the page in any language.
    """
    return f"/{language}/{url_path.split('/', 2)[2]}"
