"""What a module proves, as others show it: in the editor of its page and on its public page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from courses.api import Module, ModulePage, activities_of
from lxp.models import User
from skills_graph.models import Competency, DraftOutcome, EvidenceKind, Outcome
from skills_graph.services.outcomes import Activities, problems_of

SHOWN = (
    "block_id", "level", "kind", "is_entry", "competency__title", "competency__labels",
    "competency__framework__scale__levels", "competency__framework__attribution",
)  # fmt: skip


@dataclass(frozen=True)
class OutcomeLine:
    """One outcome in words. `proof` is the title of an activity, empty for the whole module."""

    outcome: DraftOutcome | Outcome
    level: str
    kind: str
    proof: str = ""
    problem: str = ""

    @property
    def competency(self) -> Competency:
        return self.outcome.competency


def lines_of(outcomes: list[Any], titles: dict[Any, str], problems: dict[int, str] | None = None) -> list[OutcomeLine]:
    """Outcomes with `competency__framework__scale`, in words; `titles` of activities by block id."""
    return [
        OutcomeLine(
            outcome=each,
            level=each.competency.framework.scale.label_of(each.level),
            kind=str(EvidenceKind(each.kind).label),
            proof=titles.get(each.block_id, ""),
            problem=(problems or {}).get(each.pk, ""),
        )
        for each in outcomes
    ]


def draft_lines(module: Module, activities: Activities) -> dict[str, list[OutcomeLine]]:
    """What a draft proves and asks, with what is wrong."""
    drafts = list(module.draft_outcomes.select_related("competency__framework__scale").order_by("pk"))
    problems = problems_of(module=module, activities=activities, drafts=drafts)
    lines = lines_of(drafts, {each["block_id"]: each["title"] for each in activities}, problems)
    return {
        "gives": [each for each in lines if not each.outcome.is_entry],
        "asks": [each for each in lines if each.outcome.is_entry],
    }


def editor_panels(page: ModulePage, request: HttpRequest) -> list[str]:
    """The list of a draft's outcomes and the way to change it, for the tab of the editor."""
    context = {
        **draft_lines(page.module, activities_of(page)),
        "url": reverse("skills_graph_editor:outcomes", args=[page.pk]),
        "is_source": page.is_source,
    }
    return [render_to_string("skills_graph/editor/outcomes_panel.html", context, request)]


def module_panels(module: Module, request: HttpRequest) -> list[str]:
    """What the current version proves and asks, of what the reader may know of: the own framework of an organisation is
    its own, also where its module is for everybody. Nothing where it does neither. One query."""
    if module.current_version_id is None:
        return []
    organisations = request.user.organisations if isinstance(request.user, User) else []
    owner = "competency__framework__owner"
    readable = Q(**{f"{owner}__isnull": True}) | Q(**{f"{owner}__in": organisations})
    rows = Outcome.objects.filter(readable, version=module.current_version_id).order_by("pk")
    lines = lines_of(list(rows.select_related("competency__framework__scale").only(*SHOWN)), {})
    gives: dict[int, OutcomeLine] = {}
    for line in lines:  # the highest level of each: a test and a practical may prove the same competency
        known = gives.get(line.outcome.competency_id)
        if not line.outcome.is_entry and (known is None or known.outcome.level < line.outcome.level):
            gives[line.outcome.competency_id] = line
    asks = [line for line in lines if line.outcome.is_entry]
    if not gives and not asks:
        return []
    context = {"gives": list(gives.values()), "asks": asks}
    return [render_to_string("skills_graph/module_panel.html", context, request)]
