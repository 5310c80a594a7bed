"""Loads the folders of a library that courses own: modules, courses and what people are in the middle of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid5

from django.utils.text import slugify
from wagtail.models import Locale

from content.api import OrganisationPage, TopicPage
from courses.library_attempts import load_attempts
from courses.models import CoursePage, ModulePage
from courses.services.loading import NAMESPACE, CollectionFiles, store_module
from lxp.library import LibraryError, LibrarySection, read_yaml
from lxp.models import Organisation

SOURCE = "nl"


def _place(owner: str, language: str, path: Path) -> OrganisationPage:
    page = OrganisationPage.objects.filter(organisation__slug=owner, locale__language_code=language).first()
    if page is None:
        raise LibraryError(f"{path}: there is no organisation {owner}, or it has no page in {language}.")
    return page


class FolderFiles:
    """Finds the pictures and films of a module in its folder."""

    def __init__(self, folder: Path, slug: str, organisation: Organisation) -> None:
        self.folder, self.kept = folder, CollectionFiles(organisation, slug)

    def read(self, kind: str, name: str) -> bytes:
        path = self.folder / kind / name
        if not path.is_file() or path.parent != self.folder / kind:
            raise LibraryError(f"{self.folder}: there is no file {kind}/{name}.")
        return path.read_bytes()

    def find(self, name: str) -> int:
        return self.kept.keep_picture(name, self.read("pictures", name))

    def find_film(self, film: dict[str, Any]) -> int:
        parts = [self.read("films", film[part]) for part in ("file", "captions", "poster")]
        return self.kept.keep_film(film, *parts)


def load_module(slug: str, data: dict[str, Any], path: Path) -> None:
    """A module with its pictures, and its English words where there are any."""
    source = _store(slug, slug, data, path, None)
    translation = path.with_name("module.en.yaml")
    if translation.exists():
        words = {**data, **read_yaml(translation), "language": "en"}
        _store(slug, slugify(words["title"]), words, translation, source)


def _store(key: str, slug: str, document: dict[str, Any], path: Path, source: ModulePage | None) -> ModulePage:
    place = _place(document["owner"], document["language"], path)
    topic = TopicPage.objects.filter(slug=document["topic"], locale__language_code=SOURCE).first()
    if topic is None:
        raise LibraryError(f"{path}: there is no topic {document['topic']}.")
    files = FolderFiles(path.parent, key, place.organisation)
    return store_module(place=place, slug=slug, key=key, document=document, topic=topic, files=files, source=source)


def load_course(slug: str, data: dict[str, Any], path: Path) -> None:
    """A course over modules that are loaded already."""
    place = _place(data["owner"], SOURCE, path)
    slots = [_slot(slug, number, slot, path) for number, slot in enumerate(data["slots"], start=1)]
    values = {
        "title": data["title"],
        "summary": " ".join(data["summary"].split()),
        "theme": data["theme"],
        "sharing": data["sharing"],
    }
    page = CoursePage.objects.child_of(place).filter(slug=slug).first()
    if page is not None and _says(page, values, slots):
        return
    is_new = page is None
    page = page or CoursePage(slug=slug, locale=Locale.objects.get(language_code=SOURCE), live=False)
    for name, value in values.items():
        setattr(page, name, value)
    page.slots = json.dumps(slots)
    if is_new:
        place.add_child(instance=page)
    page.save_revision().publish()


def _says(page: CoursePage, values: dict[str, Any], slots: list[dict[str, Any]]) -> bool:
    """Whether a page says all this already."""
    same = all(getattr(page, name) == value for name, value in values.items())
    return same and page.slots.stream_block.get_prep_value(page.slots) == slots


def _slot(course: str, number: int, slot: dict[str, Any], path: Path) -> dict[str, Any]:
    modules = []
    for slug in slot["modules"]:
        page = ModulePage.objects.filter(slug=slug, text_language=SOURCE).first()
        if page is None:
            raise LibraryError(f"{path}: there is no module {slug}.")
        item_id = str(uuid5(NAMESPACE, f"{course}:{number}:{slug}"))
        modules.append({"type": "item", "id": item_id, "value": page.pk})
    value = {"title": slot["title"], "choose": slot.get("choose"), "modules": modules}
    return {"type": "slot", "id": str(uuid5(NAMESPACE, f"{course}:{number}")), "value": value}


def sections() -> list[LibrarySection]:
    return [
        LibrarySection("modules", load_module, "*/module.yaml"),
        LibrarySection("courses", load_course),
        LibrarySection("attempts", load_attempts),
    ]
