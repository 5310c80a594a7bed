"""The public pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from content.models.pages import page_at


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page as Wagtail does, with our own look-up in place of its walk through site, language and levels."""
    # Where Wagtail keeps what it found for this request, so that it does not look again.
    request._wagtail_route_for_request = RouteResult(page_at(path, get_language() or ""))  # type: ignore[attr-defined]
    return serve(request, path)
