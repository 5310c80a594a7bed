"""The pages of a volunteer: what is to do, a card to confirm, and a certificate of participation."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from content.api import InstructionPage
from courses.api import Module, ModulePage
from lxp.http import SignedInRequest, in_language_of_screens
from lxp.plugin_urls import for_visitors
from lxp.qr import qr_code
from plugins.volunteers.exceptions import CertificateRefusedError, ConfirmationRefusedError
from plugins.volunteers.models import Certificate, Proof
from plugins.volunteers.permissions import PLUGIN, handing_over
from plugins.volunteers.services.certificates import make_certificate, today_of
from plugins.volunteers.services.confirming import (
    confirm_card,
    line_of,
    question_digest,
    questions_of,
    shown_of,
    wrong_answers,
)
from plugins.volunteers.services.mine import address_of, places_of, reason_of
from plugins.volunteers.services.reading import steps_of
from plugins.volunteers.services.standing import State
from plugins.volunteers.views.working_for import volunteer


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that my roles ask, of each organisation."""
    person = cast("SignedInRequest", request).user
    places = [
        {
            "organisation": each.organisation,
            "standing": each.standing,
            "lines": [(line, address_of(line, each.organisation), reason_of(line)) for line in each.standing.lines],
            "has_done": any(line.done_on is not None and not line.is_open for line in each.standing.lines),
        }
        for each in places_of(person=person)
    ]
    context = {"places": places, "hands_over": bool(handing_over(person)), "done": State.DONE}
    return render(request, "volunteers/mine.html", context)


@login_required
def card(request: HttpRequest, organisation_uuid: UUID, card_uuid: UUID) -> HttpResponse:
    """One card with its text, and the button or the questions below it."""
    person, organisation = volunteer(request, organisation_uuid)
    language = get_language() or person.language
    line = line_of(person=person, organisation=organisation, card_uuid=card_uuid, language=language)
    if line is None or line.card is None:
        raise Http404
    shown, answers, refusal = shown_of(line, organisation), _answers(request), ""
    if request.method == "POST":
        number = request.POST.get("number", "")
        key: dict[str, Any] = {"person": person, "organisation": organisation, "card_uuid": card_uuid}
        key["after_number"] = int(number) if number.isdecimal() and len(number) < 5 else line.number
        key |= {"shown": request.POST.get("shown", ""), "says_read": "gelezen" in request.POST}
        try:
            confirm_card(**key, language=language, answers=answers)
        except ConfirmationRefusedError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Thank you. “%(title)s” is in order.") % {"title": line.card.title})
            return redirect("volunteers:mine")
    is_other = bool(refusal) and request.POST.get("shown", "") != shown
    context = {
        "organisation": organisation,
        "caller": organisation if organisation.care_phone else line.card.organisation,
        "line": line,
        "card": line.card,
        "steps": steps_of(line.card),
        "questions": _questions(request, line.card, bool(refusal) and not is_other)
        if line.proof == Proof.CHECK
        else [],
        "shown": shown,
        "refusal": refusal,
        "is_other": is_other,
        "reason": reason_of(line),
        "is_due": line.state != State.DONE,
    }
    return render(request, "volunteers/card.html", context, status=422 if refusal else 200)


def _answers(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix("vraag-"): str(value) for name, value in request.POST.items() if name.startswith("vraag-")
    }


def _questions(request: HttpRequest, card: InstructionPage, is_checked: bool) -> list[dict[str, Any]]:
    """The questions as the page shows them. What was answered stays where the question is the one that was answered."""
    answers = _answers(request)
    wrong = wrong_answers(card, answers) if is_checked else {}
    found = []
    for each in questions_of(card):
        name, digest = str(each.id), question_digest(each)
        is_same = is_checked or request.POST.get(f"tekst-{name}") == digest
        found.append(_question(each, answers.get(name, "") if is_same else "", wrong.get(name, ""), digest))
    return found


def _question(question: Any, chosen: str, feedback: str, digest: str) -> dict[str, Any]:
    """One question as the page shows it; what is right is never in it."""
    options = [
        {"value": str(place), "text": option["text"], "picture": option["picture"], "is_chosen": str(place) == chosen}
        for place, option in enumerate(question.value["options"])
    ]
    prompt = question.value["prompt"]
    return {"id": str(question.id), "prompt": prompt, "options": options, "feedback": feedback, "digest": digest}


@login_required
def module(request: HttpRequest, organisation_uuid: UUID, module_uuid: UUID) -> HttpResponse:
    """The way to a module's own page."""
    person, _organisation = volunteer(request, organisation_uuid)
    found = get_object_or_404(Module.objects.published().visible_to(person), uuid=module_uuid)
    pages = ModulePage.objects.live().filter(module=found)
    page = pages.filter(text_language=get_language()).first() or pages.first()
    if page is None:
        raise Http404
    return redirect(page.get_url(request))


@login_required
@require_POST
def certificate_make(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """Make a certificate of what I did until now, and show it."""
    person, organisation = volunteer(request, organisation_uuid)
    try:
        made = make_certificate(person=person, organisation=organisation, language=get_language() or person.language)
    except CertificateRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("volunteers:mine")
    return redirect("volunteers:certificate", made.token)


@for_visitors
@never_cache
@in_language_of_screens
def certificate(request: HttpRequest, token: str) -> HttpResponse:
    """The paper itself, for who has its address: to print, and to check."""
    found = Certificate.objects.filter(token=token).select_related("organisation").first()
    if found is None or PLUGIN not in found.organisation.plugins:
        return render(request, "volunteers/certificate_unknown.html", status=404)
    address = request.build_absolute_uri(reverse("volunteers:certificate", args=[token]))
    is_own = request.user.is_authenticated and request.user.pk == found.person_id
    context = {
        "certificate": found,
        "today": today_of(found),
        "qr": qr_code(address),
        "address": address,
        "is_own": is_own,
    }
    response = render(request, "volunteers/certificate.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
