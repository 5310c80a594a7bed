"""Planning a session: it gets everything that it needs at once, or nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import (
    Allocation,
    Claim,
    EquipmentNeed,
    Location,
    Partner,
    Resource,
    SeatShare,
    Session,
    SessionType,
)
from plugins.skillslab.permissions import planning_organisations
from plugins.skillslab.services.resources.claims import claims_of, store
from plugins.skillslab.services.resources.teachers import staff_of
from plugins.skillslab.services.resources.timetable import Answer, Wish, thing_quarters, timetable_of
from plugins.skillslab.services.sessions.moments import LOOK_AROUND, NOT_BEFORE, nearest_to

TRIES = 3
Shares = Mapping[Organisation, int]


@dataclass
class SessionDraft:
    """What a coordinator fills in. `shares` are places kept for organisations until `release_at`; `request_uuid` makes the same
    request twice one session."""

    session_type: SessionType
    location: Location
    starts_at: datetime
    capacity: int
    organiser: Organisation
    release_at: datetime | None = None
    shares: Shares = field(default_factory=dict)
    note: str = ""
    state: str = Session.State.PUBLISHED
    request_uuid: UUID | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.session_type.minutes)

    @property
    def wish(self) -> Wish:
        return Wish(self.session_type, self.location, self.starts_at, self.ends_at, self.capacity)


@transaction.atomic
def plan_session(*, draft: SessionDraft, by: User) -> Session:
    """Make a session with its room, equipment and people. Raises SessionRefusedError, with what is short, when the set is not
    whole; then nothing was taken. Of two sessions that want the last manikin, the database gives it to one. The same request
    again gives the session that is there."""
    require(by, "skillslab.plan", draft.session_type.skillslab)
    if draft.organiser not in planning_organisations(by, draft.session_type.skillslab):
        raise SessionRefusedError(_("You cannot plan sessions for this organisation. Choose your own."))
    there = _planned_before(draft)
    if there is not None:
        return there
    check_draft(draft)
    for _attempt in range(TRIES):
        answer = look(draft.wish)
        if not answer.is_whole or answer.room is None:
            raise SessionRefusedError(_("This session cannot be planned then."), answer.shortages)
        try:
            with transaction.atomic():
                return _store(draft, answer, answer.room, by)
        except IntegrityError:  # somebody else has a part of it since we looked, or the same request came twice at once
            there = _planned_before(draft)
            if there is not None:
                return there
    raise SessionRefusedError(_("Somebody was just before you. Try again."))


def _planned_before(draft: SessionDraft) -> Session | None:
    """What this request made already."""
    if draft.request_uuid is None:
        return None
    return Session.objects.filter(organiser=draft.organiser, request_uuid=draft.request_uuid).first()


def check_draft(draft: SessionDraft) -> None:
    """Raise SessionRefusedError for what no session can be."""
    if draft.starts_at <= timezone.now():
        raise SessionRefusedError(_("A session starts in the future. Choose another moment."))
    if draft.location.skillslab_id != draft.session_type.skillslab_id:
        raise SessionRefusedError(_("This location is of another skillslab. Choose one of this skillslab."))
    check_capacity(draft.session_type, draft.capacity)
    check_shares(draft.session_type, draft.capacity, draft.shares)


def check_capacity(session_type: SessionType, capacity: int) -> None:
    if not session_type.minimum <= capacity <= session_type.maximum:
        words = _("“%(title)s” has %(least)d to %(most)d places.")
        names = {"title": session_type, "least": session_type.minimum, "most": session_type.maximum}
        raise SessionRefusedError(words % names)


def check_shares(session_type: SessionType, capacity: int, shares: Shares) -> None:
    kept = sum(shares.values())
    if kept > capacity:
        words = _("You keep %(kept)d places, and there are %(capacity)d. Keep fewer.")
        raise SessionRefusedError(words % {"kept": kept, "capacity": capacity})
    partners = set(Partner.objects.filter(skillslab=session_type.skillslab).values_list("organisation", flat=True))
    if not {each.pk for each in shares} <= partners:
        raise SessionRefusedError(_("Keep places only for organisations that take part in this skillslab."))


def look(wish: Wish, *, without: Session | None = None) -> Answer:
    """What a session would get, and what is short; only reads."""
    table = timetable_of(wish.location.skillslab, wish.starts_at, wish.ends_at, without=without)
    day = timezone.localdate(wish.starts_at)
    staff = staff_of(wish.location.skillslab, day, [wish.session_type])
    return table.find(wish, needs_of(wish.session_type), staff.qualified(wish.session_type, day))


def needs_of(session_type: SessionType) -> list[EquipmentNeed]:
    rows = EquipmentNeed.objects.filter(session_type=session_type).select_related("equipment_kind")
    return list(rows.order_by("equipment_kind__name"))


def alternatives(wish: Wish, *, limit: int = 3, without: Session | None = None) -> list[Wish]:
    """The moments nearest to a wish at which everything is free, at the same location: at most two weeks away."""
    first = max(timezone.now() + NOT_BEFORE, wish.starts_at - LOOK_AROUND)
    table = timetable_of(wish.location.skillslab, first, wish.starts_at + LOOK_AROUND, without=without)
    staff = staff_of(wish.location.skillslab, timezone.localdate(first), [wish.session_type])
    plain = Wish(wish.session_type, wish.location, wish.starts_at, wish.ends_at, wish.people)
    return nearest_to(table, plain, needs_of(wish.session_type), staff, limit=limit)


def _store(draft: SessionDraft, answer: Answer, room: Resource, by: User) -> Session:
    session = Session.objects.create(
        session_type=draft.session_type,
        organiser=draft.organiser,
        room=room,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        capacity=draft.capacity,
        release_at=draft.release_at,
        note=draft.note,
        state=draft.state,
        changed_by=by,
        request_uuid=draft.request_uuid,
        code_secret=secrets.token_hex(32),
    )
    keep_shares(session, draft.shares)
    allocate(session, answer)
    return session


def keep_shares(session: Session, shares: Shares) -> None:
    rows = [SeatShare(session=session, organisation=each, seats=seats) for each, seats in shares.items() if seats]
    SeatShare.objects.bulk_create(rows)


def allocate(session: Session, answer: Answer) -> None:
    """Give a session what was found. Raises IntegrityError when somebody else has a part of it since."""
    claims: list[Claim] = []
    for row in Allocation.objects.bulk_create(allocations_for(session, answer)):
        claims += claims_for(row, session, row.resource)
    store(claims)


def allocations_for(session: Session, answer: Answer) -> list[Allocation]:
    """The rows of what was found for a session, not stored yet."""
    role = Allocation.Role
    rows = [Allocation(session=session, role=role.ROOM, resource=answer.room)]
    rows += [Allocation(session=session, role=role.EQUIPMENT, resource=each) for each in answer.pieces]
    rows += [Allocation(session=session, role=role.INSTRUCTOR, person_id=each) for each in answer.instructors]
    rows += [Allocation(session=session, role=role.ASSESSOR, person_id=each) for each in answer.assessors]
    return rows


def claims_for(allocation: Allocation, session: Session, thing: Resource | None) -> list[Claim]:
    """The quarters of a thing or person for a session; a thing also for setting up and cleaning up."""
    if thing is None:
        return claims_of(allocation, session.starts_at, session.ends_at)
    span = thing_quarters(session.session_type, thing, session.starts_at, session.ends_at)
    return [Claim(allocation=allocation, resource_id=allocation.resource_id, quarter=each) for each in span]
