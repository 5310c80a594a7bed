"""Drafts of authors: the editor asks for one, shows it in a frame, and takes back what came of it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from lxp.http import SignedInRequest
from lxp.models import User
from lxp.permissions import EDITING_ROLES
from plugins.xblocks.calls import STUDIO_VIEW
from plugins.xblocks.content import ContentError, parsed, written
from plugins.xblocks.models import Draft
from plugins.xblocks.packages import allowed_types
from plugins.xblocks.services.drafts import start_draft
from plugins.xblocks.services.visits import visit_of
from plugins.xblocks.tokens import DraftPass, address_of


def _author(request: HttpRequest) -> User:
    """Who writes for an organisation that has the plugin on. Raises Http404 for anybody else."""
    person = cast("SignedInRequest", request).user
    writes = person.organisations_with_role(*EDITING_ROLES)
    if not person.is_superuser and not any("xblocks" in each.plugins for each in writes):
        raise Http404
    return person


@login_required
@require_POST
def drafts(request: HttpRequest) -> HttpResponse:
    """Begin a draft with what stands in the editor; answers where its frame is, and where to ask what came of it."""
    person, block_type = _author(request), request.POST.get("type", "")
    if block_type not in allowed_types():
        raise Http404
    try:
        content = parsed(request.POST.get("content", ""))
    except ContentError as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    made = start_draft(person=person, block_type=block_type, content=content)
    frame_pass = DraftPass(person.uuid, made.uuid, STUDIO_VIEW, get_language() or "nl", visit_of(request))
    frame, content_url = address_of(frame_pass), reverse("xblocks:draft", args=[made.uuid])
    return JsonResponse({"frame": frame, "content": content_url})


@login_required
@require_safe
def draft(request: HttpRequest, draft_uuid: UUID) -> HttpResponse:
    """What a draft of this author holds now, as the field of the editor takes it."""
    found = get_object_or_404(Draft, uuid=draft_uuid, person=_author(request))
    return JsonResponse({"content": written(found.content)})
