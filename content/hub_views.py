"""Pages for informal caregivers beside the cards themselves. They set no cookie and keep nothing of who asks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from content.services.card_search import MOST_CHARACTERS, find_cards
from content.services.hubs import card_tiles, hub_of, hub_tiles


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """All hubs, with large pictures; or with `q` the cards that fit. Asking stores and caches nothing."""
    language = get_language() or "nl"
    question = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:MOST_CHARACTERS]
    context: dict[str, Any] = {"audience": "mantelzorg", "question": question}
    if question:
        context["found"] = card_tiles(find_cards(question=question, language=language), language)
    if not context.get("found"):
        context["hubs"] = hub_tiles(language)
    response = render(request, "content/hubs/start.html", context)
    response.is_public = not request.GET  # type: ignore[attr-defined]
    if question:
        response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def hub(request: HttpRequest, topic: str) -> HttpResponse:
    """The cards of one subject. Raises Http404 where it has none."""
    found = hub_of(topic, get_language() or "nl")
    if found is None:
        raise Http404
    response = render(request, "content/hubs/hub.html", {"audience": "mantelzorg", "hub": found})
    response.is_public = not request.GET  # type: ignore[attr-defined]
    return response
