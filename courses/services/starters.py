"""Starting a module: an example from `courses/starters`, as a draft that the author changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from content.api import OrganisationPage, TopicPage
from courses.models import ModulePage
from courses.services.documents import Document, body_of
from lxp.library import LibraryError, read_yaml
from lxp.models import Organisation, User
from lxp.permissions import require

STARTERS = Path(__file__).resolve().parents[1] / "starters"
FALLBACK = "nl"


@dataclass(frozen=True)
class Starter:
    """An example to begin with, in one language. `key` is the same in every language."""

    key: str
    name: str
    description: str
    position: int
    document: Document


class NoFiles:
    """A starter brings no pictures and no films: they belong to an organisation."""

    def find(self, name: str) -> int:
        raise LibraryError(_("A starter has no pictures; it names %(name)s.") % {"name": name})

    def find_film(self, film: Document) -> int:
        raise LibraryError(_("A starter has no films; it names %(name)s.") % {"name": film.get("file", "")})


@cache
def starters(language: str) -> list[Starter]:
    """Every starter in a language, in Dutch where there is no other, in their order."""
    found = {}
    for code in (FALLBACK, language):
        for path in STARTERS.glob(f"*.{code}.yaml"):
            data = read_yaml(path)
            key = path.name.removesuffix(f".{code}.yaml")
            found[key] = Starter(key, data["name"], data["description"], data["position"], data)
    return sorted(found.values(), key=lambda each: each.position)


@transaction.atomic
def start_page(
    *, starter: str, organisation: Organisation, language: str, by: User, topic: TopicPage | None = None
) -> ModulePage:
    """A new draft of a module below its organisation's page, filled from a starter.

    Raises PermissionDenied unless `by` writes for the organisation, LibraryError where starter or place is missing.
    """
    require(by, "organisation.write", organisation)
    chosen = next((each for each in starters(language) if each.key == starter), None)
    place = OrganisationPage.objects.filter(organisation=organisation, locale__language_code=language).first()
    if chosen is None or place is None:
        raise LibraryError(_("This module cannot be started here. Choose another language or another beginning."))
    document = chosen.document
    page = ModulePage(
        title=document["title"],
        slug=_free_slug(place, document["title"]),
        summary=document["summary"],
        goals="\n".join(document["goals"]),
        study_minutes=document["study_minutes"],
        topic=topic,
        owner=by,
        live=False,
        locale=Locale.objects.get(language_code=language),
    )
    if topic is not None:
        page.theme = topic.theme
    page.body = json.dumps(body_of(document["activities"], uuid4(), NoFiles()))  # type: ignore[assignment]
    place.add_child(instance=page)
    page.save_revision(user=by)
    return page


def _free_slug(place: Page, title: str) -> str:
    taken: set[Any] = set(place.get_children().values_list("slug", flat=True))
    base = slugify(title)
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
