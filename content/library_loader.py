"""Loads the folders of a library that content owns: pages of organisations, topics, cards, decision aids, and what
readers needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import slugify
from wagtail.models import Locale

from content.aid_loader import load_aid
from content.card_loader import load_card
from content.models import HomePage, TopicPage
from content.need_loader import load_need
from content.services.workspaces import place_in
from lxp.library import LibraryError, LibrarySection

SOURCE = "nl"
# What names of values end in, per language; the source has none. A language that a file has no words in is left out.
LANGUAGES = [(code, "" if code == SOURCE else f"_{code}") for code, _name in settings.LANGUAGES]


def _languages_of(data: dict[str, Any], name: str) -> list[tuple[str, str]]:
    return [(code, suffix) for code, suffix in LANGUAGES if code == SOURCE or f"{name}{suffix}" in data]


def _body(html: str) -> str:
    return json.dumps([{"type": "text", "value": html}] if html else [])


def load_home(slug: str, data: dict[str, Any], path: Path) -> None:
    """Title and introduction of the home pages, in each language that the file has."""
    for code, suffix in _languages_of(data, "title"):
        page = HomePage.objects.filter(locale__language_code=code).first()
        if page is None:
            raise LibraryError(f"{path}: there is no home page in {code}.")
        title, intro = data[f"title{suffix}"], data.get(f"intro{suffix}", "").strip()
        if (page.title, page.intro) != (title, intro):
            page.title, page.intro = title, intro
            page.save_revision().publish()


def load_organisation_page(slug: str, data: dict[str, Any], path: Path) -> None:
    """The texts of an organisation's public page, in each language that the file has."""
    for code, suffix in _languages_of(data, "summary"):
        page = place_in(organisation=slug, language=code)
        if page is None:
            raise LibraryError(f"{path}: the organisation has no page in {code}.")
        page.title = data["name"]
        page.summary = data.get(f"summary{suffix}", "").strip()
        body = _body(data.get(f"text{suffix}", ""))
        if page.body.raw_data and page.body.raw_data[0]["value"] == data.get(f"text{suffix}", ""):
            continue
        page.body = body  # type: ignore[assignment]
        page.save_revision().publish()


def load_topic(slug: str, data: dict[str, Any], path: Path) -> None:
    """A topic page in each language that the file has, below the page of its owner."""
    source: TopicPage | None = None
    for code, suffix in _languages_of(data, "title"):
        parent = place_in(organisation=data["owner"], language=code)
        if parent is None:
            raise LibraryError(f"{path}: there is no organisation {data['owner']}.")
        title = data[f"title{suffix}"]
        page = _existing(slug, code, source)
        values = {"title": title, "summary": data.get(f"summary{suffix}", "").strip(), "theme": data["theme"]}
        if page is None:
            page_slug = slug if code == SOURCE else slugify(title) or f"{slug}-{code}"
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
        LibrarySection("instructions", load_card, "*/card.yaml"),
        LibrarySection("decision_aids", load_aid),
        LibrarySection("need", load_need),
    ]
