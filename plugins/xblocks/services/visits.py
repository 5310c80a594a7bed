"""The sign-in of a person: the addresses of frames, which carry no cookie, die with it."""

from __future__ import annotations

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from plugins.xblocks.exceptions import ExpiredFrameError, UnknownFrameError
from plugins.xblocks.tokens import Pass


def visit_of(request: HttpRequest) -> int:
    """The number of this sign-in, which says nothing of its cookie; 0 for who did not sign in."""
    session = getattr(request, "session", None)
    if session is None or not request.user.is_authenticated:
        return 0
    known = UserSession.objects.filter(session_key=session.session_key).values_list("pk", flat=True)
    if not known.exists():
        UserSession.objects.create_from_request(request)
    return known.get()


def check_visit(frame_pass: Pass) -> None:
    """Raise ExpiredFrameError once its person signed out where the address was made, or has another password, and
    UnknownFrameError for the sign-in of somebody else. Two queries."""
    visit = UserSession.objects.filter(pk=frame_pass.visit).select_related("user").first()
    if visit is not None and visit.user.uuid != frame_pass.person:
        raise UnknownFrameError(_("This address does not exist. Open the module again."))
    if visit is not None:
        store = import_module(settings.SESSION_ENGINE).SessionStore(visit.session_key)
        kept = store.load()
        is_theirs = kept.get(SESSION_KEY) == str(visit.user.pk)
        if is_theirs and constant_time_compare(kept.get(HASH_SESSION_KEY, ""), visit.user.get_session_auth_hash()):
            return
    raise ExpiredFrameError(_("You signed out. Sign in and open the module again; what you did before is kept."))
