"""What a card's page tells of itself: that it was opened, printed, answered, or is not right. Who tells it is not looked at.

These are requests of their own, after the page: reading a page writes nothing. They need no cookie and set none, so they carry
no token against forgery either; a forged one raises a count by one, as pressing a button does.
"""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from content.exceptions import CountRefusedError
from content.models import Act
from content.services.counting import count_act, count_missed

MOST_BYTES = 2000
DONE, FORBIDDEN, UNKNOWN, TOO_LARGE, TOO_OFTEN = 204, 403, 404, 413, 429


@csrf_exempt
@never_cache
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """`act`, `language`, and `card` or where nothing was found `words`. Nobody is counted whose browser asks not to be."""
    refused = _refusal(request)
    if refused:
        return HttpResponse(status=refused)
    if request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1":
        return HttpResponse(status=DONE)
    sent = {name: request.POST.get(name, "").replace("\x00", "") for name in ("act", "language", "card", "words")}
    try:
        if sent["act"] == Act.MISSED:
            count_missed(question=sent["words"], language=sent["language"])
        else:
            count_act(short_name=sent["card"], act=sent["act"], language=sent["language"])
    except CountRefusedError as refusal:
        return HttpResponse(str(refusal), status=UNKNOWN, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=DONE)


@csrf_exempt
@never_cache
@require_POST
def not_right(request: HttpRequest) -> HttpResponse:
    """The button “This is not right” below a card, with or without scripts. Who pushes it wants to be counted."""
    refused = _refusal(request)
    if refused:
        return render(request, "429.html" if refused == TOO_OFTEN else "404.html", status=refused)
    sent = {name: request.POST.get(name, "").replace("\x00", "") for name in ("language", "card")}
    try:
        page = count_act(short_name=sent["card"], act=Act.NOT_RIGHT, language=sent["language"])
    except CountRefusedError:
        return render(request, "404.html", status=UNKNOWN)
    query = page.care_line(
        request
    ).query  # without scripts the reader comes back, and still calls who gave them the card
    return redirect(f"{page.address_in(sent['language'])}{query}{'&' if query else '?'}gemeld=1#klopt-niet")


def _refusal(request: HttpRequest) -> int:
    """The status to refuse with, before anything of the body is read; 0 where nothing is wrong."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return FORBIDDEN
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return TOO_LARGE
    return 0 if ratelimit.consume(request, action="count_need") else TOO_OFTEN
