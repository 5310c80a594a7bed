"""The session of a screen of the day itself: for who runs it, and who teaches or assesses in it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import require
from plugins.skillslab.models import Booking, Session

RELATED = ("session_type__skillslab", "room__location", "organiser")


def taught_session(request: HttpRequest, session_uuid: UUID, action: str = "session.teach") -> tuple[User, Session]:
    """404 for a session of which nobody here knows; PermissionDenied for who may not do this in it."""
    person = cast("SignedInRequest", request).user
    session = get_object_or_404(Session.objects.open_to(person).select_related(*RELATED), uuid=session_uuid)
    require(person, action, session)
    return person, session


def taught_booking(request: HttpRequest, booking_id: int) -> tuple[User, Booking]:
    """The same for one place of a session."""
    person = cast("SignedInRequest", request).user
    related = ("person", "organisation", *(f"session__{each}" for each in RELATED), "session__session_type__module")
    visible = Session.objects.open_to(person)
    booking = get_object_or_404(Booking.objects.select_related(*related), pk=booking_id, session__in=visible)
    require(person, "session.teach", booking.session)
    return person, booking
