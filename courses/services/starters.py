"""Starting a module: an example from `courses/starters`, as a draft that the author changes."""

from __future__ import annotations

import json
from uuid import uuid4

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Locale

from content.api import OrganisationPage, TopicPage
from courses.examples import starters
from courses.models import ModulePage
from courses.places import free_slug
from courses.services.documents import Document, body_of
from lxp.library import LibraryError
from lxp.models import Organisation, User
from lxp.permissions import require


class NoFiles:
    """A starter brings no pictures and no films: they belong to an organisation."""

    def find(self, name: str) -> int:
        raise LibraryError(_("A starter has no pictures; it names %(name)s.") % {"name": name})

    def find_film(self, film: Document) -> int:
        raise LibraryError(_("A starter has no films; it names %(name)s.") % {"name": film.get("file", "")})


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
        slug=free_slug(place, slugify(document["title"])),
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
