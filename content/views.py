"""The public pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request
from django.views.decorators.http import require_safe
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from content.models.pages import page_at
from content.services.cards import card_called
from content.services.hubs import care_addresses


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
        response = _no_card(request, language)
    else:
        response = redirect(page.address_in(language) + page.care_line(request).query)
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _no_card(request: HttpRequest, language: str) -> HttpResponse:
    """For who typed a code with a mistake, or has an old paper: where other explanations are, in their language."""
    translation.activate(language)
    request.translations = care_addresses()  # type: ignore[attr-defined]
    return render(request, "content/hubs/missing.html", {"audience": "mantelzorg"}, status=404)
