"""Quarters of an hour: taken for things and people, and given back. The database refuses what is taken already."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import User
from plugins.skillslab.exceptions import BookingRefusedError
from plugins.skillslab.models import Allocation, Booking, Claim, Session, quarters
from plugins.skillslab.services.resources.travel import Stay, clear_ways, hold_teachers, renew_ways, take_ways

KEPT = timedelta(days=60)


def lock(session: Session) -> Session:
    """The session as it is now, with everybody else who changes it waiting; SQLite lets one write at a time anyway."""
    rows = Session.objects.select_for_update(of=("self",))
    return rows.select_related("session_type__skillslab", "room__location", "organiser").get(pk=session.pk)


def store(claims: Iterable[Claim]) -> None:
    """Take these quarters, or none of them; for who teaches also those of the way from and to another location. Raises
    IntegrityError when somebody has one already.

    Everybody takes them in the same order, so that two who want the same wait for one another in one direction only.
    """
    ordered = sorted(claims, key=lambda each: (each.resource_id or 0, each.person_id or 0, each.quarter))
    stays = _stays(ordered)
    with transaction.atomic():
        if not stays:
            Claim.objects.bulk_create(ordered)
            return
        every = [stay for listed in stays.values() for stay in listed]
        first, last = min(each.starts_at for each in every), max(each.ends_at for each in every)
        hold_teachers(stays)
        clear_ways(stays, first, last)
        Claim.objects.bulk_create(ordered)
        take_ways(stays, first, last, stays)


def _stays(claims: Iterable[Claim]) -> dict[int, set[Stay]]:
    """What people are given to teach by these quarters."""
    found: dict[int, set[Stay]] = {}
    for each in claims:
        if each.person_id is not None and each.allocation is not None:
            session = each.allocation.session
            stay = Stay(session.room.location_id, session.starts_at, session.ends_at, session.pk, each.allocation.pk)
            found.setdefault(each.person_id, set()).add(stay)
    return found


def give_back(session: Session) -> None:
    """Everything that a session has is free, and nobody goes there any more."""
    rows = Claim.objects.filter(allocation__session=session)
    people = set(rows.filter(person__isnull=False).values_list("person_id", flat=True))
    first, last = Session.objects.values_list("starts_at", "ends_at").get(pk=session.pk)
    rows.delete()
    renew_ways(people, first, last, [session.pk])


def claims_of(allocation: Allocation, starts_at: datetime, ends_at: datetime) -> list[Claim]:
    owner = {"resource_id": allocation.resource_id, "person_id": allocation.person_id}
    return [Claim(allocation=allocation, quarter=quarter, **owner) for quarter in quarters(starts_at, ends_at)]


def claim_person(booking: Booking, session: Session) -> None:
    """Take the time of a session from the person who booked it. Raises BookingRefusedError when they are elsewhere then."""
    rows = [
        Claim(booking=booking, person_id=booking.person_id, quarter=quarter)
        for quarter in quarters(session.starts_at, session.ends_at)
    ]
    try:
        store(rows)
    except IntegrityError as refusal:
        raise BookingRefusedError(clash_words(None)) from refusal


def clashes_of(*, session: Session, people: Collection[int]) -> dict[int, Session]:
    """Who of these people (ids) is in another session then, as learner or teacher, and in which. One query."""
    span = quarters(session.starts_at, session.ends_at)
    rows = Claim.objects.filter(person__in=people, quarter__gte=span.start, quarter__lt=span.stop)
    found: dict[int, Session] = {}
    related = ("booking__session__session_type", "allocation__session__session_type")
    for row in rows.select_related(*related).order_by("quarter"):
        other = row.booking.session if row.booking is not None else row.allocation.session if row.allocation else None
        if other is not None and other.pk != session.pk and row.person_id is not None:
            found.setdefault(row.person_id, other)
    return found


def check_calendar(*, session: Session, person: User) -> None:
    """Raise BookingRefusedError, with the name of the other session, for who is elsewhere then."""
    other = clashes_of(session=session, people=[person.pk]).get(person.pk)
    if other is not None:
        raise BookingRefusedError(clash_words(other))


def clash_words(other: Session | None) -> str:
    if other is None:
        return _("You are in another session at that time. Cancel that one first, or choose another moment.")
    words = _("You are in “%(title)s” at that time. Cancel that one first, or choose another moment.")
    return words % {"title": other.session_type}


def remove_old_claims() -> int:
    """Remove the quarters of what is long past: only times to come can be taken twice. Returns how many."""
    last = quarters(timezone.now() - KEPT, timezone.now()).start
    return Claim.objects.filter(quarter__lt=last).delete()[0]
