"""What the skills graph adds to the page of a result: what was proven, and the next step."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from courses.api import Attempt
from skills_graph.services.portfolio import next_step_of
from skills_graph.services.proving import proven_by


def panels(attempt: Attempt, request: HttpRequest) -> list[str]:
    step = next_step_of(attempt.person)
    if step is not None and step.offer.module_id == attempt.module_id:
        step = None  # it was just done: what is missing still is not in it
    context = {"proofs": proven_by(attempt), "step": step}
    return [render_to_string("skills_graph/panels/result.html", context, request)]
