"""Sessions of some types, as one person can take them: their own first, then the next ones, with what is missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat
from django.utils import timezone

from courses.api import Module, VersionActivity
from lxp.models import Organisation, User
from plugins.skillslab.exceptions import WayOn
from plugins.skillslab.models import Booking, Session, SessionType, WaitlistEntry
from plugins.skillslab.services.bookings.prerequisites import missing_of, ways_to, words_of
from plugins.skillslab.services.choices.week import Slot, slots_of

KIND = "skillslab_session"
SHOWN = 3
LOOKED_AT = 12
RELATED = ("session_type__skillslab", "room__location")
PARTNER = "session_type__skillslab__partners"
OWN = frozenset({"mine", "asked", "offered", "waiting"})


@dataclass(frozen=True)
class Openings:
    """`own` are sessions in which somebody has a place or waits, `slots` the next ones. `missing` is what they need first."""

    own: list[Slot]
    slots: list[Slot]
    missing: list[str] = field(default_factory=list)
    ways_on: list[WayOn] = field(default_factory=list)
    request_uuid: UUID = field(default_factory=uuid.uuid4)

    @property
    def has_place(self) -> bool:
        return any(each.state == "mine" for each in self.own)


def with_key(types: QuerySet[SessionType]) -> QuerySet[Any]:
    """Types with the name under which an activity knows them."""
    return types.annotate(key=Concat("skillslab__slug", Value("/"), "slug", output_field=CharField()))


def type_choices(author: User | None = None) -> list[tuple[str, str]]:
    """What an author can choose from: key, and title with the skillslab. Types of skillslabs in which their organisations
    take part, and those that their modules name already; without an author all."""
    rows = with_key(SessionType.objects.filter(retired_at__isnull=True)).select_related("skillslab")
    if author is not None:
        own = Q(skillslab__partners__organisation__in=author.organisations)
        rows = rows.filter(own | Q(key__in=_named_by(author))).distinct()
    return [(each.key, f"{each} ({each.skillslab})") for each in rows.order_by("title", "pk")]


def _named_by(author: User) -> list[str]:
    mine = author.organisations
    modules = Module.objects.filter(Q(owner__in=mine) | Q(co_owners__in=mine))
    named = VersionActivity.objects.filter(version__in=modules.values("current_version"), kind=KIND)
    return list(named.annotate(key=KT("content__session_type")).values_list("key", flat=True).distinct())


def type_named(key: str) -> SessionType | None:
    lab, _slash, slug = key.partition("/")
    return SessionType.objects.filter(skillslab__slug=lab, slug=slug).first()


def types_of_module(module: Module) -> QuerySet[Any]:
    """The types of which sessions serve this module, or that one of its activities names; for use inside a query."""
    named = VersionActivity.objects.filter(version=module.current_version_id, kind=KIND)
    keys = named.annotate(key=KT("content__session_type")).values("key")
    return with_key(SessionType.objects.all()).filter(Q(module=module) | Q(key__in=keys))


def openings_for(*, person: User, types: Iterable[SessionType]) -> Openings:
    """Two queries at most; with the prerequisites of one type at most four more."""
    listed = list(types)
    found = _sessions(person, Q(session_type__in=listed))
    missing = [] if any(each.state in OWN for each in found) else _missing(person, listed, found)
    return Openings(
        own=[each for each in found if each.state in OWN],
        slots=[each for each in found if each.state not in OWN][:SHOWN],
        missing=[words_of(each) for each in missing],
        ways_on=ways_to(missing) if missing else [],
    )


def openings_of_module(*, module: Module, person: User) -> Openings:
    """The same beside a module, without what is missing."""
    found = _sessions(person, Q(session_type__in=types_of_module(module).values("pk")))
    own = [each for each in found if each.state in OWN]
    return Openings(own, [each for each in found if each.state not in OWN][:SHOWN])


def _sessions(person: User, wanted: Q) -> list[Slot]:
    """Own sessions first, then those that begin soonest. Two queries; one where there is none."""
    employers = {each.pk: each for each in person.staff_organisations if "skillslab" in each.plugins}
    if not employers:
        return []
    now = timezone.now()
    places = Booking.objects.filter(session=OuterRef("pk"), person=person).with_seat_at(now)
    waits = WaitlistEntry.objects.waiting().order_by().filter(session=OuterRef("pk"), person=person)
    rows = Session.objects.published().filter(wanted, ends_at__gt=now, **{f"{PARTNER}__organisation__in": employers})
    rows = rows.annotate(
        is_own=Exists(places) | Exists(waits),
        partner=F(f"{PARTNER}__pk"),
        employer=F(f"{PARTNER}__organisation"),
    )
    rows = rows.select_related(*RELATED).order_by("-is_own", "starts_at", "pk", "partner")
    sessions: dict[int, Session] = {}
    labs: dict[int, list[Organisation]] = {}
    for each in rows[: LOOKED_AT * len(employers)]:  # a row for each employer of theirs that is a partner
        sessions.setdefault(each.pk, each)
        able = labs.setdefault(each.session_type.skillslab_id, [])
        if employers[each.employer] not in able:
            able.append(employers[each.employer])
    listed = list(sessions.values())[:LOOKED_AT]
    slots = slots_of(person, listed, labs, now) if listed else []
    return [each for each in slots if each.state != "closed"]


def _missing(person: User, types: list[SessionType], found: list[Slot]) -> list[Any]:
    """What somebody must have on the day of the next session, where there is one type only."""
    if len(types) != 1 or not found:
        return []
    day = timezone.localdate(found[0].session.starts_at)
    return missing_of(session_type=types[0], people=[person.pk], day=day).get(person.pk, [])
