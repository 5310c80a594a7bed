"""Finding a session: the week, and one session."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import may
from plugins.skillslab.models import Session, WaitlistEntry
from plugins.skillslab.permissions import booking_organisations
from plugins.skillslab.services.bookings.prerequisites import missing_of, ways_to, words_of
from plugins.skillslab.services.bookings.seats import seats_now
from plugins.skillslab.services.bookings.waitlist import position_of
from plugins.skillslab.services.choices.week import Choice, best_organisation, slots_of, week_of
from plugins.skillslab.services.day.attendance import is_window_open

SATURDAY = 6
FAR = timedelta(days=20 * 365)


@login_required
def week(request: HttpRequest) -> HttpResponse:
    """The sessions of one week, narrowed by what and where."""
    person = cast("SignedInRequest", request).user
    labs = booking_organisations(person)
    today = timezone.localdate()
    choice = Choice(monday_of(request.GET.get("week"), today), request.GET.get("wat", ""), request.GET.get("waar", ""))
    found = week_of(person=person, choice=choice, labs=labs, now=timezone.now())
    employers = list({each.pk: each for organisations in labs.values() for each in organisations}.values())
    context = {
        "week": found,
        "choice": choice,
        "employers": employers if len(employers) > 1 else [],
        "today": today,
        "request_uuid": uuid.uuid4(),
        "before": choice.monday - timedelta(days=7),
        "after": choice.monday + timedelta(days=7),
        "can_book": any(slot.state == "free" for each in found.days for slot in each.slots),
        "picked": request.GET.get("sessie", ""),
    }
    return render(request, "skillslab/week.html", context)


def monday_of(text: str | None, today: date) -> date:
    """The Monday of the week that is asked, of this week for what is no day or far away; at a weekend of the next."""
    nearest = today if today.isoweekday() < SATURDAY else today + timedelta(days=2)
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        day = nearest
    day = day if abs(day - today) < FAR else nearest
    return day - timedelta(days=day.weekday())


def _waiting(session: Session, person: User) -> WaitlistEntry | None:
    """The place of this person in the queue, with its number."""
    entry = WaitlistEntry.objects.waiting().filter(session=session, person=person).first()
    if entry is not None:
        entry.position = position_of(entry)  # type: ignore[attr-defined]
    return entry


@login_required
def session(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """One session: when, where, what it asks, and the one thing that this person can do about it."""
    person = cast("SignedInRequest", request).user
    rows = Session.objects.open_to(person).select_related("session_type__skillslab", "room__location", "organiser")
    found = get_object_or_404(rows, uuid=session_uuid)
    labs = booking_organisations(person)
    now = timezone.now()
    (slot,) = slots_of(person, [found], labs, now)
    missing = missing_of(
        session_type=found.session_type, people=[person.pk], day=timezone.localdate(found.starts_at)
    ).get(person.pk, [])
    organisations = labs.get(found.session_type.skillslab_id, [])
    travel = found.room.location.travel_times.filter(organisation__in=organisations).order_by("minutes").first()
    context = {
        "slot": slot,
        "session": found,
        "entry": _waiting(found, person),
        "booking": found.bookings.filter(person=person).with_seat_at(now).first(),
        "employers": organisations if len(organisations) > 1 else [],
        "employer": best_organisation(found, organisations, seats_now(found, now)),
        "missing": [words_of(each) for each in missing],
        "ways_on": ways_to(missing),
        "travel_minutes": travel.minutes if travel is not None else None,
        "request_uuid": uuid.uuid4(),
        "asks_code": is_window_open(found, now),
        "may_see_list": may(person, "session.teach", found),
    }
    return render(request, "skillslab/session.html", context)
