"""What a reader sees when a form came from an old page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Says that the page was old, and offers to open it again; the browser keeps what was typed."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
