"""The player: one activity on each page, acts that arrive once, and the exact spot to resume."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.activities import runtime
from courses.activities.base import Activity
from courses.activities.stores import Act
from courses.exceptions import HandlerRefusedError, OutdatedVersionError, UnknownActivityError
from courses.models import Attempt, VersionActivity
from courses.services import attempts as attempt_service
from courses.services.pinning import PinnedFiles
from courses.services.versions import kept_activities
from courses.views.acts import UnsentAct, act_of, data_of, keep_unsent, shown_again, take_unsent, values_of
from lxp import plugin_manager
from lxp.http import SignedInRequest
from lxp.models import User

REFUSALS = (HandlerRefusedError, UnknownActivityError, OutdatedVersionError)


def _attempt(request: HttpRequest, attempt_uuid: UUID) -> Attempt:
    mine = Attempt.objects.visible_to(request.user)
    attempt = get_object_or_404(mine.select_related("version", "organisation", "module__owner"), uuid=attempt_uuid)
    attempt.person = cast("SignedInRequest", request).user
    return attempt


def _row(attempt: Attempt, **wanted: Any) -> VersionActivity:
    """The activity of the attempt's version with this position or block. Raises Http404."""
    for row in kept_activities(attempt.version):
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return row
    raise Http404


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
    """One activity to take; after a safety change only the way to the newest version."""
    attempt = _attempt(request, attempt_uuid)
    row = _row(attempt, position=position)
    language = get_language() or "nl"
    unsent = take_unsent(request.session, attempt.uuid, row.block_id)
    if attempt.must_move:
        return _move_first(request, attempt, row, unsent)
    error, typed = _send(attempt, row, unsent, language) if unsent else ("", {})
    if unsent:
        attempt = _attempt(request, attempt_uuid)
    states = attempt_service.states_of(attempt)
    steps = attempt_service.outline(attempt, language, states)
    activity = attempt_service.open_activity(
        attempt=attempt, row=row, step_count=len(steps), language=language, states=states
    )
    if attempt.is_open:
        attempt_service.note_position(attempt=attempt, block_id=row.block_id, anchor=_anchor(attempt, row))
    return _page(request, attempt, row, steps, activity, error=error, typed=typed)


def _move_first(request: HttpRequest, attempt: Attempt, row: VersionActivity, unsent: UnsentAct | None) -> HttpResponse:
    """What changed and why, with one button. What was filled in waits for the newest version."""
    if unsent:
        keep_unsent(request.session, replace(unsent, is_shown_only=True))
    attempt_service.note_position(attempt=attempt, block_id=row.block_id, anchor="")
    frame = _frame(attempt, row, attempt_service.outline(attempt, get_language() or "nl"), None)
    html = render_to_string("courses/parts/safer_version.html", {"changes": attempt.safety_changes()}, request)
    return render(request, "courses/player.html", {**frame, "html": html})


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
    frame = _frame(attempt, row, steps, activity)
    extra = _extra(frame, error=error, typed=typed or {})
    html = runtime.view(activity, "learner_view", request, **extra)
    return render(request, "courses/player.html", {**frame, **extra, "html": html}, status=status)


def _extra(frame: dict[str, Any], **values: Any) -> dict[str, Any]:
    """What the views of an activity get beside their own."""
    attempt, following = frame["attempt"], frame["following"]
    return {
        "error": "",
        "typed": {},
        "event": uuid4(),
        "files": PinnedFiles(attempt.version.files),
        "is_open": attempt.is_open,
        "next_url": reverse("courses:play", args=[attempt.uuid, following.position]) if following else "",
        **values,
    }


def _frame(
    attempt: Attempt, row: VersionActivity, steps: list[attempt_service.Step], activity: Activity | None
) -> dict[str, Any]:
    """What is around an activity: outline, counts, and the buttons of the action bar."""
    index = next(number for number, step in enumerate(steps) if step.block_id == row.block_id)
    following = steps[index + 1] if index + 1 < len(steps) else None
    result = runtime.result_of(activity) if activity is not None else None
    action, must_move = None, attempt.must_move
    if activity is not None and not (result and result.is_completed) and attempt.is_open and not must_move:
        action = runtime.next_action_of(activity)
    return {
        "attempt": attempt,
        "site_organisation": attempt.organisation,
        "steps": steps,
        "here": steps[index],
        "previous": steps[index - 1] if index else None,
        "following": following,
        "activity": activity,
        "result": result,
        "action": action,
        "must_move": must_move,
        "resume_anchor": _anchor(attempt, row),
    }


@require_POST
def handle(request: HttpRequest, attempt_uuid: UUID, block_id: UUID, handler: str) -> HttpResponse:
    """Take one act of the learner. Who was signed out in the meantime loses nothing: it is kept and sent after signing in."""
    if not request.user.is_authenticated:
        return _keep_unsent(request, attempt_uuid, block_id, handler)
    if request.POST.get("person", str(request.user.uuid)) != str(request.user.uuid):
        return HttpResponse(status=401)  # another person signed in on this device: the act waits for its own
    values, language = values_of(request.POST), get_language() or "nl"
    act, data = act_of(values, handler, language), data_of(values)
    try:
        taken = _take(cast("SignedInRequest", request).user, attempt_uuid, block_id, handler, data, act)
    except Attempt.DoesNotExist as absence:
        raise Http404 from absence
    except OutdatedVersionError as refusal:
        unsent = UnsentAct(str(attempt_uuid), str(block_id), handler, values, is_shown_only=True)
        keep_unsent(request.session, unsent)
        return _refused(request, attempt_uuid, block_id, data, refusal)
    except REFUSALS as refusal:
        return _refused(request, attempt_uuid, block_id, data, refusal)
    return _answered(request, taken)


def _take(
    person: User, attempt_uuid: UUID, block_id: UUID, handler: str, data: dict[str, Any], act: Act
) -> attempt_service.Taken:
    try:
        return attempt_service.handle(
            person=person, attempt_uuid=attempt_uuid, block_id=block_id, handler=handler, data=data, act=act
        )
    except attempt_service.PluginFailedError as failure:
        plugin_manager.record_incident(
            failure.plugin, failure.where, failure.fault, organisations=[failure.organisation]
        )
        raise


def _answered(request: HttpRequest, taken: attempt_service.Taken) -> HttpResponse:
    """After an act: the next activity when this one is done by going on; else this one again, as far as it changed."""
    attempt, row, activity = taken.attempt, taken.row, taken.activity
    language = get_language() or "nl"
    steps = attempt_service.outline(attempt, language, taken.states)
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
    extra = _extra(frame)
    html = runtime.view(activity, "fragment", request, **extra)
    bar = render_to_string("courses/parts/action_bar.html", {**frame, **extra}, request)
    return HttpResponse(html + bar)


def _refused(
    request: HttpRequest, attempt_uuid: UUID, block_id: UUID, data: dict[str, Any], refusal: Exception
) -> HttpResponse:
    """422 with the same page, what was typed, and what to do; nothing was stored. A script gets only the parts."""
    attempt = _attempt(request, attempt_uuid)
    row = _row(attempt, block_id=block_id)
    steps = attempt_service.outline(attempt, get_language() or "nl")
    activity = attempt_service.open_activity(
        attempt=attempt, row=row, step_count=len(steps), language=get_language() or "nl"
    )
    if request.headers.get("X-Requested-With") != "fetch":
        return _page(request, attempt, row, steps, activity, error=str(refusal), typed=shown_again(data), status=422)
    html = render_to_string("courses/parts/error.html", {"error": str(refusal)}, request)
    if isinstance(refusal, OutdatedVersionError):
        html += render_to_string("courses/parts/action_bar.html", _frame(attempt, row, steps, activity), request)
    return HttpResponse(html, status=422)


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
    values = values_of(request.POST)
    values.pop("csrfmiddlewaretoken", None)
    keep_unsent(request.session, UnsentAct(str(attempt_uuid), str(block_id), handler, values))
    return redirect_to_login(back)


def _send(attempt: Attempt, row: VersionActivity, unsent: UnsentAct, language: str) -> tuple[str, dict[str, list[str]]]:
    """Take the act that waited; ("", {}) when it went well, else the reason and what was filled in."""
    data = data_of(unsent.values)
    if unsent.is_shown_only:
        return _("This part is of the new version. Look at what you had filled in, and send it once more."), data
    try:
        act = act_of(unsent.values, unsent.handler, language)
        _take(attempt.person, attempt.uuid, row.block_id, unsent.handler, data, act)
    except REFUSALS as refusal:
        return str(refusal), data
    return "", {}


@login_required
@require_POST
def position(request: HttpRequest, attempt_uuid: UUID, block_id: UUID) -> HttpResponse:
    """Remember the last heading that was in view."""
    attempt = _attempt(request, attempt_uuid)
    _row(attempt, block_id=block_id)
    if attempt.is_open:
        attempt_service.note_position(attempt=attempt, block_id=block_id, anchor=request.POST.get("anchor", ""))
    return HttpResponse(status=204)


@login_required
def result(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """How it went: score, what was learnt, every mistake with its explanation."""
    attempt = _attempt(request, attempt_uuid)
    language = get_language() or "nl"
    states = attempt_service.states_of(attempt)
    steps = attempt_service.outline(attempt, language, states)
    if attempt.completed_at is None:
        left = [step for step in steps if step.is_required and not step.is_completed]
        doable = [step for step in left if step.is_available]
        context = {
            "attempt": attempt,
            "left": left,
            "steps": steps,
            "next_step": doable[0] if doable else None,
            "is_blocked": len(doable) < len(left),
        }
        return render(request, "courses/result_open.html", context)
    views = []
    for row in kept_activities(attempt.version):
        activity = attempt_service.open_activity(
            attempt=attempt, row=row, step_count=len(steps), language=language, states=states
        )
        if activity is not None and activity.has_score:
            files = PinnedFiles(attempt.version.files)
            views.append(
                {"title": activity.usage.title, "html": runtime.view(activity, "result_view", request, files=files)}
            )
    panels = plugin_manager.call_core("result_panels", attempt=attempt, request=request)
    context = {"attempt": attempt, "steps": steps, "views": views, "panels": panels}
    return render(request, "courses/result.html", context)


@login_required
def printed(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """The whole module on paper, without answers; no version that a safety change replaced."""
    attempt = _attempt(request, attempt_uuid)
    if attempt.must_move:
        return redirect(attempt)
    language = get_language() or "nl"
    rows = kept_activities(attempt.version)
    states = attempt_service.states_of(attempt)
    files = PinnedFiles(attempt.version.files)
    parts = []
    for row in rows:
        activity = attempt_service.open_activity(
            attempt=attempt, row=row, step_count=len(rows), language=language, states=states
        )
        title = activity.usage.title if activity else row.title
        parts.append({"title": title, "html": runtime.view(activity, "print_view", request, files=files)})
    return render(request, "courses/print.html", {"attempt": attempt, "parts": parts})
