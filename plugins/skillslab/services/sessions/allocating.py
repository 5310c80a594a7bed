"""Giving a session another set in place of what it has, and remembering who was to teach it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils import timezone

from lxp.models import User
from plugins.skillslab.models import Allocation, Booking, Claim, Replacement, Session
from plugins.skillslab.services.notices.participants import tell_room
from plugins.skillslab.services.resources.claims import give_back
from plugins.skillslab.services.resources.timetable import Answer
from plugins.skillslab.services.resources.travel import hold_teachers
from plugins.skillslab.services.sessions.planning import claims_for

Role = Allocation.Role
Key = tuple[str, int | None, int | None]


@dataclass
class Rearranged:
    """The quarters that are still to be stored; whether calendars must hear of it: another room, or other people; whether it
    is another room, which everybody with a place must hear; and who was to teach and who is to now."""

    claims: list[Claim] = field(default_factory=list)
    is_heard: bool = False
    has_new_room: bool = False
    gone: list[User] = field(default_factory=list)
    new: list[User] = field(default_factory=list)


def rearrange(session: Session, answer: Answer) -> Rearranged:
    """Write down another set for a session that is locked; its own quarters are free until the caller stores the claims,
    which the database refuses when somebody else has one of them."""
    if answer.room is None:
        raise ValueError(f"Session {session.pk} cannot be without a room.")
    wanted: dict[Key, Allocation] = {
        _key(row): row
        for row in [
            Allocation(session=session, role=Role.ROOM, resource=answer.room),
            *[Allocation(session=session, role=Role.EQUIPMENT, resource=each) for each in answer.pieces],
            *[Allocation(session=session, role=Role.INSTRUCTOR, person_id=each) for each in answer.instructors],
            *[Allocation(session=session, role=Role.ASSESSOR, person_id=each) for each in answer.assessors],
        ]
    }
    known = {_key(row): row for row in session.allocations.select_related("resource")}
    before, after = _people(known), _people(wanted)
    hold_teachers(before | after)
    give_back(session)
    Allocation.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in wanted]).delete()
    Allocation.objects.bulk_create([row for key, row in wanted.items() if key not in known])
    now = timezone.now()
    Replacement.objects.bulk_create(
        [
            Replacement(session=session, role=role, person_id=person, replaced_at=now)
            for role, _thing, person in known
            if person is not None and person not in after
        ]
    )
    has_new_room = session.room_id != answer.room.pk
    session.room = answer.room
    claims = [claim for key, row in wanted.items() for claim in claims_for(known.get(key, row), session, row.resource)]
    people = {each.pk: each for each in User.objects.filter(pk__in=before ^ after)} if before != after else {}
    gone, new = [people[each] for each in before - after], [people[each] for each in after - before]
    return Rearranged(claims, has_new_room or before != after, has_new_room, gone, new)


def _people(rows: Iterable[Key]) -> set[int]:
    return {person for _role, _thing, person in rows if person is not None}


def _key(row: Allocation) -> Key:
    return (row.role, row.resource_id, row.person_id)


def mark_changed(session: Session, by: User) -> None:
    """Calendars read that something is new (RFC 5545, 3.8.7.4)."""
    session.sequence += 1
    session.changed_at, session.changed_by = timezone.now(), by
    session.save()


def tell_new_room(session: Session) -> None:
    """Everybody with a place hears of another room, with the invitation anew; call it after `mark_changed`."""
    seated = Booking.objects.filter(session=session).with_seat_at(session.changed_at)
    seated.update(changed_at=session.changed_at)
    for booking in seated.select_related("person"):
        tell_room(booking, session, booking.person)
