"""Handing over a set of cards, and opening one."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from content.api import InstructionPage, cards_of, find_cards
from lxp.care_line import CareLine
from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.volunteers.exceptions import SetRefusedError
from plugins.volunteers.models import CardSet, Occasion, SetCard
from plugins.volunteers.permissions import PLUGIN

MOST_CARDS = 12
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,43}")
MOST_DAYS = 183
USUAL_DAYS = 28
SET_PARAMETER = "set"  # in the address of a card: of which set it was opened


def cards_to_choose(*, words: str, language: str, person: User, organisation: Organisation) -> list[InstructionPage]:
    """Cards to choose from: without words what this person handed over most often and then those of the organisation, with
    words what families find with them, a mistake in typing included."""
    if words.strip():
        return find_cards(question=words, language=language)
    mine = SetCard.objects.filter(card_set__made_by=person, card_set__organisation=organisation)
    often = Counter(mine.order_by("-pk").values_list("card_uuid", flat=True)[:200])
    return sorted(
        cards_of(language=language),
        key=lambda card: (-often[card.translation_key], card.organisation_id != organisation.pk, card.title.casefold()),
    )


def usual_end(today: date) -> date:
    return today + timedelta(days=USUAL_DAYS)


@transaction.atomic
def hand_over(
    *,
    organisation: Organisation,
    by: User,
    cards: Sequence[UUID],
    phone: str,
    ends_on: date,
    occasion: str = Occasion.HOME,
) -> CardSet:
    """A set at an address that nobody can guess. Raises PermissionDenied, and SetRefusedError for a set without cards, with
    too many, with one that is not there, or without an end within half a year."""
    require(by, "card_set.make", organisation)
    keys = list(dict.fromkeys(cards))
    if not keys:
        raise SetRefusedError(_("Choose at least one card."))
    if len(keys) > MOST_CARDS:
        raise SetRefusedError(_("Choose at most %(count)s cards: more is too much to read.") % {"count": MOST_CARDS})
    there = {each.translation_key for each in cards_of(language=organisation_language(organisation), keys=keys)}
    if set(keys) - there:
        raise SetRefusedError(_("One of these cards is not there any more. Choose again."))
    today = timezone.localdate()
    if not today <= ends_on <= today + timedelta(days=MOST_DAYS):
        raise SetRefusedError(_("Choose a last day within half a year."))
    made = CardSet.objects.create(
        organisation=organisation,
        made_by=by,
        token=secrets.token_urlsafe(16),
        occasion=occasion,
        phone=phone,
        ends_on=ends_on,
    )
    SetCard.objects.bulk_create(
        [SetCard(card_set=made, card_uuid=key, position=place) for place, key in enumerate(keys, start=1)]
    )
    return made


def organisation_language(organisation: Organisation) -> str:
    return (organisation.languages or ["nl"])[0]


@transaction.atomic
def end_set(*, card_set: CardSet, by: User) -> None:
    """The address works no more, at once. Ending twice is ending once."""
    require(by, "card_set.end", card_set)
    CardSet.objects.filter(pk=card_set.pk, ended_at__isnull=True).update(ended_at=timezone.now())


def count_opening(card_set: CardSet) -> None:
    """One more. Nothing else is kept: not when, not from where, not in which language."""
    CardSet.objects.filter(pk=card_set.pk).update(opened=F("opened") + 1)


def line_of(card_set: CardSet) -> CareLine:
    """Whom a family calls: as long as the set is open the number that was written with it, then that of its organisation."""
    organisation = card_set.organisation
    phone = card_set.phone if card_set.is_open else organisation.care_phone or card_set.phone
    hours = organisation.care_hours if phone == organisation.care_phone else ""
    return CareLine(organisation.name, phone, hours, {SET_PARAMETER: card_set.token})


def care_lines(*, card: InstructionPage, token: str) -> list[CareLine]:
    """The line of the set with this token, where the card is one of its cards and its organisation has the plugin on."""
    if not TOKEN.fullmatch(token):
        return []
    holding = CardSet.objects.filter(token=token, cards__card_uuid=card.translation_key).select_related("organisation")
    return [line_of(each) for each in holding if PLUGIN in each.organisation.plugins]


def cards_in(card_set: CardSet, language: str) -> list[InstructionPage]:
    """The cards that are still there, in the reader's language where there is one, in their order. Two queries."""
    keys = list(card_set.cards.values_list("card_uuid", flat=True))
    there = {each.translation_key: each for each in cards_of(language=language, keys=keys)}
    return [there[key] for key in keys if key in there]
