"""A learner's own modules and courses: under way and finished."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.services.course_progress import my_courses
from courses.services.overview import my_attempts
from lxp.http import SignedInRequest

FINISHED_PER_PAGE = 30


@login_required
def my_learning(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    under_way, finished = my_attempts(person)
    page = Paginator(finished, FINISHED_PER_PAGE).get_page(request.GET.get("p"))
    context = {"courses": my_courses(person), "under_way": under_way, "page": page}
    return render(request, "courses/my_learning.html", context)
