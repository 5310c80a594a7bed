"""Handing out what a session uses, and taking it back: piece by piece, by the code on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import User
from lxp.permissions import require
from lxp.wording import clock_time, full_moment
from plugins.skillslab.exceptions import WrongPieceError
from plugins.skillslab.models import Allocation, Claim, Outage, Resource, Session, quarters
from plugins.skillslab.services.resources.claims import lock, store
from plugins.skillslab.services.resources.timetable import thing_quarters
from plugins.skillslab.services.sessions.roster import BY_NAME

EARLY = timedelta(hours=24)
OUT, BACK = "out", "back"


@dataclass
class Shelf:
    """The pieces of a session that lie in one place, in the order of their names."""

    name: str
    pieces: list[Allocation] = field(default_factory=list)


@dataclass(frozen=True)
class Scanned:
    """One piece that was scanned; `is_new` unless that had been done already."""

    allocation: Allocation
    words: str
    is_new: bool


def pieces_of(session: Session) -> list[Allocation]:
    rows = Allocation.objects.filter(session=session, role=Allocation.Role.EQUIPMENT)
    related = ("resource__equipment_kind", "resource__location", "handed_out_by", "returned_to")
    return list(rows.select_related(*related).order_by(*BY_NAME))


def shelves_of(session: Session) -> list[Shelf]:
    """What must be laid ready, by where it is kept: so that somebody walks past each place once. One query."""
    found: dict[tuple[str, str], Shelf] = {}
    for each in pieces_of(session):
        thing = each.resource
        if thing is not None:
            location = "" if thing.location_id == session.room.location_id else f"{thing.location}: "
            found.setdefault((location, thing.shelf), Shelf(f"{location}{thing.shelf}")).pieces.append(each)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], not key[1], key[1]))]


@transaction.atomic
def scan(*, session: Session, code: str, direction: str, by: User) -> Scanned:
    """Hand a piece out (`OUT`) or take it back (`BACK`), by its scan code. Scanning twice is once.

    Raises WrongPieceError for what is not of this session, with what it could replace.
    """
    locked = lock(session)
    require(by, "session.teach", locked)
    now = timezone.now()
    _check_time(locked, direction, now)
    piece = _piece(locked, code)
    allocation = Allocation.objects.filter(session=locked, resource=piece).first()
    if allocation is None:
        raise _wrong(locked, piece, direction, now)
    allocation.resource = piece
    return _take_back(allocation, now, by) if direction == BACK else _hand_out(allocation, now, by)


def _check_time(session: Session, direction: str, now: datetime) -> None:
    if direction == BACK and session.state in (Session.State.PUBLISHED, Session.State.CLOSED):
        return
    if session.state != Session.State.PUBLISHED:
        raise WrongPieceError(_("This session is over or cancelled: nothing is handed out any more."))
    if now < session.starts_at - EARLY:
        raise WrongPieceError(_("You can hand out from a day before the session."))


def _piece(session: Session, code: str) -> Resource:
    typed = "".join(code.split())
    found = Resource.objects.select_related("location", "equipment_kind").filter(scan_code__iexact=typed).first()
    if not typed or found is None:
        words = _("Nothing has the code “%(code)s”. Scan it again, or type what is on the label.")
        raise WrongPieceError(words % {"code": code.strip()})
    if found.location.skillslab_id != session.session_type.skillslab_id:
        raise WrongPieceError(_("This is of another skillslab. Bring it back there."))
    if found.kind != Resource.Kind.PIECE:
        words = _("“%(name)s” is a room. Scan a piece of equipment.")
        raise WrongPieceError(words % {"name": found})
    return found


def _hand_out(allocation: Allocation, now: datetime, by: User) -> Scanned:
    names = {"name": allocation.resource, "time": clock_time(allocation.handed_out_at)}
    if allocation.handed_out_at is not None and allocation.returned_at is None:
        return Scanned(allocation, _("“%(name)s” was handed out already, at %(time)s.") % names, is_new=False)
    allocation.handed_out_at, allocation.handed_out_by = now, by
    allocation.returned_at, allocation.returned_to = None, None
    allocation.save(update_fields=["handed_out_at", "handed_out_by", "returned_at", "returned_to"])
    return Scanned(allocation, _("“%(name)s” is handed out.") % names, is_new=True)


def _take_back(allocation: Allocation, now: datetime, by: User) -> Scanned:
    piece = allocation.resource
    names = {"name": piece, "time": clock_time(allocation.returned_at), "shelf": piece.shelf if piece else ""}
    if allocation.handed_out_at is None:
        raise WrongPieceError(_("“%(name)s” was not handed out. There is nothing to take back.") % names, piece)
    if allocation.returned_at is not None:
        return Scanned(allocation, _("“%(name)s” came back already, at %(time)s.") % names, is_new=False)
    allocation.returned_at, allocation.returned_to = now, by
    allocation.save(update_fields=["returned_at", "returned_to"])
    words = _("“%(name)s” came back. It belongs here: %(shelf)s.") if names["shelf"] else _("“%(name)s” came back.")
    return Scanned(allocation, words % names, is_new=True)


# ── what is not of this session ──


def _wrong(session: Session, piece: Resource, direction: str, now: datetime) -> WrongPieceError:
    names = {"name": piece, "shelf": piece.shelf}
    holder = holder_of(piece, session, now)
    if holder is not None:
        names |= {"title": holder.session_type, "moment": full_moment(holder.starts_at), "room": holder.room}
        return WrongPieceError(
            _("“%(name)s” belongs to “%(title)s” (%(moment)s, %(room)s). Lay it back.") % names, piece
        )
    if direction == BACK:
        return WrongPieceError(_("“%(name)s” is not of this session. Lay it back on its place.") % names, piece)
    reason = _out_of_use(piece, session, now)
    if reason:
        return WrongPieceError(_("“%(name)s” cannot be used now: %(reason)s.") % {**names, "reason": reason}, piece)
    same = _not_handed_out(session, piece)
    if same:
        words = _("“%(name)s” is not booked for this session. It is free: you can take it in place of another.")
        return WrongPieceError(words % names, piece, same)
    return WrongPieceError(
        _("“%(name)s” is not booked for this session, and it needs no more of these.") % names, piece
    )


def _not_handed_out(session: Session, piece: Resource) -> list[Allocation]:
    """What is booked of the same kind and not handed out yet."""
    rows = Allocation.objects.filter(
        session=session, resource__equipment_kind=piece.equipment_kind_id, handed_out_at__isnull=True
    )
    return list(rows.select_related("resource").order_by("resource__name"))


def holder_of(piece: Resource, session: Session, now: datetime) -> Session | None:
    """The other session that has a piece until this one is over: where it is still out, or for which it is booked."""
    out = Allocation.objects.filter(resource=piece, handed_out_at__isnull=False, returned_at__isnull=True)
    span = _span_from_now(session, piece, now)
    booked = Q(claims__quarter__gte=span.start, claims__quarter__lt=span.stop, resource=piece)
    rows = Allocation.objects.filter(Q(pk__in=out.values("pk")) | booked).exclude(session=session).distinct()
    found = rows.select_related("session__session_type", "session__room").order_by("session__starts_at").first()
    return found.session if found is not None else None


def _span_from_now(session: Session, piece: Resource, now: datetime) -> range:
    """The quarters for which a session would still need a piece."""
    whole = thing_quarters(session.session_type, piece, session.starts_at, session.ends_at)
    return range(max(whole.start, quarters(now, now + timedelta(seconds=1)).start), whole.stop)


def _out_of_use(piece: Resource, session: Session, now: datetime) -> str:
    if piece.retired_at is not None:
        return _("it was taken out of use")
    outage = Outage.objects.filter(resource=piece, starts_at__lt=session.ends_at, ends_at__gt=now).first()
    return outage.reason if outage is not None else ""


@transaction.atomic
def swap_piece(*, session: Session, allocation: Allocation, code: str, by: User) -> Scanned:
    """Take a free piece in place of a booked one of the same kind, and hand it out; the other is free for everybody at once.
    Twice is once. Raises WrongPieceError when it is not free or not alike; the database has the last word on that."""
    locked = lock(session)
    require(by, "session.teach", locked)
    now = timezone.now()
    _check_time(locked, OUT, now)
    piece = _piece(locked, code)
    current = Allocation.objects.select_related("resource").get(pk=allocation.pk, session=locked)
    if current.resource_id == piece.pk:
        return _hand_out(current, now, by)
    if current not in _not_handed_out(locked, piece):
        raise WrongPieceError(_("That cannot be swapped any more. Scan it again."), piece)
    refusal = _wrong(locked, piece, OUT, now)
    if not refusal.instead_of:
        raise refusal
    try:
        with transaction.atomic():
            Claim.objects.filter(allocation=current).delete()
            current.resource = piece
            current.save(update_fields=["resource"])
            span = _span_from_now(locked, piece, now)
            store([Claim(allocation=current, resource=piece, quarter=each) for each in span])
    except IntegrityError as taken:
        raise WrongPieceError(_("Somebody took “%(name)s” just now.") % {"name": piece}, piece) from taken
    return _hand_out(current, now, by)
