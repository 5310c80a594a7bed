"""What a session uses: the sheet of the room and the list to lay ready, both to print; and handing out by scanning."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lxp import audit
from plugins.skillslab.exceptions import WrongPieceError
from plugins.skillslab.models import Allocation, Session
from plugins.skillslab.services.day.handout import BACK, OUT, Scanned, pieces_of, scan, shelves_of, swap_piece
from plugins.skillslab.services.sessions.roster import sheet_of
from plugins.skillslab.views.taught import taught_session

CONFLICT = 409
NUMBER = re.compile(r"[0-9]{1,18}")


@login_required
def room_sheet(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Who comes and who teaches, to hang on the door or to sign on paper."""
    person, session = taught_session(request, session_uuid)
    found = sheet_of(session=session, by=person, now=timezone.now())
    people = [each.person_id for each in found.bookings]
    if people:
        audit.record_looks("booking.looked", by=person, people=people, organisation=session.organiser, about=session)
    empty = range(session.capacity - len(found.bookings))
    return render(request, "skillslab/room_sheet.html", {"session": session, "sheet": found, "empty": empty})


@login_required
def pick_list(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """What must be laid ready, from which shelf, and where it goes back."""
    _person, session = taught_session(request, session_uuid)
    return render(request, "skillslab/pick_list.html", {"session": session, "shelves": shelves_of(session)})


@never_cache
@login_required
def handout(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Scan what goes out and what comes back; a wrong piece says whose it is, or what it could replace."""
    person, session = taught_session(request, session_uuid)
    asked = request.POST if request.method == "POST" else request.GET
    default = BACK if session.ends_at <= timezone.now() else OUT
    direction = asked.get("naar", default) if asked.get("naar") in (OUT, BACK) else default
    code, refusal = request.POST.get("code", ""), None
    if request.method == "POST":
        try:
            scanned = scan(session=session, code=code, direction=direction, by=person)
        except WrongPieceError as error:
            refusal = error
        else:
            return _done(request, session, scanned, direction)
    return _page(request, session, direction, code, refusal)


def _done(request: HttpRequest, session: Session, scanned: Scanned, direction: str) -> HttpResponse:
    tell = messages.success if scanned.is_new else messages.info
    tell(request, scanned.words)
    return redirect(f"{reverse('skillslab:handout', args=[session.uuid])}?naar={direction}")


def _page(
    request: HttpRequest, session: Session, direction: str, code: str, refusal: WrongPieceError | None
) -> HttpResponse:
    pieces = pieces_of(session)
    context: dict[str, Any] = {
        "session": session,
        "direction": direction,
        "code": code,
        "refusal": refusal,
        "pieces": pieces,
        "out": sum(each.handed_out_at is not None and each.returned_at is None for each in pieces),
        "waiting": sum(each.handed_out_at is None for each in pieces),
        "back": sum(each.returned_at is not None for each in pieces),
    }
    response = render(request, "skillslab/handout.html", context, status=CONFLICT if refusal else 200)
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), payment=(), usb=()"
    return response


@login_required
@require_POST
def swap(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """Take a free piece in place of a booked one of the same kind."""
    person, session = taught_session(request, session_uuid)
    code = request.POST.get("code", "")
    number = request.POST.get("instead_of", "")
    rows = Allocation.objects.filter(session=session, role=Allocation.Role.EQUIPMENT)
    allocation = get_object_or_404(rows, pk=int(number) if NUMBER.fullmatch(number) else 0)
    try:
        scanned = swap_piece(session=session, allocation=allocation, code=code, by=person)
    except WrongPieceError as refusal:
        return _page(request, session, OUT, code, refusal)
    return _done(request, session, scanned, OUT)
