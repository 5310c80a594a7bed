"""Template tags about the place of a page in the tree."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.translation import get_language
from wagtail.models import Page

from content.addresses import page_path

register = template.Library()
HOME_DEPTH = 2


@dataclass(frozen=True)
class Crumb:
    """One step of the way back up."""

    url: str
    label: str


@register.simple_tag
def page_crumbs(page: Page) -> list[Crumb]:
    """The pages above this one, from below the home page down; one query."""
    steps = range(page.steplen * (HOME_DEPTH + 1), len(page.path), page.steplen)
    above = Page.objects.filter(path__in=[page.path[:length] for length in steps]).order_by("path")
    return [
        Crumb(page_path(url_path, get_language() or "nl"), title)
        for url_path, title in above.values_list("url_path", "title")
    ]
