"""Request types that say what our middleware adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from lxp.models import Organisation, User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User
    organisation: Organisation | None
    LANGUAGE_CODE: str
