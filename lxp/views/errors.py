"""What a reader sees when a form came from an old page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Says that the page was old, and offers to open it again; the browser keeps what was typed."""
    return render(request, "403_csrf.html", {"reason": reason, "back": _page_of_form(request)}, status=403)


def _page_of_form(request: HttpRequest) -> str:
    """The page on which the form stood; the start where the browser does not say, for the address of a form may not open."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
