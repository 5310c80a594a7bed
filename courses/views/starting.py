"""Starting a module or a course, doing it again, and taking up a newer version."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.exceptions import EnrolmentRefusedError
from courses.models import Attempt, Course, Module
from courses.services.attempts import move_to_current
from courses.services.enrolment import enrol_in_course, start_module
from lxp.http import SignedInRequest
from lxp.models import Organisation


@login_required
@require_POST
def start(request: HttpRequest, module_uuid: UUID) -> HttpResponse:
    """Start a module, or go on with it."""
    signed_in = cast("SignedInRequest", request)
    module = get_object_or_404(Module.objects.visible_to(signed_in.user), uuid=module_uuid)
    return _begin(signed_in, module, signed_in.organisation)


def _begin(request: SignedInRequest, module: Module, preferred: Organisation | None) -> HttpResponse:
    """To the spot in the attempt under way or a new one; to the own list with the reason where there can be none."""
    try:
        attempt = start_module(person=request.user, module=module, preferred=preferred)
    except EnrolmentRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:my_learning")
    return redirect("courses:resume", attempt.uuid)


@login_required
@require_POST
def start_course(request: HttpRequest, course_uuid: UUID) -> HttpResponse:
    signed_in = cast("SignedInRequest", request)
    course = get_object_or_404(Course.objects.visible_to(signed_in.user), uuid=course_uuid)
    try:
        enrol_in_course(person=signed_in.user, course=course, preferred=signed_in.organisation)
    except EnrolmentRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:my_learning")
    page = course.pages.live().first()
    if page is None:
        raise Http404
    messages.success(request, _("You take part in this course now."))
    return redirect(page.get_url(request))


@login_required
@require_POST
def again(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """A finished module once more: a new attempt; the old one stays as it was."""
    signed_in = cast("SignedInRequest", request)
    finished = get_object_or_404(Attempt.objects.visible_to(signed_in.user), uuid=attempt_uuid)
    return _begin(signed_in, finished.module, finished.organisation)


@login_required
@require_POST
def update(request: HttpRequest, attempt_uuid: UUID) -> HttpResponse:
    """Take up the newer version under way."""
    signed_in = cast("SignedInRequest", request)
    attempt = get_object_or_404(Attempt.objects.visible_to(signed_in.user), uuid=attempt_uuid)
    move_to_current(attempt=attempt)
    messages.success(request, _("You work with the newest version now. What did not change stays done."))
    return redirect("courses:resume", attempt.uuid)
