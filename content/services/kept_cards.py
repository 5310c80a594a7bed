"""Cards that somebody takes from their phone into their account on purpose, and lets go of again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from content.exceptions import CardError
from content.models import InstructionPage, KeptCard
from content.services.cards import cards_of
from lxp.models import User
from lxp.person_data import ExportPart


@dataclass(frozen=True)
class Kept:
    """A card that somebody keeps, as they read it."""

    card: InstructionPage
    done_on: date | None


@transaction.atomic
def keep_cards(*, person: User, cards: Mapping[str, date | None]) -> list[KeptCard]:
    """Keep these cards, by their short address with the day on which they were done. Safe to repeat: a day that is known stays.

    What is not there for everybody, or any more, is left out. Raises CardError where nothing is left.
    """
    there = {each.facts.short_name: each.facts for each in cards_of(language="nl") if each.facts.short_name in cards}
    if not there:
        raise CardError(_("None of these explanations is there any more. Nothing was kept."))
    today = timezone.localdate()
    KeptCard.objects.bulk_create([KeptCard(person=person, card=card) for card in there.values()], ignore_conflicts=True)
    for name, card in there.items():
        day = cards[str(name)]
        if day is not None:
            unknown = KeptCard.objects.filter(person=person, card=card, done_on__isnull=True)
            unknown.update(done_on=min(day, today))
    return list(KeptCard.objects.filter(person=person, card__in=there.values()))


@transaction.atomic
def drop_cards(*, person: User, names: Collection[str]) -> int:
    """Let go of these cards; returns how many. Safe to repeat."""
    count, _each = KeptCard.objects.filter(person=person, card__short_name__in=names).delete()
    return count


def kept_by(*, person: User, language: str) -> list[Kept]:
    """What somebody keeps, newest first, as far as it is still there. Two queries."""
    rows = list(KeptCard.objects.filter(person=person).select_related("card"))
    keys = [each.card.translation_key for each in rows]
    there = {card.translation_key: card for card in cards_of(language=language, keys=keys)}
    return [Kept(there[row.card.translation_key], row.done_on) for row in rows if row.card.translation_key in there]


def export_parts(*, person: User) -> list[ExportPart]:
    """What a person keeps, for their own copy."""
    rows: Any = KeptCard.objects.filter(person=person).order_by("pk").values("card__title", "done_on", "kept_at")
    return [ExportPart("kept_cards", _("Explanations that you keep"), rows)]


@transaction.atomic
def forget(*, person: User) -> None:
    """Nothing is left of what a person keeps."""
    KeptCard.objects.filter(person=person).delete()
