"""For which organisation a page works, and for whom it does not exist."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from lxp.http import SignedInRequest
from lxp.middleware import ORGANISATION_KEY
from lxp.models import Organisation, User
from plugins.volunteers import permissions


def _chosen(request: SignedInRequest, allowed: list[Organisation]) -> Organisation:
    """The organisation that a form was opened for; for a page that of the switch where it is one of these, else the first.

    Another tab may have switched while a form was open: what it sends is for the organisation that was on its page, and the
    person works for that one from then on. Raises PermissionDenied where that is none of these.
    """
    asked = request.POST.get("organisatie", "")
    if asked or (request.method == "POST" and len(allowed) > 1):
        found = next((each for each in allowed if str(each.uuid) == asked), None)
        if found is None:
            raise PermissionDenied
        if not request.organisation or request.organisation.pk != found.pk:
            request.session[ORGANISATION_KEY] = found.pk
            request.organisation = found
        return found
    if not allowed:
        raise PermissionDenied
    current = request.organisation.pk if request.organisation else None
    return next((each for each in allowed if each.pk == current), allowed[0])


def coordinator(request: HttpRequest) -> tuple[User, Organisation]:
    """Who looks after volunteers, and those of which organisation."""
    signed_in = cast("SignedInRequest", request)
    return signed_in.user, _chosen(signed_in, permissions.coordinated(signed_in.user))


def professional(request: HttpRequest) -> tuple[User, Organisation]:
    """Who hands over cards, and for which organisation."""
    signed_in = cast("SignedInRequest", request)
    return signed_in.user, _chosen(signed_in, permissions.handing_over(signed_in.user))


def volunteer(request: HttpRequest, organisation_uuid: UUID) -> tuple[User, Organisation]:
    """A volunteer and the organisation of this page; 404 for everybody else."""
    person = cast("SignedInRequest", request).user
    found = next((each for each in permissions.volunteering(person) if each.uuid == organisation_uuid), None)
    if found is None:
        raise Http404
    return person, found
