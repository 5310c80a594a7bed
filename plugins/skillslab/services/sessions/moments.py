"""Where and when else a session could be: looked up in a timetable that was read once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils import timezone

from plugins.skillslab.models import EquipmentNeed, Location
from plugins.skillslab.services.resources.teachers import Staff
from plugins.skillslab.services.resources.timetable import Timetable, Wish

LOOK_AROUND = timedelta(days=14)
STEP = timedelta(minutes=30)
NOT_BEFORE = timedelta(hours=1)
NEAREST = 3


def ways_out(
    table: Timetable, wish: Wish, needs: Collection[EquipmentNeed], staff: Staff, elsewhere: Iterable[Location]
) -> list[Wish]:
    """The same time at another location, and the three nearest moments at the own one, at which everything is free."""
    others = [replace(wish, location=each) for each in elsewhere if each.pk != wish.location.pk]
    found = [each for each in others if _is_whole(table, each, needs, staff)]
    return [*found, *nearest_to(table, wish, needs, staff)]


def nearest_to(
    table: Timetable, wish: Wish, needs: Collection[EquipmentNeed], staff: Staff, *, limit: int = NEAREST
) -> list[Wish]:
    """The moments nearest to a wish, at its location, at which everything is free."""
    nearest: list[Wish] = []
    for moment in _outward(wish.starts_at, timezone.now() + NOT_BEFORE):
        other = replace(wish, starts_at=moment, ends_at=moment + (wish.ends_at - wish.starts_at))
        if table.is_open(other.location, other.starts_at, other.ends_at) and _is_whole(table, other, needs, staff):
            nearest.append(other)
        if len(nearest) == limit:
            break
    return nearest


def _is_whole(table: Timetable, wish: Wish, needs: Collection[EquipmentNeed], staff: Staff) -> bool:
    qualified = staff.qualified(wish.session_type, timezone.localdate(wish.starts_at))
    return table.find(wish, needs, qualified).is_whole


def _outward(moment: datetime, first: datetime) -> Iterator[datetime]:
    """Half an hour later and earlier, an hour later and earlier, and so on, at most two weeks away."""
    for number in range(1, LOOK_AROUND // STEP + 1):
        for each in (moment + number * STEP, moment - number * STEP):
            if each >= first:
                yield each
