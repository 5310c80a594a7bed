"""Loads the folders of a library that courses own: modules and courses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.utils.text import slugify
from wagtail.models import Locale

from content.api import OrganisationPage, Picture, TopicPage
from courses.models import CoursePage, ModulePage
from courses.services.documents import body_of
from lxp.library import LibraryError, LibrarySection, read_yaml
from lxp.models import Organisation

NAMESPACE = UUID("6e1f5a0e-2b7d-4c55-9d0e-5f2d1c9a7b10")
SOURCE = "nl"


def _place(owner: str, language: str, path: Path) -> OrganisationPage:
    page = OrganisationPage.objects.filter(organisation__slug=owner, locale__language_code=language).first()
    if page is None:
        raise LibraryError(f"{path}: there is no organisation {owner}, or it has no page in {language}.")
    return page


class FolderPictures:
    """Finds the pictures of a module in its folder, and keeps each once in the organisation's collection."""

    def __init__(self, folder: Path, slug: str, organisation: Organisation) -> None:
        self.folder, self.slug, self.organisation = folder, slug, organisation

    def find(self, name: str) -> int:
        """The id of the picture in the database. Raises LibraryError where the file is missing."""
        path = self.folder / "pictures" / name
        if not path.is_file() or path.parent != self.folder / "pictures":
            raise LibraryError(f"{self.folder}: there is no picture {name}.")
        title = f"{self.slug}: {path.stem}"
        picture = Picture.objects.filter(title=title, collection=self.organisation.collection).first()
        content = path.read_bytes()
        if picture is None:
            picture = Picture(title=title, collection=self.organisation.collection)
        elif picture.file_size == len(content) and picture.file.read() == content:
            return picture.pk
        picture.file = ContentFile(content, name=name)
        picture._set_image_file_metadata()
        picture.save()
        return picture.pk


def load_module(slug: str, data: dict[str, Any], path: Path) -> None:
    """A Dutch module with its pictures, and its English words where there are any."""
    source = _load_page(slug, data, path, None)
    translation = path.with_name("module.en.yaml")
    if translation.exists():
        words = {**data, **read_yaml(translation), "language": "en"}
        _load_page(slug, words, translation, source)


def _load_page(slug: str, data: dict[str, Any], path: Path, source: ModulePage | None) -> ModulePage:
    """Make or update one page; one that says the same already is left alone."""
    place = _place(data["owner"], data["language"], path)
    pictures = FolderPictures(path.parent, slug, place.organisation)
    body = body_of(data["activities"], uuid5(NAMESPACE, slug), pictures)
    values = _values(data, path)
    page = _existing(slug, data["language"], source)
    if page is not None and _says(page, values, body):
        return page
    is_new = page is None
    page = page or ModulePage(locale=place.locale, slug=slug if source is None else slugify(data["title"]))
    for name, value in values.items():
        setattr(page, name, value)
    page.body = json.dumps(body)
    if is_new:
        if source is not None:
            page.translation_key, page.module_id = source.translation_key, source.module_id
        page.live = False
        place.add_child(instance=page)
    page.co_owners = Organisation.objects.filter(slug__in=data.get("co_owners", []))
    page.save_revision().publish()
    return page


def _values(data: dict[str, Any], path: Path) -> dict[str, Any]:
    topic = TopicPage.objects.filter(slug=data["topic"], locale__language_code=SOURCE).first()
    if topic is None:
        raise LibraryError(f"{path}: there is no topic {data['topic']}.")
    return {
        "title": data["title"],
        "summary": " ".join(data["summary"].split()),
        "theme": data["theme"],
        "topic": topic,
        "goals": "\n".join(data.get("goals", [])),
        "audiences": data["audiences"],
        "study_minutes": data["study_minutes"],
        "review_on": data.get("review_on"),
        "is_example": data.get("is_example", False),
        "sharing": data["sharing"],
    }


def _existing(slug: str, language: str, source: ModulePage | None) -> ModulePage | None:
    pages = ModulePage.objects.filter(text_language=language)
    if source is not None:
        return pages.filter(module=source.module_id).first()
    return pages.filter(slug=slug).first()


def _says(page: ModulePage, values: dict[str, Any], body: list[dict[str, Any]]) -> bool:
    same = all(getattr(page, name) == value for name, value in values.items())
    return same and page.body.stream_block.get_prep_value(page.body) == page.body.stream_block.get_prep_value(
        page.body.stream_block.to_python(body)
    )


def load_course(slug: str, data: dict[str, Any], path: Path) -> None:
    """A course over modules that are loaded already."""
    place = _place(data["owner"], SOURCE, path)
    slots = []
    for number, slot in enumerate(data["slots"], start=1):
        chosen = [_module_page(name, path) for name in slot["modules"]]
        items = [
            {"type": "item", "id": str(uuid5(NAMESPACE, f"{slug}:{number}:{page.slug}")), "value": page.pk} for page in chosen
        ]
        value = {"title": slot["title"], "choose": slot.get("choose"), "modules": items}
        slots.append({"type": "slot", "id": str(uuid5(NAMESPACE, f"{slug}:{number}")), "value": value})
    page = CoursePage.objects.filter(slug=slug, text_language=SOURCE).first()
    is_new = page is None
    page = page or CoursePage(slug=slug, locale=Locale.objects.get(language_code=SOURCE), live=False)
    page.title, page.summary = data["title"], " ".join(data["summary"].split())
    page.theme, page.sharing = data["theme"], data["sharing"]
    if not is_new and page.course.current_version and page.slots.stream_block.get_prep_value(page.slots) == slots:
        return
    page.slots = json.dumps(slots)
    if is_new:
        place.add_child(instance=page)
    page.save_revision().publish()


def _module_page(slug: str, path: Path) -> ModulePage:
    page = ModulePage.objects.filter(slug=slug, text_language=SOURCE).first()
    if page is None:
        raise LibraryError(f"{path}: there is no module {slug}.")
    return page


def sections() -> list[LibrarySection]:
    return [
        LibrarySection("modules", load_module, "*/module.yaml"),
        LibrarySection("courses", load_course),
    ]


