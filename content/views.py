"""The public pages."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.http import require_safe
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from content.models.pages import home_addresses, page_at
from content.services.cards import card_called


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, with our own look-up in place of its walk through site, language and levels."""
    # Where Wagtail keeps what it found for this request, so that it does not look again.
    request._wagtail_route_for_request = RouteResult(page_at(path, get_language() or ""))  # type: ignore[attr-defined]
    return serve(request, path)


@require_safe
def card(request: HttpRequest, card: str) -> HttpResponse:
    """`/i/steunkous/`, as on a printed card or in a link that was shared: to the card in the language of the reader's
    telephone, with the number of who gave it. Nothing is kept."""
    language = get_language_from_request(request)
    page = card_called(card, language)
    if page is None:
        translation.activate(language)
        request.translations = home_addresses()  # type: ignore[attr-defined]
        raise Http404
    response = redirect(page.address_in(language) + page.care_line(request).query)
    patch_vary_headers(response, ["Accept-Language"])
    return response
