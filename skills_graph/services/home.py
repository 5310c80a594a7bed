"""What of somebody's skills belongs on the home: what lapsed, what ends soon, and how much is missing."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lxp.home import HomeItem, HomeKind
from lxp.models import User
from skills_graph.services.portfolio import jobs_of, merged
from skills_graph.services.standing import AsOf, Standing, State, facts_of, needs_of_jobs, standings

MOST_OF_A_KIND = 5
KIND_OF = {State.LAPSED: HomeKind.OVERDUE, State.EXPIRES: HomeKind.EXPIRING}


def home_items(*, person: User) -> list[HomeItem]:
    """One item for each essential skill that lapsed or ends soon, and one for all that are missing: three queries.

    Missing skills are counted, not listed, and are a suggestion: who is new would see nothing else, and nothing of what is
    under way.
    """
    needs = merged(needs_of_jobs(jobs_of(person), words=False).values())
    essential = [need for need in needs.values() if need.is_essential]
    facts = facts_of([person.pk], AsOf.today(), [need.competency.pk for need in essential]).get(person.pk, {})
    found = standings(essential, facts, timezone.localdate(), {})
    items = [_item(each, kind) for state, kind in KIND_OF.items() for each in _first(found, state)]
    missing = [each for each in found if each.state in (State.MISSING, State.GROWING)]
    return [*items, *([_missing(len(missing))] if missing else [])]


def _first(found: list[Standing], state: State) -> list[Standing]:
    here = [each for each in found if each.state == state and each.until is not None]
    return sorted(here, key=lambda each: (each.until, str(each.competency)))[:MOST_OF_A_KIND]


def _item(standing: Standing, kind: HomeKind) -> HomeItem:
    return HomeItem(
        kind=kind,
        title=str(standing.competency),
        action=_("See how to renew it"),
        url=reverse("skills_graph:why", args=[standing.competency.uuid]),
        day=standing.until,
        weight=1 if standing.competency.is_reserved else 0,
    )


def _missing(count: int) -> HomeItem:
    title = ngettext(
        "%(count)d skill that your job asks is not proven yet",
        "%(count)d skills that your job asks are not proven yet",
        count,
    )
    return HomeItem(
        kind=HomeKind.NEXT,
        title=title % {"count": count},
        action=_("See what your job asks"),
        url=reverse("skills_graph:portfolio"),
        weight=1,
    )
