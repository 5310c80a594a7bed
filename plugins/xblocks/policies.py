"""What a browser may do with what comes from a block. Every answer carries one of these policies, and is a place without an
origin: also when somebody opens its address by itself, outside any frame."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse

# Scripts and forms, and nothing else: no origin, so no cookies and no storage; no windows, no way out of the frame.
SANDBOX = "allow-scripts allow-forms"
# `onclick="return false;"`, that many forms of blocks have, and no other script in an attribute.
RETURN_FALSE = "'unsafe-hashes' 'sha256-2rvfFrggTCtyF5WOiTri1gDS8Boibj4Njn0e+VCBmDI='"
ASKED_HEADERS = "Content-Type, X-CSRFToken, X-Requested-With"
RESULT_HEADER = "X-LXP-Result"


def parent_origin() -> str:
    """Where the pages around frames are; "" where frames have no host of their own."""
    base = urlsplit(settings.BASE_URL)
    return f"{base.scheme}://{base.netloc}" if settings.XBLOCKS_ORIGIN else ""


def for_frame(response: HttpResponse, nonce: str) -> HttpResponse:
    """A page that runs a block: its scripts from its package and ours, and no other host for anything."""
    directives = {
        "default-src": "'none'",
        "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval' {RETURN_FALSE}",  # blocks compile templates in the browser
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "media-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": parent_origin() or "'self'",
        "sandbox": SANDBOX,
    }
    response["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in directives.items())
    response["Referrer-Policy"] = "no-referrer"  # the address is a pass
    response["Cache-Control"] = "no-store"
    response.xframe_options_exempt = True  # frame-ancestors says it, also for another host
    return response


def for_data(response: HttpResponse) -> HttpResponse:
    """What a script in the frame asked for, or a file of the package: nothing of it runs when it is opened as a page."""
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    # A frame without an origin is a stranger to us. No cookie goes along: the pass in the address is all there is.
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = RESULT_HEADER
    return response


def for_questions_ahead() -> HttpResponse:
    """The answer to a browser that asks first what it may send."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = "GET, POST"
    response["Access-Control-Allow-Headers"] = ASKED_HEADERS
    response["Access-Control-Max-Age"] = "600"
    return for_data(response)
