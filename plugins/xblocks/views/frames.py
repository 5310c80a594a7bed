"""The frame that shows a block, its handlers, and the files of its package."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import wraps
from secrets import token_urlsafe
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lxp.exceptions import LxpError
from lxp.plugin_urls import for_visitors
from plugins.xblocks import policies
from plugins.xblocks.calls import BlockCall
from plugins.xblocks.exceptions import ExpiredFrameError, UnknownFrameError
from plugins.xblocks.hosting.documents import shown_parts
from plugins.xblocks.hosting.resources import open_resource
from plugins.xblocks.services.asking import Asked, ask, type_of
from plugins.xblocks.services.visits import check_visit
from plugins.xblocks.tokens import Pass, read_pass

View = Callable[..., HttpResponse]
EXPIRED, REFUSED, FAILED = 410, 409, 500
METHODS = ("GET", "POST")


def for_frames(view: View) -> View:
    """Asked by a frame: without a cookie, with a pass of who is signed in, on the host of frames where there is one."""

    @csrf_exempt
    @for_visitors
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **arguments: str) -> HttpResponse:
        if settings.XBLOCKS_ORIGIN and not _is_on_host_of_frames(request):
            raise Http404
        try:
            frame_pass = read_pass(token)
            with translation.override(frame_pass.language):
                refusal = _ended(request, frame_pass)
                return refusal or view(request, token, frame_pass, **arguments)
        except UnknownFrameError as unknown:
            raise Http404 from unknown
        except ExpiredFrameError as expired:
            return _refused(request, expired, EXPIRED)

    return guarded


def _ended(request: HttpRequest, frame_pass: Pass) -> HttpResponse | None:
    """What somebody reads whose sign-in has ended, in the language of their pass; None for who is signed in still."""
    try:
        check_visit(frame_pass)
    except ExpiredFrameError as expired:
        return _refused(request, expired, EXPIRED)
    return None


def _is_on_host_of_frames(request: HttpRequest) -> bool:
    try:
        return request.get_host() == urlsplit(settings.XBLOCKS_ORIGIN).netloc
    except DisallowedHost:
        return False


def _refused(request: HttpRequest, refusal: LxpError, status: int) -> HttpResponse:
    """The reason, in words: for a script that asks as JSON, else as a page in the frame."""
    match = request.resolver_match
    if match is not None and match.url_name == "frame":
        settings_of_frame = {"prefix": "", "parent": policies.parent_origin(), "changed": False, "words": {}}
        context = {"message": str(refusal), "settings": settings_of_frame}
        response = render(request, "xblocks/refused.html", context, status=status)
        return policies.for_frame(response, token_urlsafe())
    return policies.for_data(JsonResponse({"error": str(refusal)}, status=status))


def _asked(frame_pass: Pass, call: BlockCall) -> Asked:
    """Raises Http404 for what is gone, off, or not this person's."""
    try:
        return ask(frame_pass, call)
    except UnknownFrameError as unknown:
        raise Http404 from unknown


@for_frames
def frame(request: HttpRequest, token: str, frame_pass: Pass) -> HttpResponse:
    """The block as a page of its own."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    prefix = reverse("xblocks:frame", args=[token])
    try:
        asked = _asked(frame_pass, BlockCall(prefix, view=getattr(frame_pass, "view", "student_view")))
    except LxpError as refusal:
        return _refused(request, refusal, REFUSED)
    if asked.answer is None:
        return _failed(request)
    nonce = token_urlsafe()
    words = {"failed": _("This does not work now. Open the page again and try once more.")}
    context = {
        "parts": shown_parts(asked.answer.fragment),
        "nonce": nonce,
        "settings": {"prefix": prefix, "parent": policies.parent_origin(), "changed": asked.is_changed, "words": words},
        "language": translation.get_language(),
        "is_rtl": translation.get_language_bidi(),
    }
    return policies.for_frame(render(request, "xblocks/frame.html", context), nonce)


def _failed(request: HttpRequest) -> HttpResponse:
    return _refused(
        request,
        LxpError(_("This part does not work now. What you did before is kept. Go on with the next one.")),
        FAILED,
    )


@for_frames
def handle(request: HttpRequest, token: str, frame_pass: Pass, handler: str, suffix: str = "") -> HttpResponse:
    """What a script of the block asks of its code here."""
    if request.method == "OPTIONS":
        return policies.for_questions_ahead()
    if request.method not in METHODS:
        return HttpResponseNotAllowed(METHODS)
    call = BlockCall(
        prefix=reverse("xblocks:frame", args=[token]),
        handler=handler,
        suffix=suffix,
        method=request.method,
        query=request.META.get("QUERY_STRING", ""),
        body=request.body,
        content_type=request.META.get("CONTENT_TYPE", ""),
    )
    try:
        asked = _asked(frame_pass, call)
    except LxpError as refusal:
        return _refused(request, refusal, REFUSED)
    if asked.answer is None:
        return _failed(request)
    said = asked.answer
    response = HttpResponse(said.body, status=said.status, content_type=said.content_type or "application/octet-stream")
    if asked.is_changed:
        response[policies.RESULT_HEADER] = "changed"
    response["Cache-Control"] = "no-store"
    return policies.for_data(response)


@for_frames
def resource(request: HttpRequest, token: str, frame_pass: Pass, name: str) -> HttpResponse:
    """A file that the block's package offers to browsers."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    try:
        content = open_resource(type_of(frame_pass), name)
    except (UnknownFrameError, FileNotFoundError) as unknown:
        raise Http404 from unknown
    sort, encoding = mimetypes.guess_type(name)
    response = HttpResponse(content, content_type=sort if sort and not encoding else "application/octet-stream")
    response["Cache-Control"] = "private, max-age=3600"
    return policies.for_data(response)
