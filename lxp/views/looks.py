"""Who looked at, changed or downloaded what is known of you."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lxp.audit import subjects_of, words_of
from lxp.http import SignedInRequest
from lxp.models import AuditEvent

EVENTS_PER_PAGE = 30


@login_required
def looks(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    events = AuditEvent.objects.filter(person=person).select_related("actor", "organisation").defer("detail")
    page = Paginator(events, EVENTS_PER_PAGE).get_page(request.GET.get("p"))
    subjects = subjects_of(page)
    rows = [
        {
            "event": event,
            "is_self": event.actor_id == person.pk,
            "words": words_of(event.action),
            "subject": subjects.get(event.pk),
        }
        for event in page
    ]
    return render(request, "lxp/looks.html", {"page": page, "rows": rows})
