"""Template tags about the place of a page in the tree."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language

from content.addresses import page_path
from content.models import PublicPage

register = template.Library()


@dataclass(frozen=True)
class Crumb:
    """One step of the way back up."""

    url: str
    label: str


@register.simple_tag
def page_crumbs(page: PublicPage) -> list[Crumb]:
    """The pages above this one, from below the home page down."""
    return [Crumb(page_path(url_path, get_language() or "nl"), title) for url_path, title in page.surroundings.above]
