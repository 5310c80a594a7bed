"""Places as calendars read them (RFC 5545): one event for each, with an identity that stays and a sequence that rises."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDatetime

from lxp.models import User
from plugins.skillslab.models import Allocation, Booking, CalendarFeed, Replacement, Session

KEPT = timedelta(days=60)


def calendar_of(*, person: User) -> bytes:
    """Everything that somebody booked or teaches, with what was cancelled lately and what somebody else
    teaches by now: one event for each session. Who teaches what they booked before reads that they teach. Three queries."""
    since = timezone.now() - KEPT
    related = ("session__session_type", "session__room__location")
    bookings = Booking.objects.filter(person=person, session__ends_at__gt=since).select_related(*related)
    teaching = Allocation.objects.filter(person=person, session__ends_at__gt=since).select_related(*related)
    teaching = teaching.order_by("session__starts_at")
    latest = {each.session_id: each for each in bookings.order_by("booked_at", "pk")}
    taught = {each.session_id: each.session for each in teaching}
    events = [event_of_booking(each) for key, each in latest.items() if key not in taught]
    events += [_event_of_teaching(each, person, latest.get(key)) for key, each in taught.items()]
    return calendar_with([*events, *_replaced(person, {*latest, *taught}, since)])


def _event_of_teaching(session: Session, person: User, before: Booking | None) -> Event:
    """With a sequence and a stamp that a calendar believes which heard of a place in the same session `before`."""
    sequence = session.sequence + (before.sequence if before is not None else 0)
    event = _event(session, person, sequence, session.state == Session.State.CANCELLED)
    if before is not None:
        event["dtstamp"] = vDatetime(_utc(max(session.changed_at, before.changed_at)))
    return event


def _replaced(person: User, elsewhere: set[int], since: datetime) -> list[Event]:
    """Sessions that somebody was to teach and does not any more, as cancelled. One query."""
    rows = Replacement.objects.filter(person=person, session__ends_at__gt=since).exclude(session__in=elsewhere)
    rows = rows.select_related("session__session_type", "session__room__location")
    sessions = {each.session_id: each.session for each in rows.order_by("session__starts_at", "pk")}
    return [_event(each, person, each.sequence, is_off=True) for each in sessions.values()]


def calendar_of_booking(*, booking: Booking) -> bytes:
    """One place as a file."""
    return calendar_with([event_of_booking(booking)])


def event_of_booking(booking: Booking) -> Event:
    is_off = booking.state == Booking.State.CANCELLED
    sequence = booking.session.sequence + booking.sequence
    event = _event(booking.session, booking.person_id, sequence, is_off, is_tentative=booking.is_asked)
    event["dtstamp"] = vDatetime(_utc(max(booking.session.changed_at, booking.changed_at)))
    return event


def _event(session: Session, person: User | int, sequence: int, is_off: bool, *, is_tentative: bool = False) -> Event:
    key = person if isinstance(person, int) else person.pk
    event = Event()
    event.add("uid", f"session-{session.uuid}-{key}@{_host()}")
    event.add("dtstamp", _utc(session.changed_at))
    event.add("sequence", sequence)
    event.add("dtstart", _utc(session.starts_at))
    event.add("dtend", _utc(session.ends_at))
    event.add("summary", str(session.session_type))
    event.add("location", f"{session.room.location}, {session.room.location.address} ({session.room})")
    event.add("url", f"{settings.BASE_URL}{reverse('skillslab:session', args=[session.uuid])}")
    event.add("status", "CANCELLED" if is_off else "TENTATIVE" if is_tentative else "CONFIRMED")
    if session.note:
        event.add("description", session.note)
    return event


def _utc(moment: datetime) -> datetime:
    """In UTC, so that no change of the clock and no calendar's own table of time zones can shift it."""
    return moment.astimezone(UTC)


def _host() -> str:
    return settings.BASE_URL.split("://")[-1].split("/")[0].split(":")[0]


def calendar_with(events: Iterable[Event], method: str = "PUBLISH") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{_host()}//skillslab//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if method == "PUBLISH":
        calendar.add("x-wr-calname", _("My places in the skillslab"))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


@transaction.atomic
def feed_of(*, person: User, anew: bool = False) -> CalendarFeed:
    """The secret address of somebody's calendar; `anew` makes the old one stop."""
    if anew:
        CalendarFeed.objects.filter(person=person).delete()
    feed, _is_new = CalendarFeed.objects.get_or_create(person=person, defaults={"token": secrets.token_urlsafe(32)})
    return feed
