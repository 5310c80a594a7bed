"""The plain screens of an assessor: who asked, and the sign-off."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.activities.assignment import Assignment
from courses.exceptions import SignOffRefusedError
from courses.forms import SignOffForm
from courses.models import AssessmentRequest
from courses.services.assessment import sign
from courses.services.attempts import open_activity
from lxp.http import SignedInRequest
from lxp.models import Role

REQUESTS_PER_PAGE = 30


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """Who waits for an assessor in this person's organisations, longest first."""
    person = cast("SignedInRequest", request).user
    if not person.organisations_with_role(Role.ASSESSOR):
        raise PermissionDenied
    waiting = AssessmentRequest.objects.waiting().visible_to(person)
    listed = waiting.select_related("person", "organisation", "attempt__version")
    page = Paginator(listed, REQUESTS_PER_PAGE).get_page(request.GET.get("p"))
    return render(request, "courses/requests.html", {"page": page})


@login_required
def sign_off(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Judge every criterion and sign."""
    person = cast("SignedInRequest", request).user
    visible = AssessmentRequest.objects.waiting().visible_to(person)
    found = get_object_or_404(
        visible.select_related("person", "organisation", "attempt__version", "attempt__organisation"), uuid=request_uuid
    )
    row = get_object_or_404(found.attempt.version.activities, block_id=found.block_id)
    activity = open_activity(attempt=found.attempt, row=row, step_count=1, language=get_language() or "nl")
    if not isinstance(activity, Assignment):
        raise PermissionDenied
    form = SignOffForm(request.POST or None, criteria=activity.criteria)
    if request.method == "POST" and form.is_valid():
        is_competent = form.cleaned_data["decision"] == "competent"
        try:
            sign(
                request=found,
                by=person,
                scores=form.scores,
                is_competent=is_competent,
                feedback=form.cleaned_data["feedback"],
            )
        except SignOffRefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed for %(name)s.") % {"name": found.person})
            return redirect("courses:requests")
    context = {"form": form, "found": found, "activity": activity, "row": row}
    return render(request, "courses/sign_off.html", context, status=422 if form.errors else 200)
