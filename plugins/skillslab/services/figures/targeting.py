"""Who hears of a new series: the people who need its sessions, in their next digest, once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import DigestKind, User
from lxp.notices.items import DigestItem
from lxp.wording import full_day
from plugins.skillslab.models import Booking, Plan, Session
from plugins.skillslab.permissions import booking_organisations
from plugins.skillslab.services.figures.demand import (
    NOW,
    needed_on,
    parts_of,
    places_in,
    served_by,
    together,
)
from skills_graph.api import asked_by_jobs, held_by


def digest_items(*, person: User, since: datetime) -> list[DigestItem]:
    """The series that opened since the last mail, of which this person needs a session and has none yet. One query where
    nothing opened, else nine."""
    plans = list(
        Plan.objects.published_since(since)
        .select_related("session_type__skillslab", "session_type__module")
        .order_by("published_at", "pk")
    )
    labs = booking_organisations(person) if plans else {}
    plans = [each for each in plans if each.session_type.skillslab_id in labs]
    if not plans:
        return []
    needed = _needs(person, plans, [each.pk for organisations in labs.values() for each in organisations])
    now = timezone.now()
    booked = Booking.objects.filter(person=person, session__ends_at__gt=now).with_seat_at(now)
    has_place = set(booked.values_list("session__session_type", flat=True))
    first: dict[int, datetime] = {}
    rows = Session.objects.published().filter(plan__in=plans, starts_at__gt=now).order_by("starts_at")
    for plan_id, starts_at in rows.values_list("plan", "starts_at"):
        first.setdefault(plan_id or 0, starts_at)
    items: dict[int, DigestItem] = {}
    for plan in plans:
        day = needed.get(plan.session_type_id)
        if day is None or plan.pk not in first or plan.session_type_id in has_place or _is_later(day, plan):
            continue
        items.setdefault(plan.session_type_id, _item(plan, day, first[plan.pk]))
    return list(items.values())


def _is_later(day: date, plan: Plan) -> bool:
    return day != NOW and day - timedelta(days=1) > plan.needed_until


def _needs(person: User, plans: list[Plan], organisations: list[int]) -> dict[int, date]:
    """Session type (id) → when this person needs one first. Five queries."""
    served = served_by(list({each.session_type_id: each.session_type for each in plans}.values()))
    parts = parts_of(served)
    place = places_in(organisations, person.pk).get(person.pk)
    if place is None or not served:
        return {}
    asked = asked_by_jobs(organisations=organisations, parts=parts)
    held = list(held_by(competencies={*parts, *(pk for each in parts.values() for pk in each)}, person=person.pk))
    found: dict[int, date] = {}
    for each in served:
        counting = {each.competency.pk, *parts[each.competency.pk]}
        rows = [row for row in held if row.competency in counting]
        day = needed_on(each, rows, together(place, asked, each.competency.pk), timezone.localdate())
        if day is not None:
            found[each.session_type.pk] = min(day, found.get(each.session_type.pk, day))
    return found


def _item(plan: Plan, day: date, starts_at: datetime) -> DigestItem:
    if day == NOW:
        last, text = None, _("Your job asks this, and you do not have it now. Choose a moment.")
    else:
        last = day - timedelta(days=1)
        text = _("What you can do counts up to and including %(day)s. Choose a moment before that.")
        text %= {"day": full_day(last)}
    week = f"{reverse('skillslab:week')}?week={timezone.localdate(starts_at)}&wat={plan.session_type.uuid}"
    title = _("New sessions for you: %(title)s") % {"title": plan.session_type}
    return DigestItem(DigestKind.PROOF, title, week, text=text, day=last)
