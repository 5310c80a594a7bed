"""Explanations in an account: what somebody keeps there, and taking over what is on the device that they hold."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from content.exceptions import CardError
from content.services.kept_cards import drop_cards, keep_cards, kept_by
from lxp.http import SignedInRequest

MOST_AT_ONCE = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """What I keep; posted are the cards (`card`) to take over with the day each was done, or one to let go of (`drop`)."""
    person = cast("SignedInRequest", request).user
    if request.method == "POST":
        names = request.POST.getlist("card")[:MOST_AT_ONCE]
        try:
            if "drop" in request.POST:
                drop_cards(person=person, names=request.POST.getlist("drop"))
            else:
                count = len(keep_cards(person=person, cards={name: _day(request, name) for name in names}))
                words = ngettext(
                    "%(count)d explanation is in your account now.",
                    "%(count)d explanations are in your account now.",
                    count,
                )
                messages.success(request, words % {"count": count})
        except CardError as refusal:
            messages.error(request, str(refusal))
        return redirect("content:kept")
    return render(request, "content/kept/kept.html", {"kept": kept_by(person=person, language=get_language() or "nl")})


def _day(request: HttpRequest, name: str) -> date | None:
    """The day of a phone's calendar; what is no day is none."""
    with suppress(ValueError):
        return date.fromisoformat(request.POST.get(f"klaar-{name}", ""))
    return None
