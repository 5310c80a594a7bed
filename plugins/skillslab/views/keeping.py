"""The worker in the browser that keeps the list of one session, so that it opens without a connection (decision 0037)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from lxp.models import User
from lxp.permissions import may
from lxp.plugin_urls import for_visitors
from plugins.skillslab.models import Session
from plugins.skillslab.services.day.keeping import kept_until
from plugins.skillslab.views.taught import RELATED


@never_cache
@for_visitors
def keeper(request: HttpRequest, session_uuid: UUID) -> HttpResponse:
    """The worker for who may note attendance today. For everybody else, and on any other day, one that takes away what was
    kept and then itself: browsers ask for it anew, so that this is also how nothing is kept any more."""
    rows = Session.objects.none()
    if isinstance(request.user, User):
        rows = Session.objects.open_to(request.user).select_related(*RELATED)
    session = rows.filter(uuid=session_uuid).first()
    until = None
    if session is not None and isinstance(request.user, User) and may(request.user, "session.teach", session):
        until = kept_until(session, timezone.now())
    context = {"session_uuid": session_uuid, "until": int(until.timestamp()) if until is not None else 0}
    return render(request, "skillslab/keeper.js.txt", context, content_type="text/javascript")
