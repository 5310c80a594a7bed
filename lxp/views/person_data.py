"""What we know of you: a download, the wish to be forgotten, and the operator's answer to it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.http import SignedInRequest
from lxp.models import Erasure
from lxp.permissions import may
from lxp.services.erasures import ErasureRefusedError, erase_person, request_erasure, withdraw_request
from lxp.services.exports import export_person
from lxp.services.members import places_of

ERASURES_PER_PAGE = 50


@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    erasure = Erasure.objects.filter(person=person).first()
    context = {"erasure": erasure, "organisations": person.organisations, "places": places_of(person)}
    return render(request, "lxp/my_data.html", context)


@login_required
@require_POST
def download(request: HttpRequest) -> FileResponse:
    person = cast("SignedInRequest", request).user
    file = export_person(person=person, by=person)
    name = _("my-data-%(day)s.zip") % {"day": timezone.localdate().isoformat()}
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@login_required
@require_POST
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """Ask to be forgotten, or take that back."""
    person = cast("SignedInRequest", request).user
    if request.POST.get("wish") == "stay":
        withdraw_request(person=person, by=person)
        messages.success(request, _("Your request is withdrawn. Everything stays as it is."))
    elif request.POST.get("sure") == "yes":
        request_erasure(person=person, by=person)
        messages.success(request, _("We have your request. Somebody looks at it within a month."))
    else:
        messages.error(request, _("Tick first that you know what goes. Nothing has changed."))
    return redirect("lxp:my_data")


@login_required
def erasures(request: HttpRequest) -> HttpResponse:
    """Who waits to be forgotten, for the operators of the installation."""
    if not may(cast("SignedInRequest", request).user, "installation.operate", None):
        raise PermissionDenied
    waiting = Erasure.objects.waiting().select_related("person").prefetch_related("person__memberships__organisation")
    page = Paginator(waiting, ERASURES_PER_PAGE).get_page(request.GET.get("p"))
    today = timezone.localdate()
    rows = [
        {
            "erasure": erasure,
            "organisations": [
                each.organisation
                for each in erasure.person.memberships.all()
                if each.starts_on <= today and (each.ends_on is None or each.ends_on >= today)
            ],
        }
        for erasure in page
    ]
    return render(request, "lxp/erasures.html", {"page": page, "rows": rows})


@login_required
@require_POST
def erase(request: HttpRequest, erasure_uuid: UUID) -> HttpResponse:
    operator = cast("SignedInRequest", request).user
    if not may(operator, "installation.operate", None):
        raise PermissionDenied
    erasure = get_object_or_404(Erasure.objects.waiting().select_related("person"), uuid=erasure_uuid)
    try:
        erase_person(person=erasure.person, by=operator)
    except ErasureRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Wiped. Their name and everything they wrote is gone."))
    return redirect("lxp:erasures")
