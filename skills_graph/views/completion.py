"""Which modules the people of a team took up and finished: the page, and the same as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from courses.api import Enrolment, Module
from lxp import audit
from lxp.models import Organisation
from lxp.spreadsheet import csv_response
from skills_graph.services.completion import (
    Completion,
    Figures,
    completions,
    enrolments,
    figures,
    of_everybody,
    shown,
    streamed,
)
from skills_graph.views.team import leader_of

ROWS_PER_PAGE = 50


def _module(request: HttpRequest) -> Module | None:
    """The module to narrow by; one that this person may not find, or that is not there, is not there."""
    wanted = request.GET.get("module", "")
    if not wanted:
        return None
    try:
        uuid = UUID(wanted)
    except ValueError as fault:
        raise Http404 from fault
    module = Module.objects.visible_to(request.user).select_related("current_version").filter(uuid=uuid).first()
    if module is None:
        raise Http404
    return module


@login_required
def completion(request: HttpRequest) -> HttpResponse:
    leader, organisation = leader_of(request)
    module = _module(request)
    rows = enrolments(leader, organisation, module)
    own = figures(rows, organisation)
    paginator = Paginator(rows, ROWS_PER_PAGE)
    paginator.count = own.total  # counted already
    page = paginator.get_page(request.GET.get("p"))
    found = completions(cast("QuerySet[Enrolment]", page.object_list), organisation)
    people = {each.person_id for each in found}
    audit.record_looks("completion.looked", by=leader, people=people, organisation=organisation, about=module)
    context = {
        "organisation": organisation,
        "module": module,
        "page": page,
        "completions": found,
        "own": own,
        "everybody": _everybody(organisation, module, own),
        "query": f"module={module.uuid}&" if module else "",
    }
    return render(request, "skills_graph/team/completion.html", context)


def _everybody(organisation: Organisation, module: Module | None, own: Figures) -> Figures | None:
    """The whole organisation beside the own people, for one module; nothing where they are the same."""
    if module is None:
        return None
    everybody = figures(of_everybody(organisation, module), organisation)
    return shown(everybody, own) if everybody.total > own.total else None


@login_required
def download(request: HttpRequest) -> HttpResponseBase:
    """All rows as CSV, sent as they are read."""
    leader, organisation = leader_of(request)
    module = _module(request)
    rows = enrolments(leader, organisation, module)
    people = rows.order_by().values_list("person", flat=True).distinct()
    audit.record_looks("completion.exported", by=leader, people=people, organisation=organisation, about=module)
    header = [_("Name"), _("Module"), _("Taken up on"), _("State"), _("Finished on")]
    return csv_response(_("completion"), header, _cells(streamed(rows, organisation)))


def _cells(rows: Iterable[Completion]) -> Iterator[list[Any]]:
    for row in rows:
        yield [row.name, row.module, row.enrolled_on, row.progress.label, row.completed_on]
