"""What is free when: everything that a skillslab has in a period, read once, and then only looked at.

A search for one session and a plan for forty ask the same questions; neither asks the database again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.wording import full_moment
from plugins.skillslab.models import (
    Absence,
    Claim,
    Closure,
    EquipmentNeed,
    Location,
    OpeningHours,
    Outage,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    quarters,
)
from plugins.skillslab.services.resources.teachers import Qualified
from plugins.skillslab.services.resources.travel import Stay, minutes_to, stays_of

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wish:
    """A session that somebody would like. `keep` are rooms, pieces and people that are taken first when they are free;
    `keep_assessors` those of the people who assess, so that the others go on teaching."""

    session_type: SessionType
    location: Location
    starts_at: datetime
    ends_at: datetime
    people: int
    keep_resources: frozenset[int] = frozenset()
    keep_people: frozenset[int] = frozenset()
    keep_assessors: frozenset[int] = frozenset()

    @property
    def stay(self) -> Stay:
        return Stay(self.location.pk, self.starts_at, self.ends_at)


@dataclass
class Answer:
    """The whole set for a session, or what is short; never half a set."""

    room: Resource | None = None
    pieces: list[Resource] = field(default_factory=list)
    instructors: list[int] = field(default_factory=list)
    assessors: list[int] = field(default_factory=list)
    shortages: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.shortages


@dataclass
class Timetable:
    """A skillslab in a period. `things` and `persons` are the quarters that are taken, by id; `stays` is what people teach, and
    `minutes` what it takes to come to a location from another."""

    rooms: dict[int, list[Resource]]
    pieces: dict[tuple[int, int], list[Resource]]
    opening: dict[tuple[int, int], list[OpeningHours]]
    closures: dict[int, list[Closure]]
    outages: dict[int, list[Span]]
    teachers: list[int]
    absences: dict[int, list[Span]]
    things: dict[int, set[int]]
    persons: dict[int, set[int]]
    names: dict[int, str]
    stays: dict[int, list[Stay]]
    minutes: dict[int, int]

    def find(self, wish: Wish, needs: Collection[EquipmentNeed], qualified: Qualified) -> Answer:
        """Everything that a session needs at that time, or what is short."""
        closed = self.closed_because(wish.location, wish.starts_at, wish.ends_at)
        if closed:
            return Answer(shortages=[closed])
        answer = Answer()
        self.choose_room(wish, answer)
        for need in needs:
            self.choose_pieces(wish, need, answer)
        self.choose_teachers(wish, qualified, answer)
        return answer

    def take(self, wish: Wish, answer: Answer) -> None:
        """Count what an answer uses as taken, for the next question."""
        for thing in [*([answer.room] if answer.room else []), *answer.pieces]:
            self.things[thing.pk].update(_thing_quarters(wish, thing))
        for person in [*answer.instructors, *answer.assessors]:
            self.persons[person].update(quarters(wish.starts_at, wish.ends_at))
            self.stays[person].append(wish.stay)

    def closed_because(self, location: Location, starts_at: datetime, ends_at: datetime) -> str:
        """Why a location cannot be used then; empty when it is open."""
        if location.retired_at is not None:
            return _("%(location)s is not used any more.") % {"location": location.name}
        if not self.is_open(location, starts_at, ends_at):
            names = {"location": location.name, "moment": full_moment(starts_at)}
            return _("%(location)s is not open on %(moment)s.") % names
        for closure in self.closures.get(location.pk, []):
            if closure.starts_at < ends_at and starts_at < closure.ends_at:
                words = _("%(location)s is closed on %(moment)s: %(reason)s.")
                names = {"location": location.name, "moment": full_moment(starts_at), "reason": closure.reason}
                return words % names
        return ""

    def never_has(self, location: Location, people: int, needs: Collection[EquipmentNeed]) -> list[str]:
        """What a location has too few of at any time: nothing where it may do."""
        found = []
        if max((each.capacity or 0 for each in self.rooms.get(location.pk, [])), default=0) < people:
            words = _("%(location)s has no room for %(people)d people.")
            found.append(words % {"location": location, "people": people})
        for need in needs:
            asked, there = need.pieces_for(people), len(self.pieces.get((location.pk, need.equipment_kind_id), []))
            if there < asked:
                words = _("%(location)s has %(there)d of %(kind)s, and %(asked)d are needed.")
                names = {"location": location, "there": there, "kind": need.equipment_kind, "asked": asked}
                found.append(words % names)
        return found

    def is_open(self, location: Location, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether a time is within the opening hours of that day of the week."""
        first, last = timezone.localtime(starts_at), timezone.localtime(ends_at)
        hours = self.opening.get((location.pk, first.isoweekday()), [])
        within = any(each.opens_at <= first.time() and last.time() <= each.closes_at for each in hours)
        return within and first.date() == last.date()

    def is_free(self, thing: Resource, wish: Wish) -> bool:
        if _overlaps(self.outages.get(thing.pk, []), wish.starts_at, wish.ends_at):
            return False
        return self.things[thing.pk].isdisjoint(_thing_quarters(wish, thing))

    def is_person_free(self, person: int, wish: Wish) -> bool:
        if _overlaps(self.absences.get(person, []), wish.starts_at, wish.ends_at):
            return False
        return self.persons[person].isdisjoint(quarters(wish.starts_at, wish.ends_at))

    def give_back(self, wish: Wish, things: Iterable[Resource], people: Iterable[int]) -> None:
        """Count what a session has at that time as free again, for the next question."""
        for thing in things:
            self.things[thing.pk].difference_update(_thing_quarters(wish, thing))
        for person in people:
            self.persons[person].difference_update(quarters(wish.starts_at, wish.ends_at))
            gone = (wish.starts_at, wish.ends_at)
            self.stays[person] = [each for each in self.stays[person] if (each.starts_at, each.ends_at) != gone]

    def comes_in_time(self, person: int, wish: Wish) -> bool:
        """Whether the way is free from what somebody teaches before, and to what they teach after."""
        here, stays = wish.stay, self.stays[person]
        before = max((each for each in stays if each.ends_at <= here.starts_at), key=_end, default=None)
        after = min((each for each in stays if each.starts_at >= here.ends_at), key=_start, default=None)
        pairs = [(before, here), (here, after)]
        return all(self._is_way_free(person, *each) for each in pairs)

    def _is_way_free(self, person: int, earlier: Stay | None, later: Stay | None) -> bool:
        if earlier is None or later is None or not earlier.is_followed_by(later):
            return True
        way = later.way(self.minutes.get(later.location, 0))
        return self.persons[person].isdisjoint(way) and way.start >= earlier.quarters.stop

    def choose_room(self, wish: Wish, answer: Answer) -> None:
        fitting = [each for each in self.rooms.get(wish.location.pk, []) if (each.capacity or 0) >= wish.people]
        fitting.sort(key=lambda each: (each.pk not in wish.keep_resources, each.capacity, each.name))
        answer.room = next((each for each in fitting if self.is_free(each, wish)), None)
        if answer.room is None:
            words = _("No room for %(people)d people is free in %(location)s.")
            answer.shortages.append(words % {"people": wish.people, "location": wish.location})

    def choose_pieces(self, wish: Wish, need: EquipmentNeed, answer: Answer) -> None:
        asked = need.pieces_for(wish.people)
        there = self.pieces.get((wish.location.pk, need.equipment_kind_id), [])
        free = [each for each in there if self.is_free(each, wish)]
        free.sort(key=lambda each: each.pk not in wish.keep_resources)
        if len(free) < asked:
            words = _("%(kind)s: %(asked)d needed, %(free)d free in %(location)s.")
            names = {"kind": need.equipment_kind, "asked": asked, "free": len(free), "location": wish.location}
            answer.shortages.append(words % names)
        answer.pieces += free[:asked]

    def choose_teachers(self, wish: Wish, qualified: Qualified, answer: Answer) -> None:
        asked = wish.session_type.instructors_for(wish.people)
        there = [each for each in self.teachers if self.is_person_free(each, wish)]
        free = [each for each in there if self.comes_in_time(each, wish)]
        able = qualified.instructors | qualified.assessors
        far = [each for each in there if each not in free and each in able]
        free.sort(key=lambda each: (each not in wish.keep_people, len(self.persons[each]), each))
        assessing = [each for each in free if each in qualified.assessors]
        assessing.sort(key=lambda each: (each not in wish.keep_assessors, each in wish.keep_people))
        answer.assessors = assessing[: wish.session_type.assessors]
        rest = [each for each in free if each in qualified.instructors and each not in answer.assessors]
        answer.instructors = rest[:asked]
        if len(answer.instructors) < asked:
            words = _("Instructors who are able and free: %(asked)d needed, %(free)d there.")
            answer.shortages.append(words % {"asked": asked, "free": len(answer.instructors)})
        if len(answer.assessors) < wish.session_type.assessors:
            words = _("Assessors with authority who are free: %(asked)d needed, %(free)d there.")
            names = {"asked": wish.session_type.assessors, "free": len(answer.assessors)}
            answer.shortages.append(words % names)
        if far and not answer.is_whole:
            words = _("No time for the way to or from another location: %(people)s.")
            answer.shortages.append(words % {"people": ", ".join(self.names[each] for each in far)})


def _thing_quarters(wish: Wish, thing: Resource) -> range:
    return thing_quarters(wish.session_type, thing, wish.starts_at, wish.ends_at)


def thing_quarters(session_type: SessionType, thing: Resource, starts_at: datetime, ends_at: datetime) -> range:
    """The quarters that a session takes of a thing, with setting up and cleaning up."""
    before = timedelta(minutes=max(session_type.setup_minutes, thing.setup_minutes))
    after = timedelta(minutes=max(session_type.cleanup_minutes, thing.cleanup_minutes))
    return quarters(starts_at - before, ends_at + after)


def _start(stay: Stay) -> datetime:
    return stay.starts_at


def _end(stay: Stay) -> datetime:
    return stay.ends_at


def _overlaps(spans: Iterable[Span], starts_at: datetime, ends_at: datetime) -> bool:
    return any(first < ends_at and starts_at < last for first, last in spans)


MARGIN = timedelta(hours=12)


def timetable_of(
    skillslab: Skillslab,
    starts_at: datetime,
    ends_at: datetime,
    *,
    without: Session | None = None,
    with_claims: bool = True,
) -> Timetable:
    """Read a skillslab in a period; `without` leaves out what one session has, as when that session moves. Eight queries;
    six without what is taken, for a question about what is there at all. What is taken are two more: what people teach, and
    how far it is."""
    first, last = starts_at - MARGIN, ends_at + MARGIN
    rooms, pieces = _things_of(skillslab)
    opening, closures = _hours_of(skillslab, first, last)
    outages = _spans(
        Outage.objects.filter(resource__location__skillslab=skillslab, starts_at__lt=last, ends_at__gt=first),
        "resource",
    )
    teachers = Teacher.objects.filter(skillslab=skillslab, left_at__isnull=True).select_related("person").order_by("pk")
    names = {each.person_id: str(each.person) for each in teachers}
    absences = _spans(Absence.objects.filter(teacher__person__in=names, ends_at__gt=first), "teacher__person")
    found = Timetable(
        rooms=rooms,
        pieces=pieces,
        opening=opening,
        closures=closures,
        outages=outages,
        teachers=list(names),
        absences=absences,
        things=defaultdict(set),
        persons=defaultdict(set),
        names=names,
        stays=defaultdict(list),
        minutes={},
    )
    if with_claims:
        own = [each.pk for listed in (*rooms.values(), *pieces.values()) for each in listed]
        found.things, found.persons = _taken(own, found.teachers, quarters(first, last), without)
        found.stays = stays_of(names, starts_at, ends_at, [without.pk] if without is not None else [])
        here = Location.objects.filter(skillslab=skillslab).values_list("pk", flat=True)
        found.minutes = minutes_to({*here, *(stay.location for listed in found.stays.values() for stay in listed)})
    return found


def _things_of(skillslab: Skillslab) -> tuple[dict[int, list[Resource]], dict[tuple[int, int], list[Resource]]]:
    """What is in use: rooms by location, pieces by location and kind."""
    rooms: dict[int, list[Resource]] = defaultdict(list)
    pieces: dict[tuple[int, int], list[Resource]] = defaultdict(list)
    for each in Resource.objects.in_use().filter(location__skillslab=skillslab).select_related("equipment_kind"):
        if each.equipment_kind_id is None:
            rooms[each.location_id].append(each)
        else:
            pieces[each.location_id, each.equipment_kind_id].append(each)
    return rooms, pieces


def _hours_of(
    skillslab: Skillslab, first: datetime, last: datetime
) -> tuple[dict[tuple[int, int], list[OpeningHours]], dict[int, list[Closure]]]:
    """When locations are open: hours by location and day of the week, closures in a period by location."""
    opening: dict[tuple[int, int], list[OpeningHours]] = defaultdict(list)
    for hours in OpeningHours.objects.filter(location__skillslab=skillslab):
        opening[hours.location_id, hours.weekday].append(hours)
    closures: dict[int, list[Closure]] = defaultdict(list)
    for closure in Closure.objects.filter(location__skillslab=skillslab, starts_at__lt=last, ends_at__gt=first):
        closures[closure.location_id].append(closure)
    return opening, closures


def _spans(rows: object, owner: str) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for key, first, last in rows.values_list(owner, "starts_at", "ends_at"):  # type: ignore[attr-defined]
        found[key].append((first, last))
    return found


def _taken(
    resources: list[int], people: list[int], span: range, without: Session | None
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """The quarters that are taken, straight from the two unique indexes: nothing is joined, and a quarter of a year of a
    busy skillslab is some seventy thousand rows."""
    things: dict[int, set[int]] = defaultdict(set)
    persons: dict[int, set[int]] = defaultdict(set)
    within = Claim.objects.filter(quarter__gte=span.start, quarter__lt=span.stop, is_travel=False)
    if without is not None:
        within = within.exclude(allocation__session=without)
    for resource, quarter in within.filter(resource__in=resources).values_list("resource_id", "quarter"):
        things[resource].add(quarter)
    for person, quarter in within.filter(person__in=people).values_list("person_id", "quarter"):
        persons[person].add(quarter)
    return things, persons
