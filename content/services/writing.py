"""What asks for who writes: pages that a reviewer sent back, and pages that wait for a review."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, TaskState, WorkflowState

from lxp.home import HomeItem, HomeKind
from lxp.models import Role, User
from lxp.permissions import EDITING_ROLES

MOST_SHOWN = 3


def home_items(*, person: User) -> list[HomeItem]:
    """For who writes, what came back, with what was asked; for who reviews, how much waits. Nobody else costs a query; an
    author two, a reviewer one more."""
    if not person.organisations_with_role(*EDITING_ROLES):
        return []
    return [*_sent_back(person), *_waiting(person)]


def _sent_back(person: User) -> list[HomeItem]:
    rows = WorkflowState.objects.filter(
        requested_by=person,
        status=WorkflowState.STATUS_NEEDS_CHANGES,
        base_content_type=ContentType.objects.get_for_model(Page),
    ).select_related("current_task_state")
    states = {state.object_id: state for state in rows.order_by("-created_at")[:MOST_SHOWN]}
    pages = Page.objects.filter(pk__in=states).only("pk", "title", "draft_title") if states else ()
    return [
        HomeItem(
            HomeKind.ASKED,
            _("“%(title)s” came back to you") % {"title": page.draft_title or page.title},
            _("Go on writing"),
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            text=_comment(states[str(page.pk)]),
        )
        for page in pages
    ]


def _comment(state: WorkflowState) -> str:
    asked = state.current_task_state
    return asked.comment if asked is not None and asked.comment else _("A colleague asks you to change something.")


def _waiting(person: User) -> list[HomeItem]:
    groups = [each.publishers_group_id for each in person.organisations_with_role(Role.PUBLISHER)]
    if not groups:
        return []
    count = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        task__groupapprovaltask__groups__in=groups,
    ).count()
    if not count:
        return []
    words = ngettext("%(count)d page waits for your review", "%(count)d pages wait for your review", count)
    return [HomeItem(HomeKind.ASKED, words % {"count": count}, _("Have a look"), reverse("wagtailadmin_home"))]
