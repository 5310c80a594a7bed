"""What of somebody's skills belongs in the daily mail: what came within 90 or 30 days of its end, and what lapsed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import DigestKind, User
from lxp.notices.items import DigestItem
from lxp.wording import full_day
from skills_graph.services.portfolio import jobs_of, merged
from skills_graph.services.standing import AsOf, Standing, facts_of, needs_of_jobs, standings

DAYS_BEFORE = (90, 30, 0)


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """One for each essential skill of the own jobs that passed one of these marks since then: three queries.

    Nothing has to run on the day itself: whoever is told on Thursday hears what passed a mark on Wednesday and Thursday.
    """
    needs = merged(needs_of_jobs(jobs_of(person), words=False).values())
    essential = [need for need in needs.values() if need.is_essential]
    facts = facts_of([person.pk], AsOf.today(), [need.competency.pk for need in essential]).get(person.pk, {})
    today, told = timezone.localdate(), timezone.localdate(since)
    found = standings(essential, facts, today, {})
    return [_item(each, each.ends_on) for each in found if each.ends_on and _passed(each.ends_on, told, today)]


def _passed(until: date, told: date, today: date) -> bool:
    """Whether one of the marks before the end lies after the day of the last mail, today included."""
    return any(told < until - timedelta(days=days) <= today for days in DAYS_BEFORE)


def _item(standing: Standing, until: date) -> DigestItem:
    has_lapsed = until <= timezone.localdate()
    words = {"skill": str(standing.competency)}
    title = _("“%(skill)s” has lapsed") if has_lapsed else _("“%(skill)s” ends soon")
    last = until - timedelta(days=1)
    text = _("It counts up to and including %(day)s. Renew it in time.")
    if has_lapsed and standing.competency.is_reserved:
        text = _("Until you renew it, you may not do this.")
    elif has_lapsed:
        text = _("Renew it, then it counts again.")
    address = reverse("skills_graph:why", args=[standing.competency.uuid])
    return DigestItem(
        kind=DigestKind.PROOF,
        title=title % words,
        url=address,
        text=text % {"day": full_day(last)},
        day=last,
        weight=2 * has_lapsed + standing.competency.is_reserved,
    )
