"""Somebody who teaches falls ill: who is able and free instead, and who comes in their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Allocation, Replacement, Session, Teacher
from plugins.skillslab.services.mending.gaps import Role
from plugins.skillslab.services.notices.staff import tell_replaced, tell_teaching
from plugins.skillslab.services.resources.claims import claims_of, lock, store
from plugins.skillslab.services.resources.teachers import staff_of
from plugins.skillslab.services.resources.timetable import Wish, timetable_of
from plugins.skillslab.services.resources.travel import hold_teachers, renew_ways
from plugins.skillslab.services.sessions.allocating import mark_changed

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could come. `quarters` is how much they teach in the week before and after, in quarters of an hour."""

    teacher: Teacher
    quarters: int


@dataclass
class Candidates:
    """Who could take over, the least busy first; and who could not, with why."""

    able: list[Candidate] = field(default_factory=list)
    unable: list[tuple[Teacher, str]] = field(default_factory=list)


def candidates_for(*, allocation: Allocation) -> Candidates:
    """Everybody who teaches in the skillslab, by whether they may and can do this on that day. Fifteen queries."""
    session = allocation.session
    day = timezone.localdate(session.starts_at)
    skillslab = session.session_type.skillslab
    staff = staff_of(skillslab, min(day, timezone.localdate()))
    table = timetable_of(skillslab, session.starts_at - A_WEEK, session.ends_at + A_WEEK)
    wish = Wish(session.session_type, session.room.location, session.starts_at, session.ends_at, session.capacity)
    there = set(Allocation.objects.filter(session=session, person__isnull=False).values_list("person", flat=True))
    qualified = staff.qualified(session.session_type, day)
    found = Candidates()
    for teacher in staff.teachers:
        person = teacher.person_id
        if teacher.left_at is not None or person in there:
            continue
        if allocation.role == Role.ASSESSOR and person not in qualified.assessors:
            found.unable.append((teacher, _("may not assess this on that day")))
        elif person not in qualified.instructors:
            found.unable.append((teacher, _("has no valid proof of this skill on that day")))
        elif table.is_person_free(person, wish) and not table.comes_in_time(person, wish):
            found.unable.append((teacher, _("has no time for the way from or to another session")))
        elif not table.is_person_free(person, wish):
            found.unable.append((teacher, _("is somewhere else then, or cannot come")))
        else:
            found.able.append(Candidate(teacher, len(table.persons[person])))
    found.able.sort(key=lambda each: (each.quarters, str(each.teacher.person)))
    return found


@transaction.atomic
def replace_teacher(*, allocation: Allocation, successor: User, by: User) -> Session:
    """Let somebody else who may and can do it teach or assess in a session. Doing it twice changes nothing.

    Raises SessionRefusedError for who may not on that day, or is somewhere else by now. Both read it in their calendars.
    """
    session = lock(allocation.session)
    require(by, "session.staff", session)
    current = Allocation.objects.filter(pk=allocation.pk, person__isnull=False).select_related("person").first()
    if current is None or current.person is None:
        if Allocation.objects.filter(session=session, person=successor).exists():
            return session
        raise SessionRefusedError(_("Somebody else changed this session. Look again."))
    if session.state not in (Session.State.DRAFT, Session.State.PUBLISHED) or session.ends_at <= timezone.now():
        raise SessionRefusedError(_("This session is over. Nobody can be replaced any more."))
    current.session = session
    if successor.pk not in {each.teacher.person_id for each in candidates_for(allocation=current).able}:
        words = _("%(person)s may not or cannot do this then. Choose somebody else.")
        raise SessionRefusedError(words % {"person": successor})
    return _swap(session, current, successor, by)


def _swap(session: Session, current: Allocation, successor: User, by: User) -> Session:
    gone: User = current.person
    hold_teachers([gone.pk, successor.pk])
    current.delete()  # with its quarters
    renew_ways([gone.pk], session.starts_at, session.ends_at)
    fresh = Allocation.objects.create(session=session, role=current.role, person=successor)
    try:
        store(claims_of(fresh, session.starts_at, session.ends_at))
    except IntegrityError as refusal:
        words = _("%(person)s may not or cannot do this then. Choose somebody else.")
        raise SessionRefusedError(words % {"person": successor}) from refusal
    Replacement.objects.create(session=session, role=fresh.role, person=gone)
    mark_changed(session, by)
    tell_replaced(session, gone)
    tell_teaching(session, successor)
    return session
