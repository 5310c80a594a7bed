"""What the skills graph adds to the screens of an assessor: what a signature proves, and taking back what one gave."""

from __future__ import annotations

from datetime import date
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.api import Assessment, AssessmentRequest
from lxp.http import SignedInRequest
from lxp.models import User
from skills_graph.exceptions import EvidenceRefusedError
from skills_graph.forms.withdrawal import ReasonForm
from skills_graph.models import Evidence
from skills_graph.permissions import may_revoke
from skills_graph.services.credentials import issue_credentials
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.signing import meanings, results


def signature_panels(asked: AssessmentRequest, assessor: User, day: date) -> list[str]:
    context = {"asked": asked, "meanings": meanings(request=asked, assessor=assessor, day=day)}
    return [render_to_string("skills_graph/signing/proves.html", context)]


def assessment_panels(assessment: Assessment, viewer: User) -> list[str]:
    context = {"assessment": assessment, "results": results(assessment=assessment, viewer=viewer)}
    return [render_to_string("skills_graph/signing/results.html", context)]


@login_required
def take_back(request: HttpRequest, evidence_uuid: UUID) -> HttpResponse:
    """Take back one row of evidence, with a reason; what rested on it falls at once."""
    by = cast("SignedInRequest", request).user
    related = Evidence.objects.select_related(
        "person", "issuer", "assessor", "module_version", "competency__framework__scale"
    )
    row = get_object_or_404(related.filter(revokes__isnull=True), uuid=evidence_uuid)
    if not may_revoke(by, row):
        raise Http404
    back = _back_to(row)
    if Evidence.objects.filter(person=row.person_id, revokes=row.uuid).exists():
        messages.info(request, _("This was taken back already."))
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_evidence(person=row.person, uuid=row.uuid, by=by, reason=form.cleaned_data["reason"])
        except EvidenceRefusedError as error:
            form.add_error(None, str(error))
        else:
            issue_credentials(person=row.person)  # at once: who looks now must see it
            messages.success(request, _("The proof no longer counts. What rested on it was withdrawn."))
            return redirect(back)
    context = {"evidence": row, "form": form, "back": back}
    return render(request, "skills_graph/signing/take_back.html", context, status=422 if form.errors else 200)


def _back_to(row: Evidence) -> str:
    """The signed work, where an assessor signed it; else the list."""
    signed = Assessment.objects.filter(person=row.person_id, uuid=row.detail.get("assessment"))
    asked = signed.values_list("request__uuid", flat=True).first()
    return reverse("courses:sign_off", args=[asked]) if asked else reverse("courses:assessed")
