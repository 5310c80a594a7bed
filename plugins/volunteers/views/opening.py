"""What a family sees of a set: without signing in, without a cookie, in their own language. Nothing is kept of a visit but that
the set was opened once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content.api import InstructionPage, covers_of, state_of
from lxp.plugin_urls import for_visitors
from lxp.qr import qr_code
from plugins.volunteers.models import CardSet
from plugins.volunteers.permissions import PLUGIN
from plugins.volunteers.services.card_sets import cards_in, count_opening, line_of
from plugins.volunteers.services.reading import CardStep, steps_of

GONE, UNKNOWN = 410, 404


@dataclass(frozen=True)
class PrintedCard:
    """A card on paper, with the code that leads to it."""

    card: InstructionPage
    steps: list[CardStep]
    qr: str
    address: str


@for_visitors
@never_cache
@require_safe
def card_set(request: HttpRequest, token: str, language: str = "") -> HttpResponse:
    """The cards of a set, or kindly why they are not there."""
    reader = _language(request, language)
    with translation.override(reader):
        found = _found(token)
        if found is None or not found.is_open:
            return _closed(request, found, token)
        cards = cards_in(found, reader)
        covers, care = covers_of(cards), line_of(found)
        address = request.build_absolute_uri(reverse("volunteers_short:card_set", args=[token]))
        context = {
            **_frame(request, token, "card_set"),
            "set": found,
            "address": address,
            "qr": qr_code(address),
            "care": care,
            "cards": [
                (each, each.address_in(reader) + care.query, covers.get(each.pk), state_of(each, reader))
                for each in cards
            ],
            "print_url": reverse("volunteers_short:print_set", args=[token, reader]),
        }
        if request.method == "GET":
            count_opening(found)
        return _private(render(request, "volunteers/set.html", context))


@for_visitors
@never_cache
@require_safe
def print_set(request: HttpRequest, token: str, language: str) -> HttpResponse:
    """All cards in large type, one on a page of A4, each with the code that leads to it."""
    reader = _language(request, language)
    with translation.override(reader):
        found = _found(token)
        if found is None or not found.is_open:
            return _closed(request, found, token)
        care = line_of(found)
        context = {
            **_frame(request, token, "print_set"),
            "set": found,
            "care": care,
            "cards": [
                _printed(request, each, each.address_in(reader) + care.query) for each in cards_in(found, reader)
            ],
            "back": reverse("volunteers_short:card_set_in", args=[token, reader]),
        }
        return _private(render(request, "volunteers/set_print.html", context))


def _printed(request: HttpRequest, card: InstructionPage, path: str) -> PrintedCard:
    address = request.build_absolute_uri(path)
    return PrintedCard(card, steps_of(card), qr_code(address), address)


def _language(request: HttpRequest, asked: str) -> str:
    """The one of the address, else what the telephone asks for, else Dutch."""
    known = dict(settings.LANGUAGES)
    if asked:
        if asked not in known:
            raise Http404
        return asked
    return translation.get_language_from_request(request)


def _found(token: str) -> CardSet | None:
    """None also where the organisation has the plugin off."""
    found = CardSet.objects.filter(token=token).select_related("organisation").first()
    return found if found is not None and PLUGIN in found.organisation.plugins else None


def _frame(request: HttpRequest, token: str, name: str) -> dict[str, Any]:
    """The same page in each language; the frame takes it from the request."""
    route = {"card_set": "volunteers_short:card_set_in", "print_set": "volunteers_short:print_set"}[name]
    links = {code: reverse(route, args=[token, code]) for code, _name in settings.LANGUAGES}
    request.translations = links  # type: ignore[attr-defined]
    return {"audience": "mantelzorg"}


def _closed(request: HttpRequest, found: CardSet | None, token: str) -> HttpResponse:
    """A kind page, with the number of the organisation where the set is known."""
    context = {**_frame(request, token, "card_set"), "set": found}
    status = UNKNOWN if found is None else GONE
    return _private(render(request, "volunteers/set_closed.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Who got the address may read it; no search engine and no other site hears of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
