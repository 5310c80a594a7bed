"""Giving sessions that miss something another room, piece or teacher at the same time: found first, and then done at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.utils import timezone

from lxp.models import User
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Allocation, Claim, Location, Resource, Session
from plugins.skillslab.services.mending.gaps import Outlook, Troubled, group_of_kind
from plugins.skillslab.services.notices.staff import tell_replaced, tell_teaching
from plugins.skillslab.services.resources.claims import store
from plugins.skillslab.services.resources.timetable import Answer, Timetable, Wish, timetable_of
from plugins.skillslab.services.resources.travel import hold_teachers
from plugins.skillslab.services.sessions.allocating import mark_changed, rearrange, tell_new_room
from plugins.skillslab.services.sessions.moments import LOOK_AROUND, ways_out

Role = Allocation.Role
WAYS_OUT_AT_MOST = 12  # of so many sessions; whoever has more begins with the first


@dataclass(frozen=True)
class Swap:
    """One thing or person for another; `into` is empty where it was one too many."""

    role: str
    out: str
    into: str


@dataclass
class Mend:
    """What one session can be given at the same time. `left` is what it still misses then, `ways_out` are moments and
    locations at which it would miss nothing."""

    troubled: Troubled
    answer: Answer
    swaps: list[Swap] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    ways_out: list[Wish] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.troubled.session


def mends_for(outlook: Outlook, troubled: Collection[Troubled]) -> list[Mend]:
    """What each of these sessions can be given, the first one first, none of it twice. Nine queries; only reads."""
    if not troubled:
        return []
    skillslab = outlook.sessions[0].session_type.skillslab
    first, last = min(each.session.starts_at for each in troubled), max(each.session.ends_at for each in troubled)
    table = timetable_of(skillslab, first - LOOK_AROUND, last + LOOK_AROUND)
    mends = [_mend(outlook, table, each) for each in troubled]
    elsewhere = list(Location.objects.filter(skillslab=skillslab, retired_at__isnull=True))
    for mend in [each for each in mends if each.left][:WAYS_OUT_AT_MOST]:
        wish, needs = mend.troubled.wish, outlook.needs[mend.session.session_type_id]
        table.give_back(wish, [*([mend.answer.room] if mend.answer.room else []), *mend.answer.pieces], _people(mend))
        mend.ways_out = ways_out(table, wish, needs, outlook.staff, elsewhere)
        table.take(wish, mend.answer)
    return mends


def _people(mend: Mend) -> list[int]:
    return [*mend.answer.instructors, *mend.answer.assessors]


def _people_now(mend: Mend) -> list[int]:
    return [each.person_id for each in mend.troubled.allocations if each.person_id is not None]


def _mend(outlook: Outlook, table: Timetable, troubled: Troubled) -> Mend:
    """Each group of things or people is mended whole, or left as it is."""
    wish, rows = troubled.wish, troubled.allocations
    things = [each.resource for each in rows if each.resource is not None]
    table.give_back(wish, things, [each.person_id for each in rows if each.person_id])
    mend = Mend(troubled, _as_it_is(rows))
    solved: set[str] = set()
    if all(each.group for each in troubled.gaps):  # else the location is closed, and nothing at that time helps
        solved = _find_things(outlook, table, wish, mend) | _find_people(outlook, table, wish, mend)
    mend.left = [each.words for each in troubled.gaps if each.group not in solved]
    mend.swaps = _swaps(rows, mend.answer, table)
    table.take(wish, mend.answer)
    return mend


def _as_it_is(rows: Collection[Allocation]) -> Answer:
    answer = Answer()
    for row in rows:
        if row.role == Role.ROOM:
            answer.room = row.resource
        elif row.resource is not None:
            answer.pieces.append(row.resource)
        elif row.person_id is not None:
            (answer.assessors if row.role == Role.ASSESSOR else answer.instructors).append(row.person_id)
    return answer


def _find_things(outlook: Outlook, table: Timetable, wish: Wish, mend: Mend) -> set[str]:
    found, solved = Answer(), set()
    table.choose_room(wish, found)
    if found.room is not None:
        mend.answer.room = found.room
        solved.add(str(Role.ROOM))
    for need in outlook.needs[wish.session_type.pk]:
        found = Answer()
        table.choose_pieces(wish, need, found)
        if found.is_whole:
            rest = [each for each in mend.answer.pieces if each.equipment_kind_id != need.equipment_kind_id]
            mend.answer.pieces = [*rest, *found.pieces]
            solved.add(group_of_kind(need.equipment_kind_id))
    return solved


def _find_people(outlook: Outlook, table: Timetable, wish: Wish, mend: Mend) -> set[str]:
    """Assessors and instructors together; where only one of them can be, the others stay if they are other people."""
    day = timezone.localdate(wish.starts_at)
    found, now = Answer(), mend.answer
    table.choose_teachers(wish, outlook.staff.qualified(wish.session_type, day), found)
    has_assessors = len(found.assessors) == wish.session_type.assessors
    has_instructors = len(found.instructors) == wish.session_type.instructors_for(wish.people)
    assessors = found.assessors if has_assessors else now.assessors
    instructors = found.instructors if has_instructors else now.instructors
    if set(assessors) & set(instructors):
        return set()
    now.assessors, now.instructors = assessors, instructors
    roles = {Role.ASSESSOR: has_assessors, Role.INSTRUCTOR: has_instructors}
    return {str(role) for role, is_there in roles.items() if is_there}


def _swaps(rows: Collection[Allocation], answer: Answer, table: Timetable) -> list[Swap]:
    """What goes and what comes, in pairs of the same role and kind."""
    goes = {(row.role, row.resource_id, row.person_id): row for row in rows}
    comes: list[tuple[str, Resource | None, int | None]] = [(Role.ROOM, answer.room, None)] if answer.room else []
    comes += [(Role.EQUIPMENT, each, None) for each in answer.pieces]
    comes += [(Role.INSTRUCTOR, None, each) for each in answer.instructors]
    comes += [(Role.ASSESSOR, None, each) for each in answer.assessors]
    news = [each for each in comes if goes.pop((each[0], each[1].pk if each[1] else None, each[2]), None) is None]
    swaps = []
    for row in goes.values():
        kind = row.resource.equipment_kind_id if row.resource is not None else None
        fitting = (
            each for each in news if each[0] == row.role and (each[1] is None or each[1].equipment_kind_id == kind)
        )
        match = next(fitting, None)
        if match is not None:
            news.remove(match)
        swaps.append(Swap(row.role, str(row.resource or row.person), _name(match, table)))
    return [*swaps, *(Swap(each[0], "", _name(each, table)) for each in news)]


def _name(each: tuple[str, Resource | None, int | None] | None, table: Timetable) -> str:
    if each is None:
        return ""
    return str(each[1]) if each[1] is not None else table.names.get(each[2] or 0, "")


def carry_out(mends: Collection[Mend], by: User) -> int:
    """Do it, for sessions that are locked: all of it or, where somebody has a part of it by now, SessionRefusedError.
    Returns how many sessions changed. The quarters of all are stored together, in the one order of everybody."""
    claims: list[Claim] = []
    changing = [each for each in mends if each.swaps]
    hold_teachers({person for each in changing for person in [*_people(each), *_people_now(each)]})
    for mend in changing:
        done = rearrange(mend.session, mend.answer)
        claims += done.claims
        if done.is_heard:
            mark_changed(mend.session, by)
        if done.has_new_room:
            tell_new_room(mend.session)
        for person in done.gone:
            tell_replaced(mend.session, person)
        for person in done.new:
            tell_teaching(mend.session, person)
    try:
        store(claims)
    except IntegrityError as refusal:
        raise SessionRefusedError("") from refusal
    return len(changing)
