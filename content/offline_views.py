"""What a phone needs to keep explanations: a manifest, a worker that can be stopped, and the page that lists what it has."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content.services.cards import cards_of

SAVED_PATH = "uitleg/bewaard/"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """`/sw.js`. With LXP_OFFLINE=0 one that takes itself and what was saved off every phone that asks for it."""
    name = "worker" if settings.OFFLINE_CARDS else "stopped_worker"
    facts = {"list": SAVED_PATH, "codes": reverse("content:card", args=["x"]).removesuffix("x/")}
    source = render_to_string(f"content/offline/{name}.js", facts)
    version = hashlib.sha256(source.encode()).hexdigest()[:12]
    text = render_to_string(f"content/offline/{name}.js", {**facts, "version": version})
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the pages of this language stand on a phone that installs them."""
    start = reverse("care:start")
    icons = [
        {"src": static(f"lxp/img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in (192, 512)
    ]
    facts = {
        "id": start,
        "name": _("Care at home, step by step"),
        "short_name": settings.SITE_NAME,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": start,
        "scope": f"/{get_language()}/",
        "display": "minimal-ui",
        "background_color": "#f3f6fb",
        "theme_color": "#14386f",
        "icons": icons,
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@require_safe
def there(request: HttpRequest) -> HttpResponse:
    """Every card that is there in this language, with its address and which text it is: by this a phone finds out what was
    withdrawn or changed, without saying what it kept."""
    language = get_language() or "nl"
    cards = cards_of(language=language)
    response = JsonResponse({card.facts.short_name: [card.address_in(language), card.version] for card in cards})
    response.is_public = not request.GET  # type: ignore[attr-defined]
    return response


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The list of what is on the phone; the server does not know what that is."""
    response = render(request, "content/offline/saved.html", {"audience": "mantelzorg"})
    response.is_public = True  # type: ignore[attr-defined]
    return response
