"""The public page where anybody checks a credential, of ours or of others."""

from __future__ import annotations

from threading import BoundedSemaphore

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from skills_graph.forms.verification import VerificationForm
from skills_graph.openbadges import Sources, Verdict, verify
from skills_graph.openbadges.reading import LARGEST_FILE_BYTES
from skills_graph.services.documents import own_credential, own_document

# The file, the pasted text, and what a browser writes around them.
LARGEST_REQUEST_BYTES = LARGEST_FILE_BYTES + 1024 * 1024
# A check may take seconds of a processor, or wait for another host: never for all threads of a process at the same time.
CHECKS_AT_ONCE = 2
WAIT_SECONDS = 3.0
slots = BoundedSemaphore(CHECKS_AT_ONCE)


@csrf_exempt  # it changes nothing, and what is too large is refused before anything reads it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest) -> HttpResponse:
    """An empty form, or the verdict about what was handed in."""
    if request.method != "POST":
        return _page(request, VerificationForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST_BYTES:
        return _page(request, VerificationForm(), status=413, is_too_large=True)
    if not ratelimit.consume(request, action="verify_credential"):
        return _page(request, VerificationForm(), status=429, is_too_often=True)
    form = VerificationForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not slots.acquire(timeout=WAIT_SECONDS):
        return _page(request, form, status=503, is_too_often=True)
    try:
        has_file = bool(form.cleaned_data["file"])
        content = (None if has_file else own_credential(form.cleaned_data["text"])) or form.content()
        verdict = verify(content, sources=Sources(own=own_document))
    finally:
        slots.release()
    return _page(request, VerificationForm(), verdict=verdict)


def _page(
    request: HttpRequest,
    form: VerificationForm,
    *,
    status: int = 200,
    verdict: Verdict | None = None,
    is_too_large: bool = False,
    is_too_often: bool = False,
) -> HttpResponse:
    context = {"form": form, "verdict": verdict, "is_too_large": is_too_large, "is_too_often": is_too_often}
    return render(request, "skills_graph/verify.html", context, status=status)
