"""A session as its coordinator and teachers see it: who comes, with what, and how that stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.db.models.functions import Length

from lxp.models import User
from lxp.permissions import may
from plugins.skillslab.models import Allocation, Booking, Session, Skillslab, WaitlistEntry
from plugins.skillslab.permissions import coordinated
from plugins.skillslab.services.bookings.seats import Seats, seats_now, seats_of

CLOSED_WITHIN = timedelta(days=30)
LONGEST = timedelta(days=1)
ON_A_PAGE = 50


@dataclass
class Sheet:
    """One session. `others` counts the people whose names the reader may not see, of all organisations together: how many a
    partner sends is that partner's to say, and that so many places are taken is on the page anyway."""

    session: Session
    seats: Seats
    runs: bool
    teaches: bool
    bookings: list[Booking] = field(default_factory=list)
    late: list[Booking] = field(default_factory=list)
    others: int = 0
    waiting: int = 0
    rooms: list[Allocation] = field(default_factory=list)
    pieces: list[Allocation] = field(default_factory=list)
    people: list[Allocation] = field(default_factory=list)


BY_NAME = ("resource__equipment_kind__name", Length("resource__name"), "resource__name")  # 2 before 10


def sheet_of(*, session: Session, by: User, now: datetime) -> Sheet:
    """Names of own people, and of everybody for who runs the session or teaches in it. Five queries."""
    teaches = may(by, "session.teach", session)
    sheet = Sheet(session, seats_now(session, now), may(by, "session.run", session), teaches)
    own = {each.pk for each in coordinated(by)}
    for booking in Booking.objects.filter(session=session).select_related("person", "organisation").order_by("seat"):
        if not teaches and booking.organisation_id not in own:
            if booking.state != Booking.State.CANCELLED:
                sheet.others += 1
        elif booking.state != Booking.State.CANCELLED:
            sheet.bookings.append(booking)
        elif booking.is_late:
            sheet.late.append(booking)
    sheet.waiting = WaitlistEntry.objects.waiting().filter(session=session).count()
    rows = Allocation.objects.filter(session=session).select_related("resource__equipment_kind", "person")
    for each in rows.order_by(*BY_NAME, "pk"):
        listed = {"room": sheet.rooms, "equipment": sheet.pieces}.get(each.role, sheet.people)
        listed.append(each)
    return sheet


@dataclass
class Planned:
    """One line of a coordinator's list."""

    session: Session
    seats: Seats
    is_to_close: bool = False

    @property
    def booked(self) -> int:
        return self.seats.total_used

    @property
    def waiting(self) -> int:
        return self.seats.waiting.total()


def planned_in(*, skillslabs: list[Skillslab], by: User, now: datetime, number: str | None) -> Page[Planned]:
    """A page of the sessions to come, those of today, and those of which the list is still to be closed, which who runs them is
    asked to do; drafts are in their series. Five queries."""
    is_left = Q(state=Session.State.PUBLISHED, ends_at__gt=now - CLOSED_WITHIN)
    rows = Session.objects.filter(Q(ends_at__gt=now) | is_left, session_type__skillslab__in=skillslabs)
    rows = rows.filter(starts_at__gt=now - CLOSED_WITHIN - LONGEST)  # which the index knows: not all that ever was
    rows = rows.exclude(state__in=[Session.State.CANCELLED, Session.State.DRAFT])
    rows = rows.select_related("session_type", "room__location", "organiser")
    page: Page[Any] = Paginator(rows.order_by("starts_at", "pk"), ON_A_PAGE).get_page(number)
    listed = list(page.object_list)
    seats, own = seats_of(listed, now), {each.pk for each in coordinated(by)}
    left = {each.pk for each in listed if each.ends_at <= now and each.state == Session.State.PUBLISHED}
    page.object_list = [Planned(each, seats[each.pk], each.pk in left and each.organiser_id in own) for each in listed]
    return page
