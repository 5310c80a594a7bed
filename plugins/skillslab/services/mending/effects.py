"""What a change of the skillslab does to sessions and people: shown before it is saved, and looked at again as it is saved.

A change is any callable that writes. It is made, the sessions are looked at as they are then, and what was not seen before
undoes it all: so what is shown and what is done cannot differ.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.exceptions import SessionRefusedError, SkillslabError
from plugins.skillslab.models import Booking, Session, Skillslab
from plugins.skillslab.permissions import coordinated
from plugins.skillslab.services.mending.gaps import Gap, Outlook, outlook_of
from plugins.skillslab.services.mending.mends import Mend, carry_out, mends_for

Change = Callable[[], object]


@dataclass
class Affected:
    """One session that a change touches: what it would miss, what it could have instead, and how many people have a place.
    `names` are those whose names the reader may see, with `shown` their ids; the others are only counted."""

    mend: Mend
    gaps: list[Gap]
    people: int = 0
    names: list[str] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.mend.session

    @property
    def others(self) -> int:
        return self.people - len(self.names)


@dataclass
class Effects:
    """Everything that a change touches. `stamp` is empty where it touches nothing; else it says what was seen."""

    affected: list[Affected] = field(default_factory=list)

    @property
    def people(self) -> int:
        return sum(each.people for each in self.affected)

    @property
    def mendable(self) -> int:
        return sum(bool(each.mend.swaps) for each in self.affected)

    @property
    def stamp(self) -> str:
        if not self.affected:
            return ""
        seen = [
            [
                each.session.pk,
                each.session.starts_at.isoformat(),
                each.people,
                [gap.words for gap in each.gaps],
                [[swap.out, swap.into] for swap in each.mend.swaps],
                each.mend.left,
            ]
            for each in self.affected
        ]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


class EffectsChangedError(SkillslabError):
    """A change touches something that its maker has not seen; `effects` are what it touches now. Nothing was saved."""

    def __init__(self, effects: Effects) -> None:
        super().__init__(_("Something changed since you looked. Look again at what this does."))
        self.effects = effects


@transaction.atomic
def make_change(*, skillslab: Skillslab, change: Change, by: User, seen: str = "", mend: bool = False) -> Effects:
    """Save a change of what a skillslab has, when `seen` is the stamp of exactly what it touches; with `mend` sessions get
    something else at once where there is something.

    Raises EffectsChangedError, with what it touches, for anything else: so without `seen` only what touches nothing is
    saved. Changes of one skillslab wait for one another.
    """
    require(by, "skillslab.look_after", skillslab)
    Skillslab.objects.select_for_update().get(pk=skillslab.pk)
    before = outlook_of(skillslab)
    change()
    effects, mends = _effects(skillslab, before, by)
    if mend and effects.affected:
        _lock([each.session for each in mends])
        effects, mends = _effects(skillslab, before, by)  # nobody else changes these sessions any more
    if effects.stamp != seen:
        raise EffectsChangedError(effects)
    if mend:
        try:
            carry_out(mends, by)
        except SessionRefusedError as refusal:
            raise EffectsChangedError(effects) from refusal
    return effects


def repairs_for(*, session: Session, by: User) -> Effects:
    """What one session misses today, and what it could have instead. Only reads."""
    return _repairs(session, by)[0]


@transaction.atomic
def repair(*, session: Session, by: User, seen: str) -> Effects:
    """Give one session what it could have instead, when that is what was seen. Raises EffectsChangedError otherwise."""
    require(by, "session.staff", session)
    Skillslab.objects.select_for_update().get(pk=session.session_type.skillslab_id)
    _lock([session])
    effects, mends = _repairs(session, by)
    if effects.stamp != seen:
        raise EffectsChangedError(effects)
    try:
        carry_out(mends, by)
    except SessionRefusedError as refusal:
        raise EffectsChangedError(effects) from refusal
    return effects


def _repairs(session: Session, by: User) -> tuple[Effects, list[Mend]]:
    outlook = outlook_of(session.session_type.skillslab)
    mends = mends_for(outlook, [each for each in outlook.troubled if each.session.pk == session.pk])
    affected = [Affected(each, each.troubled.gaps) for each in mends]
    count_people(affected, by)
    return Effects(affected), mends


def _lock(sessions: Iterable[Session]) -> None:
    keys = [each.pk for each in sessions]
    list(Session.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _effects(skillslab: Skillslab, before: Outlook, by: User) -> tuple[Effects, list[Mend]]:
    """What is missing now and was not before."""
    known = {(each.session.pk, gap) for each in before.troubled for gap in each.gaps}
    after = outlook_of(skillslab)
    troubled = [each for each in after.troubled if any((each.session.pk, gap) not in known for gap in each.gaps)]
    mends = mends_for(after, troubled)
    fresh = {each.session.pk: [gap for gap in each.gaps if (each.session.pk, gap) not in known] for each in troubled}
    affected = [Affected(each, fresh[each.session.pk]) for each in mends]
    count_people(affected, by)
    return Effects(affected), mends


def count_people(affected: Collection[Affected], by: User) -> None:
    """Who has a place in these sessions; names of own people, and of everybody in sessions that the reader runs. One query."""
    own = {each.pk for each in coordinated(by)}
    found: dict[int, list[Booking]] = defaultdict(list)
    rows = Booking.objects.filter(session__in=[each.session.pk for each in affected]).with_seat_at(timezone.now())
    for row in rows.select_related("person").order_by("seat"):
        found[row.session_id].append(row)
    for each in affected:
        bookings, runs = found[each.session.pk], each.session.organiser_id in own
        each.people = len(bookings)
        visible = [row.person for row in bookings if row.person is not None and (runs or row.organisation_id in own)]
        each.names, each.shown = [str(person) for person in visible], [person.pk for person in visible]
