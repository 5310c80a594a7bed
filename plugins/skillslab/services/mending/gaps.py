"""What sessions to come miss: derived each time from what there is, never stored, in the same number of queries for any
number of sessions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from plugins.skillslab.models import Allocation, EquipmentNeed, Outage, Resource, Session, Skillslab
from plugins.skillslab.services.resources.teachers import Staff, staff_of
from plugins.skillslab.services.resources.timetable import Timetable, Wish, timetable_of
from plugins.skillslab.services.resources.travel import Stay

Role = Allocation.Role


@dataclass(frozen=True)
class Gap:
    """One thing or person that a session needs and does not have. `group` is what could be given instead: a role, with
    the kind of equipment; "" where no other thing helps, since the location is closed."""

    group: str
    words: str


@dataclass
class Troubled:
    """A session that misses something; `bad` are the allocations (ids) that it cannot use."""

    session: Session
    allocations: list[Allocation]
    gaps: list[Gap] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)

    @property
    def wish(self) -> Wish:
        """The session as it is, with what it can keep."""
        session, kept = self.session, [each for each in self.allocations if each.pk not in self.bad]
        return Wish(
            session.session_type,
            session.room.location,
            session.starts_at,
            session.ends_at,
            session.capacity,
            frozenset(each.resource_id for each in kept if each.resource_id),
            frozenset(each.person_id for each in kept if each.person_id),
            frozenset(each.person_id for each in kept if each.person_id and each.role == Role.ASSESSOR),
        )

    def miss(self, group: str, words: str, allocation: Allocation | None = None) -> None:
        self.gaps.append(Gap(group, words))
        if allocation is not None:
            self.bad.add(allocation.pk)


@dataclass
class Outlook:
    """The sessions to come of a skillslab, and what of these misses something. `clashes` are things and people that two
    sessions have at once: the database refuses it, so there are none."""

    sessions: list[Session]
    troubled: list[Troubled]
    needs: dict[int, list[EquipmentNeed]]
    staff: Staff
    clashes: int = 0


def outlook_of(skillslab: Skillslab) -> Outlook:
    """Read everything and look at each session once. Fifteen queries."""
    now = timezone.now()
    rows = Session.objects.filter(session_type__skillslab=skillslab, starts_at__gt=now)
    rows = rows.filter(state__in=[Session.State.DRAFT, Session.State.PUBLISHED]).order_by("starts_at", "pk")
    sessions = list(rows.select_related("session_type__skillslab", "room__location", "organiser"))
    staff = staff_of(skillslab, timezone.localdate(now))
    needs = needs_by_type(skillslab)
    outlook = Outlook(sessions, [], needs, staff)
    if not sessions:
        return outlook
    last = max(each.ends_at for each in sessions)
    table = timetable_of(skillslab, sessions[0].starts_at, last, with_claims=False)
    reasons = _outages(skillslab)
    allocations = allocations_of(sessions)
    every = [Troubled(session, allocations[session.pk]) for session in sessions]
    for found in every:
        _look_at_place(found, table, reasons)
        _look_at_pieces(found, reasons, needs[found.session.session_type_id])
        _look_at_people(found, table, staff)
    _look_at_ways(every)
    outlook.troubled = [each for each in every if each.gaps]
    outlook.clashes = _clashes(sessions, allocations)
    return outlook


def needs_by_type(skillslab: Skillslab) -> dict[int, list[EquipmentNeed]]:
    found: dict[int, list[EquipmentNeed]] = defaultdict(list)
    rows = EquipmentNeed.objects.filter(session_type__skillslab=skillslab).select_related("equipment_kind")
    for row in rows.order_by("equipment_kind__name", "pk"):
        found[row.session_type_id].append(row)
    return found


def allocations_of(sessions: Collection[Session]) -> dict[int, list[Allocation]]:
    found: dict[int, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(session__in=[each.pk for each in sessions]).order_by("pk")
    for row in rows.select_related("resource__equipment_kind", "person"):
        found[row.session_id].append(row)
    return found


def _outages(skillslab: Skillslab) -> dict[int, list[Outage]]:
    found: dict[int, list[Outage]] = defaultdict(list)
    for row in Outage.objects.filter(resource__location__skillslab=skillslab, ends_at__gt=timezone.now()):
        found[row.resource_id].append(row)
    return found


def _look_at_place(found: Troubled, table: Timetable, outages: dict[int, list[Outage]]) -> None:
    session = found.session
    closed = table.closed_because(session.room.location, session.starts_at, session.ends_at)
    if closed:
        found.miss("", closed)
    for row in found.allocations:
        if row.role != Role.ROOM or row.resource is None:
            continue
        words = _unusable(row.resource, session, outages)
        if words:
            found.miss(Role.ROOM, words, row)
        elif (row.resource.capacity or 0) < session.capacity:
            words = _("%(room)s is for %(people)d people, and there are %(places)d places.")
            names = {"room": row.resource, "people": row.resource.capacity or 0, "places": session.capacity}
            found.miss(Role.ROOM, words % names, row)


def _unusable(thing: Resource, session: Session, outages: dict[int, list[Outage]]) -> str:
    """Why a session cannot use a room or a piece; empty when it can."""
    if thing.retired_at is not None:
        return _("%(thing)s is not used any more.") % {"thing": thing}
    for outage in outages.get(thing.pk, ()):
        if outage.starts_at < session.ends_at and session.starts_at < outage.ends_at:
            return _("%(thing)s is out of order: %(reason)s.") % {"thing": thing, "reason": outage.reason}
    return ""


def _look_at_pieces(found: Troubled, outages: dict[int, list[Outage]], needs: Iterable[EquipmentNeed]) -> None:
    good: dict[int, int] = defaultdict(int)
    bad: dict[int, int] = defaultdict(int)
    session = found.session
    for row in found.allocations:
        if row.role != Role.EQUIPMENT or row.resource is None or row.resource.equipment_kind_id is None:
            continue
        kind = row.resource.equipment_kind_id
        words = _unusable(row.resource, session, outages)
        if not words and row.resource.location_id != session.room.location_id:
            words = _("%(thing)s is at another location.") % {"thing": row.resource}
        if words:
            found.miss(group_of_kind(kind), words, row)
        (bad if words else good)[kind] += 1
    for need in needs:
        asked, kind = need.pieces_for(session.capacity), need.equipment_kind_id
        if good[kind] + bad[kind] < asked:
            words = _("%(kind)s: %(asked)d needed, %(there)d there.")
            names = {"kind": need.equipment_kind, "asked": asked, "there": good[kind]}
            found.miss(group_of_kind(kind), words % names)


def group_of_kind(kind: int) -> str:
    return f"{Role.EQUIPMENT}:{kind}"


def _look_at_people(found: Troubled, table: Timetable, staff: Staff) -> None:
    session, counts = found.session, {Role.INSTRUCTOR: 0, Role.ASSESSOR: 0}
    for row in found.allocations:
        if row.person_id is None:
            continue
        words = _cannot_come(row, session, table, staff)
        if words:
            found.miss(row.role, words, row)
        counts[Role(row.role)] += 1
    asked = {
        Role.INSTRUCTOR: session.session_type.instructors_for(session.capacity),
        Role.ASSESSOR: session.session_type.assessors,
    }
    for role, number in asked.items():
        if counts[role] < number:
            words = {
                Role.INSTRUCTOR: _("Instructors: %(asked)d needed, %(there)d there."),
                Role.ASSESSOR: _("Assessors: %(asked)d needed, %(there)d there."),
            }[role]
            found.miss(role, words % {"asked": number, "there": counts[role]})


def _cannot_come(row: Allocation, session: Session, table: Timetable, staff: Staff) -> str:
    """Why somebody cannot teach this session; empty when they can. Never why they are absent: that is not known here."""
    person = row.person_id
    if person is None or person not in table.names:
        return _("%(person)s does not teach here any more.") % {"person": row.person}
    away = table.absences.get(person, ())
    if any(first < session.ends_at and session.starts_at < last for first, last in away):
        return _("%(person)s cannot come then.") % {"person": row.person}
    qualified = staff.qualified(session.session_type, timezone.localdate(session.starts_at))
    if row.role == Role.ASSESSOR and person not in qualified.assessors:
        return _("%(person)s may not assess this on that day.") % {"person": row.person}
    if row.role == Role.INSTRUCTOR and person not in qualified.instructors:
        return _("%(person)s has no valid proof of this skill on that day.") % {"person": row.person}
    return ""


def _look_at_ways(every: Iterable[Troubled]) -> None:
    """Who teaches two sessions between which there is no time for the way: the later one misses them."""
    before: dict[int, Stay] = {}
    for found in every:  # by the time at which they begin
        session = found.session
        stay = Stay(session.room.location_id, session.starts_at, session.ends_at)
        way = stay.way(session.room.location.travel_minutes)
        for row in found.allocations:
            if row.person_id is None or row.pk in found.bad:
                continue
            earlier = before.get(row.person_id)
            if earlier is not None and earlier.is_followed_by(stay) and earlier.quarters.stop > way.start:
                words = _("No time for the way to or from another location: %(people)s.")
                found.miss(row.role, words % {"people": row.person}, row)
            before[row.person_id] = stay


def _clashes(sessions: Iterable[Session], allocations: dict[int, list[Allocation]]) -> int:
    """How often a thing or a person is in a session that begins before the one before it is over."""
    free_from: dict[tuple[int | None, int | None], datetime] = {}
    count = 0
    for session in sessions:  # by the time at which they begin
        for row in allocations[session.pk]:
            key = (row.resource_id, row.person_id)
            until = free_from.get(key)
            count += until is not None and until > session.starts_at
            free_from[key] = max(until, session.ends_at) if until is not None else session.ends_at
    return count
