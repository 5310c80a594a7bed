"""Work behind the scenes, for the operators of the installation."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lxp.http import SignedInRequest
from lxp.models import Job
from lxp.permissions import may
from lxp.services.jobs import words_of

MOST_FINISHED = 20
SECONDS_BETWEEN = 10


@login_required
def jobs(request: HttpRequest) -> HttpResponse:
    """What runs now and what ended last; while something runs the page comes again by itself."""
    if not may(cast("SignedInRequest", request).user, "installation.operate", None):
        raise PermissionDenied
    running = [_row(each) for each in Job.objects.running()]
    finished = [_row(each) for each in Job.objects.finished()[:MOST_FINISHED]]
    response = render(request, "lxp/jobs.html", {"running": running, "finished": finished})
    if running:
        response["Refresh"] = str(SECONDS_BETWEEN)
    return response


def _row(job: Job) -> dict[str, Any]:
    return {"job": job, "words": words_of(job.name)}
