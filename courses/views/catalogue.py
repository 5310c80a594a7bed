"""The public catalogue."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.services.catalogue import CARDS_PER_PAGE, Search
from courses.services.narrowing import KIND, Facet
from courses.services.shelf import COURSE, MODULE


@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    search = Search.from_query(request.user, request.GET)
    listing = search.listing
    page = Paginator(search.listed(), CARDS_PER_PAGE).get_page(request.GET.get("p"))
    facets = [each for each in listing.facets if each.name != KIND]
    context = {
        "search": search,
        "found": listing.found,
        "facets": facets,
        "count": listing.count,
        "kinds": _kinds(request, listing.facets),
        "page": page,
        "cards": search.cards(list(page)),
        "chips": _chips(request, facets),
        "instead_query": _address(request, q=listing.found.instead),
        "wider_query": urlencode({"q": search.words}) if search.words and search.chosen else "",
        "query": _address(request),
    }
    response = render(request, "courses/catalogue.html", context)
    # What was found without the index is soon old: it is not kept.
    response.is_public = not request.user.is_authenticated and not listing.found.is_without_index  # type: ignore[attr-defined]
    return response


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """Where the list of courses was: they stand in the catalogue."""
    return redirect(f"{reverse('catalogue:discover')}?{KIND}={COURSE}", permanent=True)


def _address(request: HttpRequest, **values: Any) -> str:
    """The query of this address with other values for some names, from the first page on."""
    query = request.GET.copy()
    query.pop("p", None)
    for name, value in values.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query.urlencode()


def _kinds(request: HttpRequest, facets: list[Facet]) -> list[dict[str, Any]]:
    """Everything, modules or courses, each with the address that shows it; nothing where there are no courses."""
    options = next((each.options for each in facets if each.name == KIND), [])
    chosen = [option.value for option in options if option.is_chosen]
    if not chosen and all(option.value == MODULE for option in options):
        return []
    everything = {"value": "", "count": sum(option.count for option in options), "query": _address(request, kind=[])}
    return [{**everything, "is_chosen": len(chosen) != 1}] + [
        {
            "value": option.value,
            "label": option.label,
            "count": option.count,
            "query": _address(request, kind=option.value),
            "is_chosen": chosen == [option.value],
        }
        for option in options
    ]


def _chips(request: HttpRequest, facets: list[Facet]) -> list[dict[str, str]]:
    """The chosen values, each with the address without it."""
    return [
        {
            "label": option.label,
            "url": "?"
            + _address(request, **{facet.name: [v for v in request.GET.getlist(facet.name) if v != option.value]}),
        }
        for facet in facets
        for option in facet.options
        if option.is_chosen
    ]
