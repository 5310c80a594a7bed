"""A course of Open edX as modules of an organisation: all of it, or nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from content.api import OrganisationPage
from courses.api import CollectionFiles, ModulePage, store_module
from lxp.library import LibraryError
from plugins.xblocks.exceptions import ImportRefusedError
from plugins.xblocks.olx.conversion import OlxCourse


class CoursePictures:
    """Keeps the pictures of a course in the collection of its owner; films stay behind."""

    def __init__(self, course: OlxCourse, kept: CollectionFiles) -> None:
        self.course, self.kept = course, kept

    def find(self, name: str) -> int:
        return self.kept.keep_picture(name, self.course.pictures[name])

    def find_film(self, film: dict[str, Any]) -> int:
        raise ImportRefusedError(_("This course names a film that was not taken over."))


@transaction.atomic
def import_course(*, course: OlxCourse, owner: str, language: str) -> list[ModulePage]:
    """Store every module below the page of its owner, and publish it. Importing again changes only what changed.

    Raises ImportRefusedError where the owner has no page in that language, or a module cannot be stored; then nothing is.
    """
    place = OrganisationPage.objects.filter(organisation__slug=owner, locale__language_code=language).first()
    if place is None:
        raise ImportRefusedError(
            _("%(owner)s has no page in “%(language)s”. Open the organisation first, or choose another with --owner.")
            % {"owner": owner, "language": language}
        )
    if not course.modules:
        raise ImportRefusedError(_("Nothing in this course could be taken over. The report says why."))
    try:
        files = CoursePictures(course, CollectionFiles(place.organisation, course.title))
        return [
            store_module(
                place=place,
                slug=each.slug,
                key=f"olx:{owner}:{each.slug}",
                document=each.document,
                topic=None,
                files=files,
            )
            for each in course.modules
        ]
    except (LibraryError, ValidationError) as refusal:
        raise ImportRefusedError(str(refusal)) from refusal
