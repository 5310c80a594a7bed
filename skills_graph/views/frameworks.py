"""Pages about frameworks: looking round, one competency, and oneself beside a profile."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lxp.http import SignedInRequest
from skills_graph.models import Competency, Profile
from skills_graph.services.browsing import Search, view_of, visible_competencies
from skills_graph.services.comparing import compare, find_profiles, fits, own_facts, visible_profiles
from skills_graph.services.portfolio import ROLES


@require_safe
@login_required
def frameworks(request: HttpRequest) -> HttpResponse:
    search = Search.from_query(cast("SignedInRequest", request).user, request.GET)
    query = request.GET.copy()
    query.pop("p", None)
    context = {
        "search": search,
        "page": search.page(request.GET.get("p")),
        "roots": [] if search.is_narrowed or search.framework is None else search.roots(),
        "kinds": Competency.Kind.choices,
        "roles": ROLES.items(),
        "query": f"{query.urlencode()}&" if query else "",
    }
    return render(request, "skills_graph/frameworks.html", context)


@require_safe
@login_required
def competency(request: HttpRequest, competency_uuid: UUID) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    rows = visible_competencies(person).select_related("framework__scale", "framework__owner")
    found = get_object_or_404(rows, uuid=competency_uuid)
    context = {
        "view": view_of(person, found, request.GET.get("p")),
        "role": ROLES.get(found.role, ""),
    }
    return render(request, "skills_graph/competency.html", context)


@require_safe
@login_required
def comparison(request: HttpRequest) -> HttpResponse:
    """One's own jobs, or a profile that is chosen; a profile that is not there compares with none."""
    person = cast("SignedInRequest", request).user
    facts = own_facts(person)
    jobs = fits(person, facts)
    asked, words = request.GET.get("profiel", ""), request.GET.get("q", "")
    profile = next((fit.profile for fit in jobs if str(fit.profile.uuid) == asked), None)
    if asked and profile is None:
        rows = Profile.objects.filter(visible_profiles(person))
        profile = get_object_or_404(rows, uuid=_uuid(asked))
    if not asked and not words:
        profile = next((fit.profile for fit in jobs if fit.is_own), None)
    context = {
        "jobs": jobs,
        "words": words,
        "found": find_profiles(person, words),
        "comparison": compare(person, profile, facts) if profile else None,
    }
    return render(request, "skills_graph/comparison.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
