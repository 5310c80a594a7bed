"""The public catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Module
from courses.services.cards import cards
from courses.services.catalogue import CARDS_PER_PAGE, Search


class CountedPaginator(Paginator):
    """A paginator that is told the count, so that it asks no query for it."""

    def __init__(self, objects: Sequence[Module] | QuerySet[Module], per_page: int, count: int) -> None:
        super().__init__(objects, per_page)
        self.count = count


@require_safe
def discover(request: HttpRequest) -> HttpResponse:
    search = Search.from_query(request.user, request.GET)
    listing = search.listing
    page = CountedPaginator(search.listed(), CARDS_PER_PAGE, listing.count).get_page(request.GET.get("p"))
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "search": search,
        "found": listing.found,
        "facets": listing.facets,
        "count": listing.count,
        "page": page,
        "cards": cards(page.object_list),
        "chips": _chips(request, listing.facets),
        "instead_query": _with_words(request, listing.found.instead),
        "query": query.urlencode(),
    }
    response = render(request, "courses/catalogue.html", context)
    # What was found without the index is soon old: it is not kept.
    response.is_public = not request.user.is_authenticated and not listing.found.is_without_index  # type: ignore[attr-defined]
    return response


def _with_words(request: HttpRequest, words: str) -> str:
    """This address with other words."""
    query = request.GET.copy()
    query.pop("p", None)
    query["q"] = words
    return query.urlencode()


def _chips(request: HttpRequest, facets: list) -> list[dict[str, str]]:
    """The chosen values, each with the address without it."""
    chips = []
    for facet in facets:
        for option in facet.options:
            if option.is_chosen:
                query = request.GET.copy()
                query.pop("p", None)
                query.setlist(facet.name, [value for value in query.getlist(facet.name) if value != option.value])
                chips.append({"label": option.label, "url": f"?{query.urlencode()}"})
    return chips
