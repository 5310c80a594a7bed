"""The portfolio of a person, and why each skill stands as it does."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from lxp.http import SignedInRequest
from lxp.models import User
from skills_graph import drawing
from skills_graph.drawing import Hill, Point
from skills_graph.models import Competency, Evidence, Holding
from skills_graph.services.explanation import explain
from skills_graph.services.portfolio import Domain, Portfolio, jobs_of, merged, portfolio_of
from skills_graph.services.standing import Need, Standing, State, needs_of_jobs

MOST_POINTS, MOST_NARROW_POINTS = 36, 8  # more is no picture any more; the list has them all
FORM_OF = {
    State.HELD: "held",
    State.EXPIRES: "expires",
    State.LAPSED: "lapsed",
    State.GROWING: "open",
    State.MISSING: "open",
}


@login_required
def portfolio(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    found = portfolio_of(person, request.GET.get("profiel", ""))
    context = {
        "portfolio": found,
        "memberships": person.current_memberships,
        "hours": round(found.minutes_this_year / 60),
        "domains": [{"domain": domain, "drawings": _narrow(domain)} for domain in found.domains],
        "landscape": _landscape(found),
    }
    return render(request, "skills_graph/portfolio.html", context)


def _landscape(found: Portfolio) -> list[str]:
    """The hills for a wide screen; what is essential goes first where not everything fits."""
    strengths = sorted(each.need.strength for each in found.skills)
    weakest = strengths[MOST_POINTS - 1] if len(strengths) > MOST_POINTS else max(strengths, default=0)
    room, hills = MOST_POINTS, []
    for domain in found.domains:
        points = [_point(each) for each in domain.skills if each.need.strength <= weakest][:room]
        room -= len(points)
        if points:
            hills.append(Hill(domain.name, points))
    return list(drawing.wide(hills, _levels(found), _("Your skills"), is_mirrored=get_language_bidi()))


def _narrow(domain: Domain) -> list[str]:
    """The hill of one domain for a phone; what is essential goes first where not everything fits."""
    strongest = sorted(domain.skills, key=lambda each: each.need.strength)[:MOST_NARROW_POINTS]
    shown = {each.competency.pk for each in strongest}
    hill = Hill(domain.name, [_point(each) for each in domain.skills if each.competency.pk in shown])
    most = max(len(each.competency.framework.scale.levels) for each in domain.skills)
    return list(drawing.narrow(hill, [""] * most, is_mirrored=get_language_bidi()))


def _levels(found: Portfolio) -> list[str]:
    """The words of the longest scale, from low to high."""
    scales = [each.competency.framework.scale for each in found.skills]
    longest = max(scales, key=lambda scale: len(scale.levels), default=None)
    if longest is None:
        return []
    return [f"{rank} {longest.label_of(rank)}" for rank in range(1, len(longest.levels) + 1)]


def _point(standing: Standing) -> Point:
    return Point(
        label=str(standing.competency),
        fact=fact_of(standing),
        url=reverse("skills_graph:why", args=[standing.competency.uuid]),
        level=standing.level,
        goal=standing.need.level,
        form=FORM_OF[standing.state],
    )


def fact_of(standing: Standing) -> str:
    """All that a point of the picture says, in words."""
    words = {
        "skill": str(standing.competency),
        "state": standing.state.label,
        "level": standing.level,
        "asked": standing.need.level,
        "words": standing.level_words,
    }
    if not standing.level:
        return _("%(skill)s: %(state)s. Your job asks level %(asked)d.") % words
    return _("%(skill)s: %(state)s. You are at level %(level)d, %(words)s. Your job asks level %(asked)d.") % words


@login_required
def why(request: HttpRequest, competency_uuid: UUID) -> HttpResponse:
    """Why somebody holds a skill, or does not yet; for the person."""
    person = cast("SignedInRequest", request).user
    competency = _readable_competency(person, competency_uuid)
    needs = merged(needs_of_jobs(jobs_of(person)).values())
    asked = needs.get(competency.pk)
    found = explain(person=person, need=asked or need_beside(person, competency), viewer=person)
    context = {"explanation": found, "is_asked": asked is not None, "is_own": True, "about": person, **ring_of(found)}
    return render(request, "skills_graph/why.html", context)


def _readable_competency(person: User, uuid: UUID) -> Competency:
    """A competency that this person may read of: of a shared or own framework, or with something in the own record."""
    mine = Q(pk__in=Holding.objects.filter(person=person).values("competency")) | Q(
        pk__in=Evidence.objects.filter(person=person).order_by().values("competency")
    )
    usable = Q(framework__owner__isnull=True) | Q(framework__owner__in=person.organisations)
    rows = Competency.objects.filter(usable | mine).exclude(kind=Competency.Kind.GROUP)
    competency = rows.select_related("framework__scale").filter(uuid=uuid).first()
    if competency is None:
        raise Http404
    return competency


def need_beside(person: User, competency: Competency) -> Need:
    """What is looked at where no job asks anything: the highest level that there was, else the first."""
    levels = (
        Holding.objects.filter(person=person, competency=competency).order_by("-level").values_list("level", flat=True)
    )
    return Need(competency, levels.first() or 1)


def ring_of(found: object) -> dict[str, object]:
    """The ring with the level of an explanation."""
    standing: Standing = found.standing  # type: ignore[attr-defined]
    most = len(standing.competency.framework.scale.levels)
    words = _("Level %(level)d of %(most)d") % {"level": standing.level, "most": most}
    return {"ring": drawing.ring(standing.level, most, words)}
