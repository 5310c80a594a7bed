"""What strangers are given: who signs, what was withdrawn, what can be earned, and the page of one credential.

The addresses stand in credentials that were issued: they never change. Who has the uuid of a credential was given it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lxp.http import SignedInRequest, asks_second_factor
from lxp.models import Organisation, User
from lxp.qr import qr_code
from skills_graph.exceptions import EvidenceRefusedError, SigningKeyError
from skills_graph.forms.withdrawal import WithdrawalForm
from skills_graph.models import Achievement, Credential, Evidence, StatusList, Withdrawal
from skills_graph.permissions import may_revoke
from skills_graph.services.addresses import address_of
from skills_graph.services.credentials import issue_credentials
from skills_graph.services.documents import achievement_document, did_document
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.status_lists import signed_list, state_of

HTML, JSON, JSON_LD, VC, DID = (
    "text/html",
    "application/json",
    "application/ld+json",
    "application/vc",
    "application/did+json",
)
DATA_KINDS = (JSON, JSON_LD, VC, "application/vc+ld+json")
WORDS = ("achievement__organisation", "achievement__competency__framework__scale", "key", "person")


@require_safe
def issuer(request: HttpRequest, organisation_uuid: UUID) -> HttpResponse:
    """The did:web document of an organisation: the keys that count."""
    document = did_document(get_object_or_404(Organisation, uuid=organisation_uuid))
    if document is None:
        raise Http404
    return _data(document, DID)


@require_safe
def status_list(request: HttpRequest, list_uuid: UUID) -> HttpResponseBase:
    """Which places of a list are withdrawn. Whoever kept one asks whether it is still the same."""
    found = get_object_or_404(StatusList.objects.select_related("organisation"), uuid=list_uuid)
    state = state_of(found)
    tag = f'"{state.tag}"'
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return unchanged
    try:
        response = _data(signed_list(state), VC)
    except SigningKeyError:
        return HttpResponse(status=503, headers={"Retry-After": "300"})
    response.headers["ETag"] = tag
    return response


@require_safe
def achievement(request: HttpRequest, achievement_uuid: UUID) -> HttpResponse:
    """What can be earned: for people, or as JSON for who asks that."""
    related = Achievement.objects.select_related("organisation", "competency__framework__scale")
    found = get_object_or_404(related, uuid=achievement_uuid)
    document = achievement_document(found)
    if _wants_data(request):
        return _negotiated(_data(document, JSON_LD))
    context = {"achievement": found, "document": document, "site_organisation": found.organisation}
    return _negotiated(render(request, "skills_graph/achievement.html", context))


@never_cache
@require_safe
def credential(request: HttpRequest, credential_uuid: UUID) -> HttpResponse:
    """The page of a credential, for everybody who was given its address; or the credential itself as JSON."""
    found = get_object_or_404(Credential.objects.select_related(*WORDS), uuid=credential_uuid)
    if not found.document:
        return _private(render(request, "skills_graph/credential_forgotten.html", {"credential": found}, status=410))
    if _wants_data(request):
        return _negotiated(_private(_data(found.document, VC)))
    address = address_of("credential", found.uuid)
    context = {
        "credential": found,
        "state": _state(found),
        "subject": found.document["credentialSubject"],
        "reason": Withdrawal(found.revocation_reason).label if found.revocation_reason else "",
        "evidence": found.document.get("evidence", []),
        "address": address,
        "qr": qr_code(address),
        "is_own": request.user.is_authenticated and request.user.pk == found.person_id,
        "may_withdraw": bool(_revocable(request, found)),
        "site_organisation": found.achievement.organisation,
    }
    return _negotiated(_private(render(request, "skills_graph/credential.html", context)))


@never_cache
@require_safe
def download(request: HttpRequest, credential_uuid: UUID) -> HttpResponse:
    """The signed file."""
    found = get_object_or_404(Credential.objects.exclude(document={}), uuid=credential_uuid)
    response = _private(_data(found.document, VC))
    response.headers["Content-Disposition"] = f'attachment; filename="bewijs-{found.uuid}.json"'
    return response


@asks_second_factor
@login_required
def withdraw(request: HttpRequest, credential_uuid: UUID) -> HttpResponse:
    """Take back evidence that a credential rests on; only for who may do that to at least one row of it."""
    found = get_object_or_404(Credential.objects.select_related(*WORDS), uuid=credential_uuid)
    rows = _revocable(request, found)
    if not rows:
        raise Http404
    form = WithdrawalForm(request.POST or None, rows=rows)
    if request.method == "POST" and form.is_valid():
        person, by = found.person, cast("SignedInRequest", request).user
        try:
            revoke_evidence(
                person=person, uuid=form.cleaned_data["evidence"], by=by, reason=form.cleaned_data["reason"]
            )
        except EvidenceRefusedError as error:
            form.add_error(None, str(error))
        else:
            issue_credentials(person=person)  # at once: who looks now must see it
            messages.success(request, _("The proof no longer counts. What rested on it was withdrawn."))
            return redirect(found)
    status = 422 if form.errors else 200
    return _private(
        render(request, "skills_graph/credential_withdraw.html", {"credential": found, "form": form}, status=status)
    )


def _state(found: Credential) -> str:
    """valid, replaced (true until its last day, and there is a newer one), expired or withdrawn."""
    if found.is_withdrawn or found.key.revoked_at is not None:
        return "withdrawn"
    if found.until <= timezone.localdate():
        return "expired"
    return "replaced" if found.revoked_at is not None else "valid"


def _revocable(request: HttpRequest, found: Credential) -> list[Evidence]:
    """The rows behind a credential that this reader may take back, and that were not yet."""
    person = request.user
    if not isinstance(person, User) or found.is_withdrawn:
        return []
    ledger = Evidence.objects.filter(person=found.person_id)
    taken_back = ledger.filter(revokes__isnull=False).values("revokes")
    cited = ledger.filter(uuid__in=[UUID(each) for each in found.evidence]).exclude(uuid__in=taken_back)
    return [row for row in cited.select_related("issuer", "competency") if may_revoke(person, row)]


def _wants_data(request: HttpRequest) -> bool:
    return request.get_preferred_type([HTML, *DATA_KINDS]) in DATA_KINDS


def _data(document: Mapping[str, Any], kind: str) -> HttpResponse:
    """JSON that programs of others may read from any page, and must ask for again before they use it."""
    response = HttpResponse(json.dumps(document, ensure_ascii=False, indent=2), content_type=kind)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _negotiated(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept"])
    return response


def _private(response: HttpResponse) -> HttpResponse:
    """About a person: in no search engine."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
