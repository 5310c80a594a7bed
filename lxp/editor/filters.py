"""The choices in Wagtail's report and listing filters: only colleagues, and only one's own workflows.

Wagtail builds these from every row there is, so that an author would read the e-mail addresses of all other editors.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from wagtail.admin import filters as admin_filters
from wagtail.admin.views.pages.listing import GenericPageFilterSet, PageFilterSet
from wagtail.admin.views.reports.locked_pages import LockedPagesReportFilterSet
from wagtail.admin.views.reports.workflows import WorkflowReportFilterSet, WorkflowTasksReportFilterSet
from wagtail.images.views import chooser as image_chooser
from wagtail.models import ModelLogEntry, Task, Workflow
from wagtail.models.audit_log import ModelLogEntryManager
from wagtailmedia.views import chooser as media_chooser
from wagtailmedia.views import media as media_index

from lxp.editor.scope import scope_of
from lxp.models import User


def colleagues(request: HttpRequest) -> QuerySet[User]:
    people = User.objects.all() if request.user.is_superuser else scope_of(request).colleagues()
    return people.order_by("first_name", "last_name", "pk")


def workflows(request: HttpRequest) -> QuerySet[Workflow]:
    if request.user.is_superuser:
        return Workflow.objects.all()
    return Workflow.objects.filter(workflow_pages__page__in=scope_of(request).roots).distinct()


def tasks(request: HttpRequest) -> QuerySet[Task]:
    return Task.objects.filter(workflow_tasks__workflow__in=workflows(request)).distinct()


def model_entries(manager: ModelLogEntryManager, user: Any) -> QuerySet[ModelLogEntry]:
    """Log entries of what is no page (files, groups, sites) name things of every organisation: only for operators."""
    return manager.all() if user.is_superuser else manager.none()


def no_tags(model: type[Model], count: int = 10) -> list[Any]:
    """Tags are shared by everybody and would show what others work on: our files have collections, and no tags."""
    return []


def narrow() -> None:
    """Put these choices in the place of Wagtail's own. Called once, when hooks are loaded."""
    for filters in (PageFilterSet, GenericPageFilterSet):
        filters.base_filters["owner"].queryset = colleagues
        filters.base_filters["edited_by"].queryset = colleagues
    LockedPagesReportFilterSet.base_filters["locked_by"].queryset = colleagues
    WorkflowReportFilterSet.base_filters["requested_by"].queryset = colleagues
    for filters in (WorkflowReportFilterSet, WorkflowTasksReportFilterSet):
        filters.base_filters["workflow"].queryset = workflows
    WorkflowTasksReportFilterSet.base_filters["task"].queryset = tasks
    for module in (admin_filters, image_chooser, media_index, media_chooser):
        module.popular_tags_for_model = no_tags
    ModelLogEntryManager.viewable_by_user = model_entries
