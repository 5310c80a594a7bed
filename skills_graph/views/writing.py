"""The outcomes of a module, edited beside its page in the look of the editor."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.api import Module, ModulePage, activities_of
from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import require
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.forms.outcomes import OutcomeForm
from skills_graph.models import Competency, DraftOutcome
from skills_graph.services.competency_search import LEAST_LETTERS, find_competencies, label_that_says
from skills_graph.services.outcomes import (
    Activities,
    organisations_of,
    parts_of,
    remove_outcome,
    save_outcome,
)
from skills_graph.views.outcome_panels import draft_lines


class Writing:
    """One module as somebody writes at it: the draft of its source page, and whose frameworks it may use."""

    def __init__(self, request: HttpRequest, page_id: int) -> None:
        self.person: User = cast("SignedInRequest", request).user
        self.page = get_object_or_404(ModulePage.objects.select_related("module__owner"), pk=page_id)
        self.module: Module = self.page.module
        require(self.person, "module.edit", self.module)
        source = self.module.pages.filter(text_language=self.module.source_language).first() or self.page
        self.draft = cast("ModulePage", source.get_latest_revision_as_object())
        self.activities: Activities = activities_of(self.draft)
        self.organisations: list[Organisation] = organisations_of(self.module, self.person)

    @property
    def url(self) -> str:
        return reverse("skills_graph_editor:outcomes", args=[self.page.pk])

    def competency(self, uuid: str) -> Competency:
        """The competency that was chosen. Raises Http404 for what this module may not use."""
        try:
            wanted = UUID(uuid)
        except ValueError as fault:
            raise Http404 from fault
        usable = Competency.objects.usable_by(self.organisations).select_related("framework__scale")
        return get_object_or_404(usable, uuid=wanted)

    def context(self, **more: Any) -> dict[str, Any]:
        return {
            **draft_lines(self.module, self.activities),
            "page": self.page,
            "title": self.draft.title,
            "url": self.url,
            "search_url": reverse("skills_graph_editor:find", args=[self.page.pk]),
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": reverse("courses_editor:modules"), "label": _("Modules")},
                {"url": reverse("wagtailadmin_pages:edit", args=[self.page.pk]), "label": self.draft.title},
                {"url": "", "label": _("What it proves")},
            ],
            **more,
        }


def outcomes(request: HttpRequest, page_id: int) -> HttpResponse:
    """What a module proves and asks; with `q` what can be chosen, with `competency` the form for the one that was."""
    writing = Writing(request, page_id)
    asked = request.GET.get("q", "")
    chosen = request.GET.get("competency", "")
    if not chosen:
        found = find_competencies(text=asked, organisations=writing.organisations)
        context = writing.context(asked=asked, found=found, count=count_words(asked, len(found)))
        return render(request, "skills_graph/editor/outcomes.html", context)
    return _edit(request, writing, writing.competency(chosen), None)


def outcome(request: HttpRequest, page_id: int, outcome_id: int) -> HttpResponse:
    """Change one outcome, or take it away."""
    writing = Writing(request, page_id)
    rows = DraftOutcome.objects.filter(module=writing.module).select_related("competency__framework__scale", "module")
    row = get_object_or_404(rows, pk=outcome_id)
    if request.method == "POST" and "remove" in request.POST:
        remove_outcome(outcome=row, by=writing.person)
        messages.success(request, _("Removed. It counts from the next time you publish."))
        return redirect(writing.url)
    return _edit(request, writing, row.competency, row)


def _edit(request: HttpRequest, writing: Writing, competency: Competency, row: DraftOutcome | None) -> HttpResponse:
    form = OutcomeForm(request.POST or None, competency=competency, activities=writing.activities, outcome=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_outcome(
                module=writing.module,
                activities=writing.activities,
                competency=competency,
                outcome=row,
                by=writing.person,
                **form.values,
            )
        except (DefinitionRefusedError, ValidationError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It counts from the next time you publish."))
            return redirect(writing.url)
    parts = parts_of(competency) if competency.is_reserved else []
    context = writing.context(form=form, competency=competency, outcome=row, parts=parts)
    return render(request, "skills_graph/editor/outcome.html", context, status=422 if form.errors else 200)


def find(request: HttpRequest, page_id: int) -> JsonResponse:
    """What the combobox shows for a few letters, each with the address that chooses it."""
    writing = Writing(request, page_id)
    return found_json(request, writing.organisations, writing.url)


def found_json(request: HttpRequest, organisations: list[Organisation], url: str) -> JsonResponse:
    """Competencies for the letters in `q`, as the combobox reads them."""
    asked = request.GET.get("q", "")
    found = find_competencies(text=asked, organisations=organisations)
    rows = [
        {"url": f"{url}?competency={each.uuid}", "title": str(each), "detail": detail_of(each, asked)} for each in found
    ]
    return JsonResponse({"words": count_words(asked, len(found)), "found": rows})


def detail_of(competency: Competency, asked: str) -> str:
    """What stands below a title: how it is called elsewhere, where that is what was asked; its kind and framework."""
    words = [label_that_says(competency, asked), competency.get_kind_display(), str(competency.framework)]
    return " · ".join(filter(None, words))


def count_words(asked: str, count: int) -> str:
    """How many there are, or why there are none, for a reader and for a screen reader."""
    if not asked.strip():
        return ""
    if len("".join(asked.split())) < LEAST_LETTERS:
        return _("Type at least 3 letters.")
    if not count:
        return _("Nothing found. Try a shorter word.")
    return ngettext("%(count)d skill found", "%(count)d skills found", count) % {"count": count}
