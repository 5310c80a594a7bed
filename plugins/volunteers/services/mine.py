"""What a volunteer has to do: for the own page, home and mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lxp.home import HomeItem, HomeKind
from lxp.models import DigestKind, Organisation, User
from lxp.notices.items import DigestItem
from lxp.wording import full_day
from plugins.volunteers.models import Reminder, RoleAssignment, RoleItem
from plugins.volunteers.permissions import volunteering
from plugins.volunteers.services.standing import SOON, Line, Standing, State, open_lines, standing_of


@dataclass(frozen=True)
class Place:
    """Where somebody is a volunteer, and how they stand there."""

    organisation: Organisation
    standing: Standing


def places_of(*, person: User) -> list[Place]:
    """Six queries for each organisation of which somebody is a volunteer; none for anybody else."""
    language = get_language() or person.language
    return [
        Place(each, standing_of(people=[person.pk], organisation=each, language=language)[person.pk])
        for each in volunteering(person)
    ]


def address_of(line: Line, organisation: Organisation) -> str:
    """Where somebody does it."""
    if line.card is not None:
        return reverse("volunteers:card", args=[organisation.uuid, line.card.translation_key])
    return reverse("volunteers:module", args=[organisation.uuid, line.module.uuid if line.module else ""])


def home_items(*, person: User) -> list[HomeItem]:
    """What is required and open, or ends soon."""
    return [
        _item(line, place.organisation) for place in places_of(person=person) for line in open_lines([place.standing])
    ]


def _item(line: Line, organisation: Organisation) -> HomeItem:
    kinds = {State.ASKED: HomeKind.ASKED, State.ENDS: HomeKind.EXPIRING}
    is_ending = line.state == State.ENDS  # the home says itself until which day
    about = {f"module:{line.module.pk}"} if line.module is not None else set[str]()
    return HomeItem(
        kind=kinds.get(line.state, HomeKind.OVERDUE),
        title=line.title,
        action=_("Learn this") if line.module is not None else _("Read the card"),
        url=address_of(line, organisation),
        text="" if is_ending else reason_of(line),
        day=line.until + timedelta(days=1) if is_ending and line.until else None,
        minutes=_minutes(line),
        organisation=organisation,
        about=frozenset(about),
    )


def _minutes(line: Line) -> int | None:
    if line.card is not None:
        return line.card.facts.minutes
    return line.module.study_minutes if line.module is not None else None


def reason_of(line: Line) -> str:
    """Why it is asked now, in a sentence."""
    if line.state == State.REVOKED:
        return _("The card changed: %(reason)s") % {"reason": line.reason}
    if line.state == State.LAPSED and line.until is not None:
        return _("It counted up to and including %(day)s. Read it again.") % {"day": full_day(line.until)}
    if line.state == State.ENDS and line.until is not None:
        return _("It counts up to and including %(day)s.") % {"day": full_day(line.until)}
    return _("Your role asks this.")


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """What was asked, taken back or ends since the last mail, one line for each organisation; and a reminder that a
    coordinator sent."""
    found = []
    for place in places_of(person=person):
        lines = open_lines([place.standing])
        if not lines or not _is_news(person, place, lines, since):
            continue
        count = len(lines)
        title = ngettext(
            "%(organisation)s asks you to do %(count)s thing", "%(organisation)s asks you to do %(count)s things", count
        )
        first = lines[0]
        found.append(
            DigestItem(
                DigestKind.LEARNING,
                title % {"organisation": place.organisation, "count": count},
                reverse("volunteers:mine"),
                text=f"{first.title}. {reason_of(first)}"[:300],
                day=min((each.until for each in lines if each.until and each.state == State.ENDS), default=None),
            )
        )
    return found


def _is_news(person: User, place: Place, lines: list[Line], since: datetime) -> bool:
    """Whether something happened since then: somebody asked, or a card changed, or a last day comes near."""
    organisation = place.organisation
    if Reminder.objects.filter(person=person, organisation=organisation, reminded_at__gt=since).exists():
        return True
    today, before = timezone.localdate(), timezone.localdate(since)
    if any(before < day <= today for line in lines for day in _news_days(line)):
        return True
    mine = RoleAssignment.objects.filter(person=person, role__organisation=organisation, ended_at__isnull=True)
    new_role = mine.filter(assigned_at__gt=since).exists()
    return new_role or RoleItem.objects.filter(role__in=mine.values("role"), added_at__gt=since).exists()


def _news_days(line: Line) -> list[date]:
    """The days on which a line is worth a mail: when the card changed, a month and a week before it ends, and the day after."""
    days = [line.changed_on] if line.changed_on is not None else []
    if line.until is not None:
        days += [line.until - SOON, line.until - timedelta(days=7), line.until + timedelta(days=1)]
    return days
