"""A series of sessions: saved as a whole or not at all, with places for organisations, and opened in one action."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from lxp.permissions import require
from lxp.wording import full_moment
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Allocation, Claim, Location, Plan, SeatShare, Session, SessionType
from plugins.skillslab.permissions import planning_organisations
from plugins.skillslab.services.bookings.waitlist import settle
from plugins.skillslab.services.resources.claims import lock, store
from plugins.skillslab.services.resources.teachers import staff_of
from plugins.skillslab.services.resources.timetable import Answer, Wish, timetable_of
from plugins.skillslab.services.sessions.planning import (
    Shares,
    allocations_for,
    check_capacity,
    check_shares,
    claims_for,
    needs_of,
)

Moment = tuple[Location, datetime]


@dataclass
class SeriesDraft:
    """What a coordinator saves: these moments, each with so many places, of which `shares` are kept for organisations until
    `release_days` before. `request_uuid` makes the same request twice one series."""

    request_uuid: UUID
    session_type: SessionType
    organiser: Organisation
    moments: Sequence[Moment]
    capacity: int
    needed_until: date
    shares: Shares = field(default_factory=dict)
    release_days: int = 14
    is_open: bool = False

    @property
    def wishes(self) -> list[Wish]:
        length = timedelta(minutes=self.session_type.minutes)
        ordered = sorted(self.moments, key=lambda each: (each[1], each[0].name))
        return [Wish(self.session_type, place, start, start + length, self.capacity) for place, start in ordered]


def save_series(*, draft: SeriesDraft, by: User) -> Plan:
    """Make all these sessions with everything that they need, or none. The same request again gives the series that is there.

    Raises SessionRefusedError, with what is short and when, where somebody was before; then nothing was taken.
    """
    require(by, "skillslab.plan", draft.session_type.skillslab)
    if draft.organiser not in planning_organisations(by, draft.session_type.skillslab):
        raise SessionRefusedError(_("You cannot plan sessions for this organisation. Choose your own."))
    there = Plan.objects.filter(uuid=draft.request_uuid, made_by=by).first()
    if there is not None:
        return there
    _check(draft)
    try:
        with transaction.atomic():
            return _store(draft, by)
    except IntegrityError as refusal:
        there = Plan.objects.filter(uuid=draft.request_uuid, made_by=by).first()
        if there is None:
            raise SessionRefusedError(_("Somebody was just before you. Nothing is saved.")) from refusal
        return there


def _check(draft: SeriesDraft) -> None:
    if not draft.moments:
        raise SessionRefusedError(_("Choose at least one date."))
    if any(starts_at <= timezone.now() for _location, starts_at in draft.moments):
        raise SessionRefusedError(_("A session starts in the future. Choose another moment."))
    if any(location.skillslab_id != draft.session_type.skillslab_id for location, _starts_at in draft.moments):
        raise SessionRefusedError(_("This location is of another skillslab. Choose one of this skillslab."))
    check_capacity(draft.session_type, draft.capacity)
    check_shares(draft.session_type, draft.capacity, draft.shares)


def _store(draft: SeriesDraft, by: User) -> Plan:
    found = _sets_for(draft)
    now = timezone.now()
    plan = Plan.objects.create(
        uuid=draft.request_uuid,
        session_type=draft.session_type,
        organiser=draft.organiser,
        needed_until=draft.needed_until,
        made_at=now,
        made_by=by,
        published_at=now if draft.is_open else None,
    )
    sessions = Session.objects.bulk_create([_session(draft, plan, wish, answer, by) for wish, answer in found])
    _keep(sessions, draft.shares)
    pairs = list(zip(sessions, found, strict=True))
    rows = [row for session, (_wish, answer) in pairs for row in allocations_for(session, answer)]
    claims: list[Claim] = []
    for row in Allocation.objects.bulk_create(rows):
        claims += claims_for(row, row.session, row.resource)
    store(claims)
    return plan


def _sets_for(draft: SeriesDraft) -> list[tuple[Wish, Answer]]:
    """A set for each wish, or SessionRefusedError with everything that is short."""
    wishes = draft.wishes
    kind, needs = draft.session_type, needs_of(draft.session_type)
    table = timetable_of(kind.skillslab, wishes[0].starts_at, wishes[-1].ends_at)
    staff = staff_of(kind.skillslab, timezone.localdate(wishes[0].starts_at), [kind])
    found, lacking = [], []
    for wish in wishes:
        answer = table.find(wish, needs, staff.qualified(kind, timezone.localdate(wish.starts_at)))
        table.take(wish, answer)
        found.append((wish, answer))
        lacking += [f"{full_moment(wish.starts_at)}: {words}" for words in answer.shortages]
    if lacking:
        raise SessionRefusedError(_("Somebody was just before you. Nothing is saved."), lacking)
    return found


def _session(draft: SeriesDraft, plan: Plan, wish: Wish, answer: Answer, by: User) -> Session:
    release_at = wish.starts_at - timedelta(days=draft.release_days) if draft.shares else None
    return Session(
        plan=plan,
        session_type=draft.session_type,
        organiser=draft.organiser,
        room=answer.room,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        capacity=draft.capacity,
        release_at=release_at,
        state=Session.State.PUBLISHED if draft.is_open else Session.State.DRAFT,
        changed_by=by,
        code_secret=secrets.token_hex(32),
    )


def _keep(sessions: Iterable[Session], shares: Shares) -> None:
    rows = [
        SeatShare(session=session, organisation=each, seats=seats)
        for session in sessions
        for each, seats in shares.items()
        if seats
    ]
    SeatShare.objects.bulk_create(rows)


@transaction.atomic
def share_series(*, plan: Plan, shares: Shares, release_days: int, by: User) -> int:
    """Keep places for organisations in every session of a series that is to come; returns how many. Raises SessionRefusedError
    where the sums are wrong for one of them: then nothing changed."""
    sessions = [lock(each) for each in _to_come(plan, by)]
    now = timezone.now()
    for session in sessions:
        check_shares(session.session_type, session.capacity, shares)
    SeatShare.objects.filter(session__in=sessions).delete()
    _keep(sessions, shares)
    for session in sessions:
        session.release_at = session.starts_at - timedelta(days=release_days) if any(shares.values()) else None
        session.changed_at, session.changed_by = now, by
        session.save(update_fields=["release_at", "changed_at", "changed_by"])
        settle(session, now)
    return len(sessions)


@transaction.atomic
def publish_series(*, plan: Plan, by: User) -> Plan:
    """Open every session of a series for booking; who needs one hears of it in their next digest. Twice changes nothing."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    sessions = [lock(each) for each in _to_come(plan, by) if each.state == Session.State.DRAFT]
    if not sessions and plan.published_at is None:
        raise SessionRefusedError(_("There is no session to come in this series. Plan new ones."))
    now = timezone.now()
    for session in sessions:
        session.state, session.changed_at, session.changed_by = Session.State.PUBLISHED, now, by
        session.save(update_fields=["state", "changed_at", "changed_by"])
    if plan.published_at is None:
        plan.published_at = now
        plan.save(update_fields=["published_at"])
    return plan


def _to_come(plan: Plan, by: User) -> list[Session]:
    require(by, "session.run", Session(organiser=plan.organiser))
    sessions = Session.objects.filter(plan=plan, starts_at__gt=timezone.now()).order_by("pk")
    return list(sessions.filter(state__in=[Session.State.DRAFT, Session.State.PUBLISHED]))
