"""Decision aids on the cards and the hub of their topic, and the weekly look whether their pages still answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from content.links import fault_of, is_gone
from content.models import SILENT_TOO_OFTEN, DecisionAid
from lxp.models import DigestKind, PublicStamp, User
from lxp.notices.items import DigestItem
from lxp.permissions import EDITING_ROLES, require

WEEK = timedelta(days=6, hours=12)  # less than seven days, so that a run that is a little early does not skip one
Look = Callable[[str], str]


def aids_of(topic_id: int | None, language: str) -> list[DecisionAid]:
    """The usable decision aids of a topic, those in the reader's language first; one query, none without a topic."""
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


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """For who writes for the organisation that looks after them: decision aids that left the cards since the last mail. At most
    one query, none for who writes nowhere."""
    mine = person.organisations_with_role(*EDITING_ROLES)
    if not mine:
        return []
    # Told once: of the week in which it left, not of those after it.
    gone = DecisionAid.objects.filter(organisation__in=mine, silent_weeks=SILENT_TOO_OFTEN, looked_at__gt=since)
    title = _("The page of a decision aid does not answer: %(title)s")
    text = _("Readers do not see it any more. Mend its address, or take it out.")
    return [
        DigestItem(
            DigestKind.NEWS, title % {"title": each.title}, reverse("content_editor:aid", args=[each.pk]), text=text
        )
        for each in gone
    ]


@transaction.atomic
def _looked_at(number: int, url: str, fault: str) -> DecisionAid | None:
    """Write what was seen, unless the address was changed or taken out while it was looked at."""
    aid = DecisionAid.objects.select_for_update().filter(pk=number, url=url).first()
    if aid is None:
        return None
    was_usable = aid.is_usable
    aid.looked_at, aid.fault = timezone.now(), fault
    least = SILENT_TOO_OFTEN if is_gone(fault) else 1
    aid.silent_weeks = max(aid.silent_weeks + 1, least) if fault else 0
    aid.save(update_fields=["looked_at", "fault", "silent_weeks"])
    if aid.is_usable != was_usable:
        PublicStamp.raise_number()
    return aid
