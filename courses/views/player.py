"""The player: one activity on each page, acts that arrive once, and the exact spot to resume."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from courses.activities import runtime
from courses.activities.base import Activity
from courses.activities.stores import Act
from courses.exceptions import AttemptClosedError, HandlerRefusedError, UnknownActivityError
from courses.models import Attempt, VersionActivity
from courses.services import attempts as attempt_service
from courses.services.assessment import ask_for_assessment
from courses.services.pinning import PinnedFiles
from lxp import plugin_manager
from lxp.http import SignedInRequest

UNSENT_KEY = "unsent_act"
MAX_UNSENT_CHARACTERS = 20_000
RESERVED = {"csrfmiddlewaretoken", "event", "device", "sequence", "client_time"}


def _attempt(request: HttpRequest, attempt_uuid: UUID) -> Attempt:
    mine = Attempt.objects.visible_to(request.user)
    attempt = get_object_or_404(mine.select_related("version", "organisation", "module__owner"), uuid=attempt_uuid)
    attempt.person = cast(SignedInRequest, request).user
    return attempt


@login_required
def resume(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """To the spot where the learner stopped; to the result when it is finished."""
    attempt = _attempt(request, attempt_uuid)
    if not attempt.is_open:
        return redirect("courses:result", attempt.uuid)
    steps = attempt_service.outline(attempt, get_language() or "nl")
    return redirect("courses:play", attempt.uuid, _next_position(attempt, steps))


def _next_position(attempt: Attempt, steps: list[attempt_service.Step]) -> int:
    """Where the learner was, unless that is done; then the first that is not."""
    here = next((step for step in steps if step.block_id == attempt.resume_block_id), None)
    if here is not None and not here.is_completed:
        return here.position
    after = [step for step in steps if not step.is_completed and (here is None or step.position > here.position)]
    left = after or [step for step in steps if not step.is_completed]
    return left[0].position if left else 1


@login_required
def play(request: HttpRequest, attempt_uuid: UUID, position: int) -> HttpResponse:
    """One activity to take."""
    attempt = _attempt(request, attempt_uuid)
    row = get_object_or_404(VersionActivity, version=attempt.version_id, position=position)
    language = get_language() or "nl"
    steps = attempt_service.outline(attempt, language)
    activity = attempt_service.open_activity(attempt=attempt, row=row, step_count=len(steps), language=language)
    error = _send_unsent(request, attempt, row, len(steps))
    if error is None and attempt.is_open:
        attempt_service.note_position(attempt=attempt, block_id=row.block_id, anchor=_anchor(attempt, row))
    if error is not None:
        activity = attempt_service.open_activity(attempt=attempt, row=row, step_count=len(steps), language=language)
    return _page(request, attempt, row, steps, activity, error=error or "")


def _anchor(attempt: Attempt, row: VersionActivity) -> str:
    return attempt.resume_anchor if attempt.resume_block_id == row.block_id else ""


def _page(
    request: HttpRequest,
    attempt: Attempt,
    row: VersionActivity,
    steps: list[attempt_service.Step],
    activity: Activity | None,
    *,
    error: str = "",
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    extra = {"error": error, "typed": typed or {}, "event": uuid4(), "files": PinnedFiles(attempt.version.files)}
    frame = _frame(attempt, row, steps, activity)
    html = runtime.view(activity, "learner_view", request, **extra)
    return render(request, "courses/player.html", {**frame, **extra, "html": html}, status=status)


def _frame(
    attempt: Attempt, row: VersionActivity, steps: list[attempt_service.Step], activity: Activity | None
) -> dict[str, Any]:
    """What is around an activity: outline, counts, and the buttons of the action bar."""
    index = next(number for number, step in enumerate(steps) if step.block_id == row.block_id)
    following = steps[index + 1] if index + 1 < len(steps) else None
    result = runtime.result_of(activity) if activity is not None else None
    action = None
    if activity is not None and not (result and result.is_completed) and attempt.is_open:
        action = runtime.guarded(activity, "next_action", lambda: activity.next_action, None)
    return {
        "attempt": attempt,
        "steps": steps,
        "here": steps[index],
        "previous": steps[index - 1] if index else None,
        "following": following,
        "activity": activity,
        "result": result,
        "action": action,
        "resume_anchor": _anchor(attempt, row),
    }


@require_POST
def handle(request: HttpRequest, attempt_uuid: UUID, block_id: UUID, handler: str) -> HttpResponse:
    """Take one act of the learner. Who was signed out in the meantime loses nothing: it is kept and sent after signing in."""
    if not request.user.is_authenticated:
        return _keep_unsent(request, attempt_uuid, block_id, handler)
    attempt = _attempt(request, attempt_uuid)
    row = get_object_or_404(VersionActivity, version=attempt.version_id, block_id=block_id)
    data = {name: values for name, values in request.POST.lists() if name not in RESERVED}
    steps = attempt_service.outline(attempt, get_language() or "nl")
    try:
        activity = _take(attempt, row, len(steps), handler, data, _act(request))
    except (HandlerRefusedError, UnknownActivityError, AttemptClosedError) as refusal:
        return _refused(request, attempt, row, steps, data, refusal)
    return _answered(request, attempt, row, activity, handler)


def _take(
    attempt: Attempt, row: VersionActivity, step_count: int, handler: str, data: dict[str, Any], act: Act
) -> Activity:
    try:
        activity = attempt_service.handle(
            attempt=attempt, row=row, step_count=step_count, handler=handler, data=data, act=act
        )
    except attempt_service.PluginFailed as failure:
        plugin_manager.record_incident(failure.plugin, failure.where, failure.fault)
        raise
    if activity.kind == "assignment" and activity.state.get("is_waiting"):
        ask_for_assessment(attempt=attempt, row=row)
    return activity


def _act(request: HttpRequest) -> Act:
    """The identity of an act as the browser sent it; what is malformed counts as not sent."""
    try:
        event = UUID(request.POST.get("event", ""))
    except ValueError:
        event = uuid4()
    sequence = request.POST.get("sequence", "")
    try:
        client_time = parse_datetime(request.POST.get("client_time", ""))
    except ValueError:
        client_time = None
    return Act(
        uuid=event,
        device=request.POST.get("device", "")[:40] if sequence.isdigit() else "",
        sequence=min(int(sequence), 2_000_000_000) if sequence.isdigit() and len(sequence) < 12 else 0,
        client_time=client_time if client_time and client_time.tzinfo else None,
        language=get_language() or "",
    )


def _answered(
    request: HttpRequest, attempt: Attempt, row: VersionActivity, activity: Activity, handler: str
) -> HttpResponse:
    """After an act: the next activity when this one is done by going on; else this one again, as far as it changed."""
    language = get_language() or "nl"
    steps = attempt_service.outline(attempt, language)
    frame = _frame(attempt, row, steps, activity)
    is_done = bool(frame["result"] and frame["result"].is_completed)
    goes_on = is_done and not activity.has_score
    following = frame["following"]
    target = reverse("courses:play", args=[attempt.uuid, row.position])
    if goes_on:
        target = (
            reverse("courses:play", args=[attempt.uuid, following.position])
            if following
            else reverse("courses:result", args=[attempt.uuid])
        )
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect(target if goes_on else f"{target}#nu")
    if goes_on:
        return HttpResponse(status=204, headers={"X-Next": target})
    extra = {"error": "", "typed": {}, "event": uuid4(), "files": PinnedFiles(attempt.version.files)}
    html = runtime.view(activity, "fragment", request, **extra)
    bar = render_to_string("courses/parts/action_bar.html", {**frame, **extra}, request)
    return HttpResponse(html + bar)


def _refused(
    request: HttpRequest,
    attempt: Attempt,
    row: VersionActivity,
    steps: list[attempt_service.Step],
    data: dict[str, Any],
    refusal: Exception,
) -> HttpResponse:
    """422 with the same page, what was typed, and what to do; nothing was stored."""
    activity = attempt_service.open_activity(
        attempt=attempt, row=row, step_count=len(steps), language=get_language() or "nl"
    )
    if request.headers.get("X-Requested-With") != "fetch":
        return _page(request, attempt, row, steps, activity, error=str(refusal), typed=data, status=422)
    return HttpResponse(render_to_string("courses/parts/error.html", {"error": str(refusal)}, request), status=422)


def _keep_unsent(request: HttpRequest, attempt_uuid: UUID, block_id: UUID, handler: str) -> HttpResponse:
    """The session is over: without JavaScript the act waits in the new session; with it, the browser keeps it."""
    row_position = (
        VersionActivity.objects.filter(version__attempts__uuid=attempt_uuid, block_id=block_id)
        .values_list("position", flat=True)
        .first()
    )
    back = reverse("courses:play", args=[attempt_uuid, row_position or 1])
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=401)
    typed = dict(request.POST.lists())
    typed.pop("csrfmiddlewaretoken", None)
    if len(str(typed)) <= MAX_UNSENT_CHARACTERS:
        request.session[UNSENT_KEY] = {
            "attempt": str(attempt_uuid),
            "block": str(block_id),
            "handler": handler,
            "typed": typed,
        }
    return redirect_to_login(back)


def _send_unsent(request: HttpRequest, attempt: Attempt, row: VersionActivity, step_count: int) -> str | None:
    """Take the act that waited for signing in; "" when it went well, the reason when not, None when there was none."""
    unsent = request.session.get(UNSENT_KEY)
    if not unsent or (unsent["attempt"], unsent["block"]) != (str(attempt.uuid), str(row.block_id)):
        return None
    del request.session[UNSENT_KEY]
    data = {name: values for name, values in unsent["typed"].items() if name not in RESERVED}
    event = (unsent["typed"].get("event") or [""])[0]
    act = Act(uuid=UUID(event)) if len(event) == 36 else Act()
    try:
        _take(attempt, row, step_count, unsent["handler"], data, act)
    except (HandlerRefusedError, UnknownActivityError, AttemptClosedError, ValueError) as refusal:
        return str(refusal)
    return ""


@login_required
@require_POST
def position(request: HttpRequest, attempt_uuid: UUID, block_id: UUID) -> HttpResponse:
    """Remember the last heading that was in view."""
    attempt = _attempt(request, attempt_uuid)
    if not attempt.version.activities.filter(block_id=block_id).exists():
        raise Http404
    if attempt.is_open:
        attempt_service.note_position(attempt=attempt, block_id=block_id, anchor=request.POST.get("anchor", ""))
    return HttpResponse(status=204)


@login_required
def result(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """How it went: score, what was learnt, every mistake with its explanation."""
    attempt = _attempt(request, attempt_uuid)
    language = get_language() or "nl"
    steps = attempt_service.outline(attempt, language)
    if attempt.is_open:
        left = [step for step in steps if step.is_required and not step.is_completed]
        return render(request, "courses/result_open.html", {"attempt": attempt, "left": left, "steps": steps})
    views = []
    for row in attempt.version.activities.all():
        activity = attempt_service.open_activity(attempt=attempt, row=row, step_count=len(steps), language=language)
        if activity is not None and activity.has_score:
            files = PinnedFiles(attempt.version.files)
            views.append({"title": row.title, "html": runtime.view(activity, "result_view", request, files=files)})
    context = {"attempt": attempt, "steps": steps, "views": views, "page": attempt.module.pages.live().first()}
    return render(request, "courses/result.html", context)


@login_required
def printed(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """The whole module on paper, without answers."""
    attempt = _attempt(request, attempt_uuid)
    language = get_language() or "nl"
    rows = list(attempt.version.activities.all())
    files = PinnedFiles(attempt.version.files)
    parts = []
    for row in rows:
        activity = attempt_service.open_activity(attempt=attempt, row=row, step_count=len(rows), language=language)
        title = activity.usage.title if activity else row.title
        parts.append({"title": title, "html": runtime.view(activity, "print_view", request, files=files)})
    return render(request, "courses/print.html", {"attempt": attempt, "parts": parts})
