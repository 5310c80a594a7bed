"""Loads the folders of a library that content owns: the pages of organisations, and topics."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.utils.text import slugify
from wagtail.models import Locale

from content.models import HomePage, OrganisationPage, TopicPage
from lxp.library import LibraryError, LibrarySection

SOURCE, TRANSLATION = "nl", "en"


def _body(html: str) -> str:
    return json.dumps([{"type": "text", "value": html}] if html else [])


def load_home(slug: str, data: dict[str, Any], path: Path) -> None:
    """Title and introduction of the home pages, in Dutch and English."""
    for code, suffix in ((SOURCE, ""), (TRANSLATION, "_en")):
        page = HomePage.objects.filter(locale__language_code=code).first()
        if page is None:
            raise LibraryError(f"{path}: there is no home page in {code}.")
        title, intro = data[f"title{suffix}"], data.get(f"intro{suffix}", "").strip()
        if (page.title, page.intro) != (title, intro):
            page.title, page.intro = title, intro
            page.save_revision().publish()


def load_organisation_page(slug: str, data: dict[str, Any], path: Path) -> None:
    """The texts of an organisation's public page, in Dutch and English."""
    for code, suffix in ((SOURCE, ""), (TRANSLATION, "_en")):
        page = OrganisationPage.objects.filter(organisation__slug=slug, locale__language_code=code).first()
        if page is None:
            raise LibraryError(f"{path}: the organisation has no page in {code}.")
        page.title = data["name"]
        page.summary = data.get(f"summary{suffix}", "").strip()
        body = _body(data.get(f"text{suffix}", ""))
        if page.body.raw_data and page.body.raw_data[0]["value"] == data.get(f"text{suffix}", ""):
            continue
        page.body = body
        page.save_revision().publish()


def load_topic(slug: str, data: dict[str, Any], path: Path) -> None:
    """A topic page in Dutch and English, below the page of its owner."""
    source: TopicPage | None = None
    for code, suffix in ((SOURCE, ""), (TRANSLATION, "_en")):
        parent = OrganisationPage.objects.filter(organisation__slug=data["owner"], locale__language_code=code).first()
        if parent is None:
            raise LibraryError(f"{path}: there is no organisation {data['owner']}.")
        title = data[f"title{suffix}"]
        page = _existing(slug, code, source)
        values = {"title": title, "summary": data.get(f"summary{suffix}", "").strip(), "theme": data["theme"]}
        if page is None:
            page_slug = slug if code == SOURCE else slugify(title)
            page = TopicPage(slug=page_slug, locale=Locale.objects.get(language_code=code), **values)
            if source is not None:
                page.translation_key = source.translation_key
            parent.add_child(instance=page)
            page.save_revision().publish()
        elif any(getattr(page, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(page, name, value)
            page.save_revision().publish()
        source = source or page


def _existing(slug: str, code: str, source: TopicPage | None) -> TopicPage | None:
    pages = TopicPage.objects.filter(locale__language_code=code)
    if source is None:
        return pages.filter(slug=slug).first()
    return pages.filter(translation_key=source.translation_key).first()


def sections() -> list[LibrarySection]:
    return [
        LibrarySection("home", load_home),
        LibrarySection("organisations", load_organisation_page),
        LibrarySection("topics", load_topic),
    ]
