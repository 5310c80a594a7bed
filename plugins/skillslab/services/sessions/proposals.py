"""Dates for many sessions at once: everything is read once, and each date has its whole set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import EquipmentNeed, Location, SessionType
from plugins.skillslab.services.resources.teachers import staff_of
from plugins.skillslab.services.resources.timetable import Answer, Timetable, Wish, timetable_of
from plugins.skillslab.services.sessions.planning import check_capacity, needs_of

MOST_SESSIONS = 60
MOST_DAYS = 366
STEP = timedelta(minutes=30)
LIKED_STARTS = (time(9), time(13))
PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), time(23, 59))}
REASONS_SHOWN, DAYS_SHOWN = 6, 4


@dataclass(frozen=True)
class Preferences:
    """What a coordinator asks: so many sessions from a day until and including a day. Empty means any."""

    session_type: SessionType
    count: int
    first: date
    last: date
    capacity: int
    location: Location | None = None
    weekdays: frozenset[int] = frozenset()
    part: str = ""
    is_spread: bool = True

    @property
    def days(self) -> list[date]:
        every = (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))
        return [day for day in every if not self.weekdays or day.isoweekday() in self.weekdays]

    def takes(self, start: time) -> bool:
        first, last = PARTS.get(self.part, (time(0), time(23, 59)))
        return first <= start < last


@dataclass
class Proposed:
    """One session with everything that it would get."""

    wish: Wish
    answer: Answer
    teachers: list[str] = field(default_factory=list)
    assessors: list[str] = field(default_factory=list)

    @property
    def equipment(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for piece in self.answer.pieces:
            found[str(piece.equipment_kind)] = found.get(str(piece.equipment_kind), 0) + 1
        return found


@dataclass
class Reason:
    """What was short, and on which days."""

    words: str
    days: list[date]

    @property
    def shown_days(self) -> list[date]:
        return self.days[:DAYS_SHOWN]

    @property
    def more_days(self) -> int:
        return max(0, len(self.days) - DAYS_SHOWN)


@dataclass
class Proposal:
    """Dates for a series, in order; `reasons` where there are fewer than asked."""

    preferences: Preferences
    sessions: list[Proposed]
    reasons: list[Reason]

    @property
    def lacking(self) -> int:
        return self.preferences.count - len(self.sessions)

    @property
    def places(self) -> int:
        return len(self.sessions) * self.preferences.capacity


def check_preferences(preferences: Preferences) -> None:
    """Raise SessionRefusedError for what no series can be."""
    check_capacity(preferences.session_type, preferences.capacity)
    if not 1 <= preferences.count <= MOST_SESSIONS:
        raise SessionRefusedError(_("Plan %(most)d sessions at most at a time.") % {"most": MOST_SESSIONS})
    if preferences.last < preferences.first or preferences.last < timezone.localdate():
        raise SessionRefusedError(_("The last day is after the first, and not over yet. Choose other days."))
    if (preferences.last - preferences.first).days >= MOST_DAYS:
        raise SessionRefusedError(_("Choose a year at most."))


def propose(*, preferences: Preferences) -> Proposal:
    """Dates at which everything is free, as preferred; as many as there are. Only reads: some fifteen queries, whatever
    the number of sessions. Raises SessionRefusedError for what no series can be."""
    check_preferences(preferences)
    return _Search(preferences).run()


class _Search:
    """One search. A moment that failed once is never tried again, since what is free only becomes less."""

    def __init__(self, preferences: Preferences) -> None:
        self.wanted, kind = preferences, preferences.session_type
        first = timezone.make_aware(datetime.combine(preferences.first, time()))
        last = timezone.make_aware(datetime.combine(preferences.last, time(23, 59)))
        self.earliest = timezone.now() + timedelta(hours=1)
        self.table: Timetable = timetable_of(kind.skillslab, max(first, self.earliest), max(last, self.earliest))
        self.needs: list[EquipmentNeed] = needs_of(kind)
        self.staff = staff_of(kind.skillslab, timezone.localdate(self.earliest), [kind])
        in_use = kind.skillslab.locations.filter(retired_at__isnull=True)
        found = in_use.select_related("skillslab").order_by("name")
        self.locations = [each for each in found if preferences.location in (None, each)]
        self.days = preferences.days
        self.open_moments: dict[date, list[Wish]] = {}
        self.shortest: dict[date, list[str]] = {}
        self.always: list[str] = []

    def run(self) -> Proposal:
        self._leave_out_locations()
        found: list[Proposed] = []
        taken: dict[date, int] = {}
        for number in range(self.wanted.count):
            chosen = self._next(number, taken)
            if chosen is None:
                break
            found.append(chosen)
            day = timezone.localdate(chosen.wish.starts_at)
            taken[day] = taken.get(day, 0) + 1
        found.sort(key=lambda each: (each.wish.starts_at, each.wish.location.name))
        return Proposal(self.wanted, found, self._reasons() if len(found) < self.wanted.count else [])

    def _leave_out_locations(self) -> None:
        """What a location never has needs no looking at each half hour."""
        usable = []
        for location in self.locations:
            lacks = self.table.never_has(location, self.wanted.capacity, self.needs)
            self.always += lacks
            if not lacks:
                usable.append(location)
        self.locations = usable

    def _next(self, number: int, taken: dict[date, int]) -> Proposed | None:
        for day in self._days_in_order(number, taken):
            moments = self._moments(day)
            while moments:
                wish = moments[0]
                answer = self.table.find(wish, self.needs, self.staff.qualified(wish.session_type, day))
                if answer.is_whole:
                    self.table.take(wish, answer)
                    return Proposed(wish, answer, self._names(answer.instructors), self._names(answer.assessors))
                moments.pop(0)
                self._note(day, answer.shortages)
        return None

    def _days_in_order(self, number: int, taken: dict[date, int]) -> list[date]:
        """Spread: the days nearest to this session's share of the period, first those without a session. Else as they come."""
        if not self.wanted.is_spread:
            return self.days
        ideal = (number + 0.5) * len(self.days) / self.wanted.count - 0.5
        places = sorted(range(len(self.days)), key=lambda place: (taken.get(self.days[place], 0), abs(place - ideal)))
        return [self.days[place] for place in places]

    def _moments(self, day: date) -> list[Wish]:
        """What is still to be tried on a day, the usual hours first."""
        if day not in self.open_moments:
            wishes = [wish for location in self.locations for wish in self._moments_at(location, day)]
            self.open_moments[day] = sorted(wishes, key=_by_start)
            if self.locations and not wishes:
                self._note(day, [_("No location is open at these hours.")])
        return self.open_moments[day]

    def _moments_at(self, location: Location, day: date) -> Iterator[Wish]:
        kind = self.wanted.session_type
        length = timedelta(minutes=kind.minutes)
        for hours in self.table.opening.get((location.pk, day.isoweekday()), []):
            moment, closes = datetime.combine(day, hours.opens_at), datetime.combine(day, hours.closes_at)
            while moment + length <= closes:
                starts_at = timezone.make_aware(moment)
                if self.wanted.takes(moment.time()) and starts_at > self.earliest:
                    yield Wish(kind, location, starts_at, starts_at + length, self.wanted.capacity)
                moment += STEP

    def _note(self, day: date, shortages: list[str]) -> None:
        """Keep for each day the moment at which least was short."""
        if day not in self.shortest or len(shortages) < len(self.shortest[day]):
            self.shortest[day] = shortages

    def _names(self, people: list[int]) -> list[str]:
        return [self.table.names[each] for each in people]

    def _reasons(self) -> list[Reason]:
        by_words: dict[str, list[date]] = {words: [] for words in self.always}
        for day, shortages in sorted(self.shortest.items()):
            for words in shortages:
                by_words.setdefault(words, []).append(day)
        if not self.days:
            by_words[_("None of these days is in this period.")] = []
        reasons = [Reason(words, days) for words, days in by_words.items()]
        return sorted(reasons, key=lambda each: (bool(each.days), -len(each.days)))[:REASONS_SHOWN]


def _by_start(wish: Wish) -> tuple[int, datetime, str]:
    start = timezone.localtime(wish.starts_at).time()
    liked = LIKED_STARTS.index(start) if start in LIKED_STARTS else len(LIKED_STARTS)
    return liked, wish.starts_at, wish.location.name
