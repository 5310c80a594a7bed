"""Adding, changing and retiring what a skillslab has. What has been in a session is never deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.models import (
    Absence,
    Booking,
    Closure,
    EquipmentKind,
    Location,
    OpeningHours,
    Outage,
    Partner,
    Resource,
    SeatShare,
    Session,
    SessionType,
    Skillslab,
    Teacher,
    TravelTime,
)

LETTERS_OF_PLACE, LETTERS_OF_KIND = 3, 4
Hours = tuple[int, time, time]


@transaction.atomic
def add_pieces(
    *, kind: EquipmentKind, location: Location, number: int, shelf: str, with_codes: bool, by: User
) -> list[Resource]:
    """So many pieces at once, numbered on from those that are or were there; each with a scan code that nothing else has."""
    require(by, "skillslab.look_after", kind.skillslab)
    if location.skillslab_id != kind.skillslab_id:
        raise SetupRefusedError(_("This location is of another skillslab. Choose one of this skillslab."))
    names = set(Resource.objects.filter(location=location).values_list("name", flat=True))
    start = f"{_letters(location.name, LETTERS_OF_PLACE)}-{_letters(kind.name, LETTERS_OF_KIND)}"
    codes = set(Resource.objects.filter(scan_code__startswith=start).values_list("scan_code", flat=True))
    added: list[Resource] = []
    count = 0
    while len(added) < number:
        count += 1
        name, code = f"{kind.name} {count}", f"{start}-{count:02}"
        if name in names or (with_codes and code in codes):
            continue
        added.append(
            Resource(
                location=location,
                kind=Resource.Kind.PIECE,
                equipment_kind=kind,
                name=name,
                scan_code=code if with_codes else "",
                shelf=shelf,
            )
        )
    return Resource.objects.bulk_create(added)


def _letters(words: str, number: int) -> str:
    return slugify(words).replace("-", "")[:number].upper() or "X"


def free_slug(taken: Collection[str], words: str) -> str:
    """A short name for something new, which nothing else has."""
    start = slugify(words)[:50] or "x"
    return next(
        each
        for number in range(1, len(taken) + 2)
        if (each := start + (f"-{number}" if number > 1 else "")) not in taken
    )


def set_hours(*, location: Location, hours: Collection[Hours]) -> None:
    """The opening hours of a week, in place of those before."""
    OpeningHours.objects.filter(location=location).delete()
    OpeningHours.objects.bulk_create(
        [OpeningHours(location=location, weekday=day, opens_at=opens, closes_at=closes) for day, opens, closes in hours]
    )


def set_travel(*, location: Location, minutes: Mapping[int, int | None]) -> None:
    """How long the people of organisations (ids) need to come; None is not known."""
    TravelTime.objects.filter(location=location, organisation__in=minutes).delete()
    TravelTime.objects.bulk_create(
        [
            TravelTime(location=location, organisation_id=organisation, minutes=number)
            for organisation, number in minutes.items()
            if number is not None
        ]
    )


def set_retired(thing: Resource | Location | SessionType, is_retired: bool) -> None:
    """Take something out of use, or into use again; what it was used for stays."""
    thing.retired_at = timezone.now() if is_retired else None
    thing.save(update_fields=["retired_at"])


def set_teaching(teacher: Teacher, teaches: bool) -> None:
    """Let somebody stop teaching here, or begin again."""
    teacher.left_at = None if teaches else timezone.now()
    teacher.save(update_fields=["left_at"])


@transaction.atomic
def end_period(
    *, period: Outage | Closure | Absence, skillslab: Skillslab, by: User, now: datetime | None = None
) -> None:
    """It works, is open or comes again: what has not begun never was, and what has ends now. Twice changes nothing."""
    require(by, "skillslab.look_after", skillslab)
    moment = now or timezone.now()
    if period.starts_at >= moment:
        period.delete()
    elif period.ends_at > moment:
        period.ends_at = moment
        period.save(update_fields=["ends_at"])


@transaction.atomic
def delete_kind(*, kind: EquipmentKind, by: User) -> None:
    """Remove a kind of equipment that nothing ever used. Raises SetupRefusedError for any other."""
    require(by, "skillslab.look_after", kind.skillslab)
    if kind.pieces.exists() or SessionType.objects.filter(equipment_needs__equipment_kind=kind).exists():
        raise SetupRefusedError(
            _("“%(kind)s” has pieces, or sessions need it. Take the pieces out of use.") % {"kind": kind}
        )
    kind.delete()


@transaction.atomic
def add_partner(*, skillslab: Skillslab, organisation: Organisation, by: User) -> Partner:
    """Let the people of an organisation come. Whether it has the plugin on is up to itself."""
    require(by, "skillslab.look_after", skillslab)
    return Partner.objects.get_or_create(skillslab=skillslab, organisation=organisation)[0]


@transaction.atomic
def remove_partner(*, partner: Partner, by: User) -> None:
    """Let an organisation take part no more. Raises SetupRefusedError while its people have places to come, places are kept
    for it, it runs sessions, or it looks after the skillslab."""
    skillslab, organisation = partner.skillslab, partner.organisation
    require(by, "skillslab.look_after", skillslab)
    if organisation.pk == skillslab.owner_id:
        raise SetupRefusedError(
            _("%(organisation)s looks after this skillslab, so it takes part.") % {"organisation": organisation}
        )
    now, names = timezone.now(), {"organisation": organisation}
    coming = Booking.objects.filter(organisation=organisation, session__session_type__skillslab=skillslab)
    count = coming.with_seat_at(now).filter(session__ends_at__gt=now).count()
    if count:
        words = _("%(count)d people of %(organisation)s have a place. Talk to their coordinator first.")
        raise SetupRefusedError(words % {**names, "count": count})
    running = Session.objects.filter(session_type__skillslab=skillslab, organiser=organisation, ends_at__gt=now)
    if running.exclude(state__in=[Session.State.CANCELLED, Session.State.CLOSED]).exists():
        raise SetupRefusedError(
            _("%(organisation)s runs sessions that are still to come. Call these off first.") % names
        )
    if SeatShare.objects.filter(
        organisation=organisation, session__session_type__skillslab=skillslab, session__ends_at__gt=now
    ).exists():
        raise SetupRefusedError(_("Places are kept for %(organisation)s. Change these sessions first.") % names)
    partner.delete()
