"""The organisations' colours as one stylesheet with an address that changes when a colour does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from lxp.brand_sheet import brand_sheet
from lxp.views.media import YEAR_SECONDS


@gzip_page
@require_safe
def brand_stylesheet(request: HttpRequest, version: str) -> HttpResponse:
    """Any version answers with today's colours; only the current one may be kept for long."""
    current, css = brand_sheet()
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    kept_seconds = YEAR_SECONDS if version == current else 60
    response["Cache-Control"] = f"public, max-age={kept_seconds}"
    return response
