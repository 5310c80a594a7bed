"""Stores module documents as published pages; loading the same document again changes nothing."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Page

from content.api import Picture, Recording, TopicPage
from courses.grading import activities_of
from courses.models import ModulePage
from courses.services.documents import FileFinder, body_of
from courses.services.publishing import publish_page
from lxp import plugin_manager
from lxp.models import Organisation

NAMESPACE = UUID("6e1f5a0e-2b7d-4c55-9d0e-5f2d1c9a7b10")
Document = dict[str, Any]


class CollectionFiles:
    """Keeps each file of a document once in an organisation's collection, by title and kind; new bytes replace old ones."""

    def __init__(self, organisation: Organisation, prefix: str) -> None:
        self.organisation, self.prefix = organisation, prefix

    def keep_picture(self, name: str, content: bytes) -> int:
        """The database id of the picture with these bytes."""
        path = PurePath(name)
        title = f"{self.prefix}: {path.with_suffix('')}"
        same = Picture.objects.filter(title=title, collection=self.organisation.collection).order_by("pk")
        picture = same.filter(file__iendswith=path.suffix).first()
        if picture is None:
            picture = Picture(title=title, collection=self.organisation.collection)
        elif picture.file_size == len(content) and picture.file.read() == content:
            return picture.pk
        picture.file = ContentFile(content, name=name)
        picture._set_image_file_metadata()
        picture.save()
        return picture.pk

    def keep_film(self, film: Document, content: bytes, captions: bytes, poster: bytes) -> int:
        """The database id of the film with these bytes, captions and first picture."""
        title = f"{self.prefix}: {film['title']}"
        recording = Recording.objects.filter(title=title, collection=self.organisation.collection).first()
        if recording is not None and recording.file.read() == content and recording.captions.read() == captions:
            return recording.pk
        recording = recording or Recording(title=title, collection=self.organisation.collection, type="video")
        recording.file = ContentFile(content, name=film["file"])
        recording.captions = ContentFile(captions, name=film["captions"])
        recording.thumbnail = ContentFile(poster, name=film["poster"])
        recording.captions_language = film.get("captions_language", "nl")
        recording.duration, recording.width, recording.height = film["seconds"], film["width"], film["height"]
        recording.save()
        return recording.pk


@transaction.atomic
def store_module(
    *,
    place: Page,
    slug: str,
    key: str,
    document: Document,
    topic: TopicPage | None,
    files: FileFinder,
    source: ModulePage | None = None,
) -> ModulePage:
    """Make or update the page of a module document below `place`, and publish it.

    `key` decides the ids of its blocks, so that learners keep their progress when the document is loaded again.
    `source` is the page in the source language where this document is a translation. Raises LibraryError for a
    document that the format does not know.
    """
    body = body_of(document["activities"], uuid5(NAMESPACE, key), files)
    values = _values(document, topic)
    page = _existing(place, slug, source)
    is_new = page is None
    is_same = page is not None and _says(page, values, body)
    page = page or ModulePage(locale=place.locale, slug=slug)
    for name, value in values.items():
        setattr(page, name, value)
    page.body = json.dumps(body)  # type: ignore[assignment]
    if is_new:
        if source is not None:
            page.translation_key, page.module_id = source.translation_key, source.module_id
        page.live = False
        place.add_child(instance=page)
    if source is None and _loads_more(page, document):
        is_same = False
    if is_same:
        return page
    page.co_owners = Organisation.objects.filter(slug__in=document.get("co_owners", []))
    page.full_clean()
    page.save_revision().publish()
    publish_page(page=ModulePage.objects.get(pk=page.pk))
    return page


def _loads_more(page: ModulePage, document: Document) -> bool:
    """Let the packages above take what is theirs from the document; whether something changed."""
    keys = [str(each["id"]) for each in document["activities"]]
    activities = dict(zip(keys, activities_of(page), strict=True))
    answers = plugin_manager.call_core("loading_module", module=page.module, document=document, activities=activities)
    return any(answers)


def _values(document: Document, topic: TopicPage | None) -> dict[str, Any]:
    return {
        "title": document["title"],
        "summary": " ".join(document["summary"].split()),
        "theme": document["theme"],
        "topic": topic,
        "goals": "\n".join(document.get("goals", [])),
        "audiences": document["audiences"],
        "study_minutes": document["study_minutes"],
        "review_on": document.get("review_on"),
        "is_example": document.get("is_example", False),
        "sharing": document["sharing"],
    }


def _existing(place: Page, slug: str, source: ModulePage | None) -> ModulePage | None:
    if source is not None:
        return ModulePage.objects.filter(module=source.module_id, text_language=place.locale.language_code).first()
    return ModulePage.objects.child_of(place).filter(slug=slug).first()


def _says(page: ModulePage, values: dict[str, Any], body: list[dict[str, Any]]) -> bool:
    """Whether a page says all this already, so that loading again makes no revision and no version."""
    block = page.body.stream_block
    same = all(getattr(page, name) == value for name, value in values.items())
    return same and page.live and block.get_prep_value(page.body) == block.get_prep_value(block.to_python(body))
