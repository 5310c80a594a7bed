"""Signing for a group that did the same at the same time: common scores once, exceptions for each, one signature."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.exceptions import SignOffRefusedError
from courses.group_form import GroupSignOffForm
from courses.models import AssessmentRequest, VersionActivity
from courses.services.assessment import objections_to, sign
from courses.views.assessing import way_back
from lxp import audit
from lxp.http import SignedInRequest
from lxp.models import User

MOST = 20


@login_required
def sign_together(request: HttpRequest) -> HttpResponse:
    """Sign the requests (`van`) that are of one assignment. Each is signed for itself: one that is refused says why and stays,
    with everything that was chosen, and holds up no other."""
    person = cast("SignedInRequest", request).user
    found, row = _requests(request, person)
    if not found or row is None:
        messages.info(request, _("Nobody waits for your signature here."))
        return redirect(way_back(request))
    objections = objections_to(found, person)
    audit.record_looks(
        "requests.looked", by=person, people=[each.person_id for each in found], organisation=found[0].organisation
    )
    free = [each for each in found if each.pk not in objections]
    form = GroupSignOffForm(request.POST or None, criteria=_criteria(row), requests=free)
    if request.method == "POST" and form.is_valid():
        refusals = _sign_each(request, form, person)
        if not refusals:
            return redirect(way_back(request))
        for words in refusals:
            form.add_error(None, words)
        form.requests = list(AssessmentRequest.objects.waiting().filter(pk__in=[each.pk for each in free]))
    context = {
        "form": form,
        "row": row,
        "title": found[0].attempt.version.title,
        "refused": [(each, objections[each.pk]) for each in found if each.pk in objections],
        "way_back": way_back(request),
    }
    return render(request, "courses/sign_together.html", context, status=422 if form.errors else 200)


def _requests(request: HttpRequest, person: User) -> tuple[list[AssessmentRequest], VersionActivity | None]:
    """The open requests that were asked for and are of one assignment: those of the first's version and block."""
    asked = AssessmentRequest.objects.visible_to(person).waiting().filter(uuid__in=_uuids(request.GET.getlist("van")))
    related = asked.select_related("person", "organisation", "attempt__version", "attempt__organisation")
    listed = list(related.order_by("person__first_name", "person__last_name", "pk"))
    same = [each for each in listed if _assignment_of(each) == _assignment_of(listed[0])]
    row = same[0].attempt.version.activities.filter(block_id=same[0].block_id).first() if same else None
    return same, row


def _assignment_of(each: AssessmentRequest) -> tuple[int, UUID]:
    return each.attempt.version_id, each.block_id


def _uuids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in texts[:MOST]]
    except ValueError as nonsense:
        raise Http404 from nonsense


def _criteria(row: VersionActivity) -> list[dict[str, Any]]:
    return [
        {"id": each["id"], "text": each["value"]["text"], "is_critical": bool(each["value"].get("critical"))}
        for each in row.content.get("criteria", [])
    ]


def _sign_each(request: HttpRequest, form: GroupSignOffForm, person: User) -> list[str]:
    """Sign for everybody who was chosen; what was refused, in words."""
    signed, refusals = 0, []
    for each in form.requests:
        judgement = form.judgement_of(each)
        if judgement is None:
            continue
        try:
            sign(
                request=each,
                by=person,
                scores=judgement.scores,
                is_competent=judgement.is_competent,
                feedback=judgement.feedback,
            )
        except SignOffRefusedError as refusal:
            refusals.append(f"{each.person}: {refusal}")
        else:
            signed += 1
    if signed:
        words = ngettext("Signed for %(count)d person.", "Signed for %(count)d people.", signed)
        messages.success(request, words % {"count": signed})
    return refusals
