"""Places in the tree: whose a place is, and a name in an address that nothing beside it has yet."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from content.api import OrganisationPage
from lxp.models import Organisation


def owner_of_place(page: Page) -> Organisation:
    """The organisation in whose part of the tree a page stands. Raises ValidationError elsewhere."""
    ancestors = [page.path[:length] for length in range(page.steplen, len(page.path), page.steplen)]
    place = OrganisationPage.objects.filter(path__in=ancestors).select_related("organisation").last()
    if place is None:
        raise ValidationError(_("A module or course stands below the page of an organisation."))
    return place.organisation


def free_slug(place: Page, wanted: str, *, keeping: int | None = None) -> str:
    """`wanted`, or with the first number that is free below `place`; the page `keeping` does not stand in its own way."""
    taken: set[Any] = set(place.get_children().exclude(pk=keeping).values_list("slug", flat=True))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)
