"""The public list of courses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.services.course_cards import course_cards


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    response = render(request, "courses/course_list.html", {"cards": course_cards(request.user)})
    response.is_public = not request.user.is_authenticated  # type: ignore[attr-defined]
    return response
