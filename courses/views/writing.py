"""Screens of authors inside the editor: the modules of their organisation, and starting a new one."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.widgets.button import HeaderButton
from wagtail.models import Page

from content.api import OrganisationPage
from courses.examples import starters
from courses.forms import StartForm
from courses.models import ModulePage
from courses.services.starters import start_page
from lxp.exceptions import LxpError
from lxp.http import SignedInRequest
from lxp.models import Organisation
from lxp.permissions import EDITING_ROLES

PAGES_ON_HOME = 6


def writing_for(request: HttpRequest) -> list[Organisation]:
    """The organisations that a person writes for, the current one first; every one for an operator."""
    signed_in = cast("SignedInRequest", request)
    if signed_in.user.is_superuser:
        return list(Organisation.objects.open())
    mine = signed_in.user.organisations_with_role(*EDITING_ROLES)
    return sorted(mine, key=lambda each: each != signed_in.organisation)


def pages_of(organisations: list[Organisation]) -> QuerySet[ModulePage]:
    """Every module page below the pages of these organisations."""
    below = Q(pk__in=[])
    for path in OrganisationPage.objects.filter(organisation__in=organisations).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return ModulePage.objects.filter(below)


class ModulePanel(Component):
    """On the first page of the editor: the modules that changed last, and the way to a new one."""

    name = "modules"
    order = 230  # below what waits for a review
    template_name = "courses/editor/home_panel.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        organisation = writing_for(self.request)[0]
        pages = pages_of([organisation]).defer("body").order_by("-latest_revision_created_at")
        newest = pages.prefetch_workflow_states()[:PAGES_ON_HOME]  # type: ignore[attr-defined]
        return {"organisation": organisation, "pages": newest}


class ModuleIndex(IndexView):
    """The modules of the current organisation with their state: draft, in review, live, changed."""

    model = ModulePage
    page_title = gettext_lazy("Modules")
    header_icon = "list-ul"
    index_url_name = "courses_editor:modules"
    index_results_url_name = "courses_editor:modules_results"

    @cached_property
    def columns(self) -> list[Column]:
        return [column for column in self.base_columns if column.name not in ("bulk_actions", "parent")]

    def get_base_queryset(self) -> QuerySet[Page]:
        organisations = writing_for(self.request)
        if not self.request.user.is_superuser:
            organisations = organisations[:1]
        return super().get_base_queryset().filter(pk__in=pages_of(organisations).values("pk"))

    def get_add_url(self) -> str:
        return reverse("courses_editor:start")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(label=_("New module"), url=self.get_add_url(), icon_name="plus")]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        here = writing_for(self.request)
        words = here[0].name if here and not self.request.user.is_superuser else ""
        return [*self.breadcrumbs_items, {"url": "", "label": _("Modules"), "sublabel": words}]


def module_start(request: HttpRequest) -> HttpResponse:
    """Choose what to begin with; each choice is a button that makes the draft and opens the editor."""
    organisations = writing_for(request)
    if not organisations:
        raise PermissionDenied
    person = cast("SignedInRequest", request).user
    form = StartForm(request.POST or None, organisations=organisations, language=person.language)
    if request.method == "POST" and form.is_valid():
        try:
            page = start_page(by=person, **form.cleaned_data)
        except LxpError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("This is your draft. Nobody else sees it before it is published."))
            return redirect("wagtailadmin_pages:edit", page.pk)
    context = {
        "form": form,
        "starters": starters(person.language),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("courses_editor:modules"), "label": _("Modules")},
            {"url": "", "label": _("New module")},
        ],
    }
    return render(request, "courses/editor/start.html", context, status=422 if form.errors else 200)
