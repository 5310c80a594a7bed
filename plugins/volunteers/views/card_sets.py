"""Handing over: a professional makes a set of cards and sees that it was opened."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.api import InstructionPage, cards_of, direction_of, languages_of
from lxp.context_processors import OWN_LANGUAGE_NAMES, LanguageLink
from lxp.models import Organisation, User
from lxp.qr import qr_code
from plugins.volunteers.exceptions import SetRefusedError
from plugins.volunteers.forms.card_sets import HandOverForm
from plugins.volunteers.models import CardSet
from plugins.volunteers.services.card_sets import MOST_CARDS, cards_in, cards_to_choose, end_set, hand_over, usual_end
from plugins.volunteers.views.working_for import professional

SHOWN_SETS = SHOWN_CARDS = 20


@login_required
def compose(request: HttpRequest) -> HttpResponse:
    """Tick cards, look at the number and the last day, make the QR code: one form. Searching keeps what was ticked."""
    person, organisation = professional(request)
    language = get_language() or person.language
    asked = request.POST if request.method == "POST" else request.GET
    words = asked.get("q", "")[:100].replace("\x00", "")
    ticked = _ticked(asked.getlist("cards"), language)
    found = cards_to_choose(words=words, language=language, person=person, organisation=organisation)
    listed = {each.translation_key: each for each in [*ticked, *found[:SHOWN_CARDS]]}
    choices = [(str(key), each.title) for key, each in listed.items()]
    is_made = request.method == "POST" and "zoek" not in request.POST
    initial = {"phone": organisation.care_phone, "ends_on": usual_end(timezone.localdate())}
    kept = {name: asked[name] for name in ("phone", "ends_on", "occasion") if name in asked}
    form = HandOverForm(request.POST if is_made else None, choices=choices, initial={**initial, **kept})
    if is_made and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("phone", "ends_on", "occasion")}
        try:
            made = hand_over(organisation=organisation, by=person, cards=form.chosen(), **values)
        except SetRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("volunteers:set", made.uuid)
    context = {
        "organisation": organisation,
        "form": form,
        "words": words,
        "cards": _with_languages(list(listed.values())),
        "ticked": {each.translation_key for each in ticked},
        "found_count": len(found),
        "more": max(len(found) - SHOWN_CARDS, 0),
        "sets": _sets(person, organisation),
    }
    return render(request, "volunteers/compose.html", context, status=422 if form.errors else 200)


def _with_languages(cards: list[InstructionPage]) -> list[tuple[InstructionPage, str]]:
    """Each card, and in which languages a family reads it, by the names that they have themselves."""
    offered = languages_of(cards)
    names = OWN_LANGUAGE_NAMES
    return [
        (each, ", ".join(names.get(code, code) for code in offered.get(each.translation_key, []))) for each in cards
    ]


def _ticked(values: list[str], language: str) -> list[InstructionPage]:
    """What was ticked before, in that order; what is no card is left out."""
    keys: list[UUID] = []
    for value in values[: 4 * MOST_CARDS]:
        try:
            keys.append(UUID(value))
        except ValueError:
            continue
    there = {each.translation_key: each for each in cards_of(language=language, keys=keys)} if keys else {}
    return [there[key] for key in dict.fromkeys(keys) if key in there]


def _sets(person: User, organisation: Organisation) -> list[CardSet]:
    return list(CardSet.objects.of(person).filter(organisation=organisation)[:SHOWN_SETS])


def _own(request: HttpRequest, set_uuid: UUID) -> tuple[User, CardSet]:
    person, organisation = professional(request)
    rows = CardSet.objects.filter(made_by=person, organisation=organisation).select_related("organisation")
    return person, get_object_or_404(rows, uuid=set_uuid)


@login_required
def made(request: HttpRequest, set_uuid: UUID) -> HttpResponse:
    """The QR code and the link to give, and how often it was opened."""
    person, card_set = _own(request, set_uuid)
    short = reverse("volunteers_short:card_set", args=[card_set.token])
    address = request.build_absolute_uri(short)
    context = {
        "set": card_set,
        "cards": _with_languages(cards_in(card_set, get_language() or person.language)),
        "address": address,
        "qr": qr_code(address),
        "papers": _papers(card_set.token),
    }
    return render(request, "volunteers/set_made.html", context)


def _papers(token: str) -> list[LanguageLink]:
    """The cards on paper, in each language that a family may read."""
    return [
        LanguageLink(
            code,
            OWN_LANGUAGE_NAMES.get(code, code),
            reverse("volunteers_short:print_set", args=[token, code]),
            False,
            direction_of(code),
        )
        for code, _name in settings.LANGUAGES
    ]


@login_required
@require_POST
def end(request: HttpRequest, set_uuid: UUID) -> HttpResponse:
    """The link works no more, at once."""
    person, card_set = _own(request, set_uuid)
    end_set(card_set=card_set, by=person)
    messages.success(request, _("This link works no more."))
    return redirect("volunteers:set", card_set.uuid)
