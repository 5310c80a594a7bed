"""The screens of an assessor, made for a phone: who waits, and the sign-off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.activities.assignment import Assignment
from courses.exceptions import SignOffRefusedError
from courses.forms import SignOffForm
from courses.models import Assessment, AssessmentRequest
from courses.services.assessment import objections_to, sign
from courses.services.attempts import open_activity
from courses.services.inbox import scored, signed_work, waiting_for
from lxp import audit, plugin_manager
from lxp.http import SignedInRequest
from lxp.models import Organisation, Role, User

REQUESTS_PER_PAGE = 30
CONFLICT = 409


@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """Who waits for an assessor in this person's organisations, longest first; of one organisation where that is asked."""
    person = cast("SignedInRequest", request).user
    organisations, chosen = _where(request, person)
    waiting = AssessmentRequest.objects.waiting().visible_to(person)
    if chosen is not None:
        waiting = waiting.filter(organisation=chosen)
    listed = waiting.select_related("person", "organisation", "attempt__version")
    page = Paginator(listed, REQUESTS_PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page": page,
        "waiting": waiting_for(requests=list(page.object_list), assessor=person),
        "organisations": organisations if len(organisations) > 1 else [],
        "chosen": chosen,
        "query": f"organisation={chosen.slug}&" if chosen is not None else "",
    }
    return render(request, "courses/requests.html", context)


def _where(request: HttpRequest, person: User) -> tuple[list[Organisation], Organisation | None]:
    """Where somebody assesses, and the one of these that was asked for."""
    organisations = person.organisations_with_role(Role.ASSESSOR)
    if not organisations:
        raise PermissionDenied
    return organisations, next((each for each in organisations if each.slug == request.GET.get("organisation")), None)


@login_required
def assessed(request: HttpRequest) -> HttpResponse:
    """What was signed, the latest first: by this person, or by everybody who assesses in the same organisations."""
    person = cast("SignedInRequest", request).user
    organisations, _chosen = _where(request, person)
    is_everybody = request.GET.get("van") == "iedereen"
    signed = Assessment.objects.visible_to(person)
    if not is_everybody:
        signed = signed.filter(assessor=person)
    related = signed.select_related("person", "assessor", "organisation", "request__attempt__version")
    page = Paginator(related.order_by("-signed_at", "-pk"), REQUESTS_PER_PAGE).get_page(request.GET.get("p"))
    _write_down(person, page.object_list)
    context = {
        "page": page,
        "signed": signed_work(list(page.object_list)),
        "is_everybody": is_everybody,
        "has_several": len(organisations) > 1,
        "query": "van=iedereen&" if is_everybody else "",
    }
    return render(request, "courses/assessed.html", context)


def _write_down(person: User, signed: Iterable[Assessment]) -> None:
    """That somebody looked at what others signed: its learner reads it. Who signed it themselves knows it already."""
    looked: dict[Organisation, list[int]] = {}
    for each in signed:
        if each.assessor_id != person.pk:
            looked.setdefault(each.organisation, []).append(each.person_id)
    for organisation, people in looked.items():
        audit.record_looks("assessments.looked", by=person, people=people, organisation=organisation)


@login_required
def sign_off(request: HttpRequest, request_uuid: UUID) -> HttpResponse:
    """Judge every criterion and sign. Who comes second reads who signed; who may not sign reads why."""
    person = cast("SignedInRequest", request).user
    visible = AssessmentRequest.objects.visible_to(person)
    found = get_object_or_404(
        visible.select_related("person", "organisation", "attempt__version", "attempt__organisation"), uuid=request_uuid
    )
    if found.closed_at is not None:
        return _signed_before(request, found)
    row = get_object_or_404(found.attempt.version.activities, block_id=found.block_id)
    activity = open_activity(attempt=found.attempt, row=row, step_count=1, language=get_language() or "nl")
    if not isinstance(activity, Assignment):
        raise PermissionDenied
    form = SignOffForm(request.POST or None, criteria=activity.criteria)
    if request.method == "POST" and form.is_valid():
        try:
            _sign(form, found, person)
        except SignOffRefusedError as refusal:
            if not visible.waiting().filter(pk=found.pk).exists():
                return _signed_before(request, found)
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed for %(name)s.") % {"name": found.person})
            return redirect(way_back(request))
    objections = objections_to([found], person).get(found.pk, [])
    audit.record_looks("requests.looked", by=person, people=[found.person_id], organisation=found.organisation)
    context = {
        "form": form,
        "found": found,
        "activity": activity,
        "row": row,
        "objections": objections,
        "way_back": way_back(request),
        "panels": [] if objections else _panels("signature_panels", asked=found, assessor=person, day=localdate()),
    }
    return render(request, "courses/sign_off.html", context, status=422 if form.errors else 200)


def way_back(request: HttpRequest) -> str:
    """Where this person came from, such as the list of a session (`next`); else the list of requests."""
    asked = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours and asked.startswith("/") else reverse("courses:requests")


def _panels(hook_name: str, **arguments: Any) -> list[str]:
    return plugin_manager.call_core(hook_name, **arguments)


def _sign(form: SignOffForm, found: AssessmentRequest, person: User) -> Assessment:
    return sign(
        request=found,
        by=person,
        scores=form.scores,
        is_competent=form.cleaned_data["decision"] == "competent",
        feedback=form.cleaned_data["feedback"],
    )


def _signed_before(request: HttpRequest, found: AssessmentRequest) -> HttpResponse:
    """Who signed and what came of it; and what this person wrote in vain, to copy."""
    person = cast("SignedInRequest", request).user
    related = Assessment.objects.filter(request=found).select_related("assessor", "person", "organisation")
    assessment = related.first()
    _write_down(person, [assessment] if assessment else [])
    context: dict[str, Any] = {
        "found": found,
        "assessment": assessment,
        "criteria": scored(assessment) if assessment else [],
        "panels": _panels("assessment_panels", assessment=assessment, viewer=person) if assessment else [],
        "typed": request.POST.get("feedback", ""),
    }
    return render(request, "courses/signed.html", context, status=CONFLICT if request.method == "POST" else 200)
