"""Decision aids on the cards of their topic, and the weekly look whether their pages still answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from content.links import fault_of, is_gone
from content.models import SILENT_TOO_OFTEN, DecisionAid, InstructionPage
from lxp.models import PublicStamp, User
from lxp.permissions import require

WEEK = timedelta(days=6, hours=12)  # less than seven days, so that a run that is a little early does not skip one
Look = Callable[[str], str]


def aids_of(card: InstructionPage, language: str) -> list[DecisionAid]:
    """The usable decision aids of the card's topic, those in the reader's language first; one query, none without a topic."""
    topic_id = card.facts.topic_id
    if topic_id is None:
        return []
    return sorted(
        DecisionAid.objects.usable().about(topic_id), key=lambda each: (each.language != language, each.title)
    )


@transaction.atomic
def store_aid(*, aid: DecisionAid, by: User | None) -> DecisionAid:
    """Keep an entry; `by` is None where a library is loaded. With another address its page is looked at anew."""
    if by is not None:
        require(by, "organisation.write", aid.organisation)
    if not DecisionAid.objects.filter(pk=aid.pk, url=aid.url).exists():
        aid.looked_at, aid.fault, aid.silent_weeks = None, "", 0
    aid.full_clean()
    aid.save()
    PublicStamp.raise_number()
    return aid


@transaction.atomic
def drop_aid(*, aid: DecisionAid, by: User) -> None:
    """Take an entry out of the registry, and so off the cards."""
    require(by, "organisation.write", aid.organisation)
    aid.delete()
    PublicStamp.raise_number()


def look_at_links(*, look: Look = fault_of) -> list[DecisionAid]:
    """Ask each page that was not looked at this week whether it is there; returns those that are not. Safe to repeat.

    A page that says it is gone leaves the cards at once; one that is silent after a second week, since sites have bad days.
    """
    due = DecisionAid.objects.filter(looked_at__isnull=True) | DecisionAid.objects.filter(
        looked_at__lte=timezone.now() - WEEK
    )
    found = [_looked_at(number, url, look(url)) for number, url in due.order_by("pk").values_list("pk", "url")]
    return [each for each in found if each is not None and each.fault]


@transaction.atomic
def _looked_at(number: int, url: str, fault: str) -> DecisionAid | None:
    """Write what was seen, unless the address was changed or taken out while it was looked at."""
    aid = DecisionAid.objects.select_for_update().filter(pk=number, url=url).first()
    if aid is None:
        return None
    was_usable = aid.is_usable
    aid.looked_at, aid.fault = timezone.now(), fault
    aid.silent_weeks = 0 if not fault else SILENT_TOO_OFTEN if is_gone(fault) else aid.silent_weeks + 1
    aid.save(update_fields=["looked_at", "fault", "silent_weeks"])
    if aid.is_usable != was_usable:
        PublicStamp.raise_number()
    return aid
