"""Uploaded files from this disk, with ranges for video. A larger installation serves them from S3 or its web server."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils._os import safe_join
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

YEAR_SECONDS = 31_536_000
SAFE_TYPES = ("image/", "video/", "audio/", "text/vtt")
# A drawing may hold a script: opened on its own it gets no powers at all.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox"


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponse:
    """One file of the media folder; names are unguessable, documents go through Wagtail's own view."""
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except SuspiciousFileOperation as refusal:
        raise Http404 from refusal
    # What it leads to, not how it was written: "./documents/…" is the same folder.
    if Path(settings.MEDIA_ROOT, "documents").resolve() in file.resolve().parents or not file.is_file():
        raise Http404
    content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {
        "Content-Type": content_type,
        "Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    if not content_type.startswith(SAFE_TYPES):
        headers["Content-Disposition"] = "attachment"
    return WhiteNoiseMiddleware.serve(StaticFile(str(file), list(headers.items())), request)
