"""Loads the cards of a library: a folder for each, with a file for all languages, one for each language, and pictures."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.base import ContentFile
from wagtail.models import Locale

from content.models import InstructionPage, Picture, TopicPage
from content.services.translations import follow_source
from content.services.workspaces import place_in
from lxp import icons
from lxp.library import LibraryError, read_yaml
from lxp.models import Organisation

NAMESPACE = UUID("2f6c1d5e-7a7b-4b0e-9a53-0f3f7a0d6c11")
FIRST_LANGUAGES = ("nl", "en")
LINES = ("core", "do", "dont", "call", "emergency", "words")
STREAMS = ("needs", "steps", "check_questions", "sources", "words_in")
Document = dict[str, Any]


def load_card(slug: str, data: Document, path: Path) -> None:
    """One card in every language that has a file; loading it again changes nothing that is the same."""
    organisation = Organisation.objects.filter(slug=data["owner"]).first()
    if organisation is None:
        raise LibraryError(f"{path}: there is no organisation {data['owner']}.")
    pictures = _Pictures(path.parent / "pictures", slug, organisation)
    found = {code: path.with_name(f"{code}.yaml") for code, _name in settings.LANGUAGES}
    languages = [code for code, file in found.items() if file.is_file()]
    first = next((code for code in FIRST_LANGUAGES if code in languages), None)
    if first is None:
        raise LibraryError(f"{path}: write the card in Dutch first, as nl.yaml.")
    source: InstructionPage | None = None
    for code in sorted(languages, key=lambda code: code != first):
        page = _store(slug, code, data, read_yaml(found[code]), source, pictures, found[code])
        source = source or page


class _Pictures:
    """The drawings of one card in its organisation's collection, by title; new bytes replace old ones."""

    def __init__(self, folder: Path, card: str, organisation: Organisation) -> None:
        self.folder, self.card, self.collection = folder, card, organisation.collection
        kept = Picture.objects.filter(collection=self.collection, title__startswith=f"{card}: ")
        self.kept = {each.title: each for each in kept}

    def find(self, name: str | None) -> int | None:
        if not name:
            return None
        file = self.folder / name
        if not file.is_file() or file.parent != self.folder:
            raise LibraryError(f"{self.folder}: there is no picture {name}.")
        content, title = file.read_bytes(), f"{self.card}: {file.stem}"
        picture = self.kept.get(title) or Picture(title=title, collection=self.collection)
        if picture.file_hash != hashlib.sha1(content, usedforsecurity=False).hexdigest():
            picture.file = ContentFile(content, name=name)
            picture._set_image_file_metadata()
            picture.save()
            self.kept[title] = picture
        return picture.pk


def _store(
    card: str,
    code: str,
    facts: Document,
    words: Document,
    source: InstructionPage | None,
    pictures: _Pictures,
    path: Path,
) -> InstructionPage:
    if source is not None and words.get("checked"):
        raise LibraryError(
            f"{path}: a file cannot say that somebody checked it. A person does that, on the checking screen."
        )
    place = place_in(organisation=facts["owner"], language=code)
    if place is None:
        raise LibraryError(f"{path}: {facts['owner']} has no page in {code}.")
    values = _texts(card, facts, words, pictures, path)
    if source is None:
        values |= _facts(card, facts, path)
    page = _existing(card, code, source)
    if page is not None and _says(page, values):
        return page
    is_new, before = page is None, page.text_digest if page is not None else ""
    page = page or InstructionPage(locale=Locale.objects.get(language_code=code), live=False)
    for name, value in values.items():
        setattr(page, name, json.dumps(value) if name in STREAMS else value)
    if is_new:
        if source is not None:
            page.translation_key = source.translation_key
        else:
            page.short_name = card
        place.add_child(instance=page)
    page.save_revision().publish()
    stored = InstructionPage.objects.select_related("locale", "source").get(pk=page.pk)
    if stored.text_digest != before:
        follow_source(page_id=stored.pk, by=None)
    return stored


def _existing(card: str, code: str, source: InstructionPage | None) -> InstructionPage | None:
    pages = InstructionPage.objects.filter(locale__language_code=code).select_related("locale", "source")
    if source is None:
        return pages.originals().filter(short_name=card).first()
    return pages.filter(translation_key=source.translation_key).first()


def _says(page: InstructionPage, values: Document) -> bool:
    """Whether the live page says all this already."""
    return page.live and all(
        (list(getattr(page, name).raw_data) if name in STREAMS else getattr(page, name)) == value
        for name, value in values.items()
    )


def _facts(card: str, facts: Document, path: Path) -> Document:
    topic = TopicPage.objects.filter(slug=facts["topic"], locale__language_code=FIRST_LANGUAGES[0]).first()
    if topic is None:
        raise LibraryError(f"{path}: there is no topic {facts['topic']}.")
    sources = [
        {
            "type": "source",
            "id": str(uuid5(NAMESPACE, f"{card}:source:{number}")),
            "value": {"title": each["title"], "url": each.get("url", "")},
        }
        for number, each in enumerate(facts.get("sources", []), start=1)
    ]
    return {
        "is_critical": bool(facts.get("critical", False)),
        "minutes": facts["minutes"],
        "review_on": facts.get("review_on"),
        "tried_by": facts.get("tried_by", ""),
        "topic": topic,
        "sources": sources,
    }


def _texts(card: str, facts: Document, words: Document, pictures: _Pictures, path: Path) -> Document:
    texts = {name: [" ".join(str(line).split()) for line in words.get(name) or []] for name in LINES}
    return {
        "title": words["title"],
        "slug": words["slug"],
        "intro": " ".join(words["intro"].split()),
        **texts,
        "words_in": [_words_in(card, code, said, path) for code, said in (words.get("words_in") or {}).items()],
        "needs": [_need(card, number, need, path) for number, need in enumerate(words.get("needs") or [], start=1)],
        "steps": [_step(card, step, words["steps"], pictures, path) for step in facts["steps"]],
        "check_questions": [
            _question(card, question, words["check"], pictures, path)
            for question in facts.get("check") or []
            if question["id"] in (words.get("check") or {})
        ],
    }


def _words_in(card: str, code: str, words: list[str], path: Path) -> Document:
    if code not in dict(settings.LANGUAGES):
        raise LibraryError(f"{path}: the site does not speak {code}.")
    key = f"{card}:words:{code}"
    items = [
        {"type": "item", "id": str(uuid5(NAMESPACE, f"{key}:{number}")), "value": str(word)}
        for number, word in enumerate(words, start=1)
    ]
    return {"type": "language", "id": str(uuid5(NAMESPACE, key)), "value": {"language": code, "words": items}}


def _need(card: str, number: int, need: Document, path: Path) -> Document:
    if need["icon"] not in icons.names():
        raise LibraryError(f"{path}: there is no icon {need['icon']}.")
    return {
        "type": "need",
        "id": str(uuid5(NAMESPACE, f"{card}:need:{number}")),
        "value": {"icon": need["icon"], "text": need["text"]},
    }


def _step(card: str, step: Document, texts: Document, pictures: _Pictures, path: Path) -> Document:
    words = texts.get(step["id"])
    if words is None:
        raise LibraryError(f"{path}: step {step['id']} has no text.")
    return {
        "type": "step",
        "id": str(uuid5(NAMESPACE, f"{card}:{step['id']}")),
        "value": {
            "title": words["title"],
            "text": " ".join(words["text"].split()),
            "picture": _picture(step, words.get("alt", ""), pictures),
            "audio": None,
            "film": None,
        },
    }


def _question(card: str, question: Document, texts: Document, pictures: _Pictures, path: Path) -> Document:
    words = texts[question["id"]]
    key = f"{card}:{question['id']}"
    options = []
    for option in question["options"]:
        said = words["options"].get(option["id"])
        if said is None:
            raise LibraryError(f"{path}: question {question['id']} has no answer {option['id']}.")
        value = {
            "text": said["text"],
            "picture": _picture(option, said.get("alt", ""), pictures),
            "right": bool(option.get("right", False)),
            "feedback": said["feedback"],
        }
        options.append({"type": "item", "id": str(uuid5(NAMESPACE, f"{key}:{option['id']}")), "value": value})
    return {
        "type": "question",
        "id": str(uuid5(NAMESPACE, key)),
        "value": {"prompt": words["prompt"], "options": options},
    }


def _picture(drawn: Document, alt: str, pictures: _Pictures) -> Document:
    """As the editor stores it; a picture without a description beside the same words is decoration."""
    number = pictures.find(drawn.get("picture"))
    return {"image": number, "alt_text": alt, "decorative": number is not None and not alt}
