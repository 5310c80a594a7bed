"""An organisation's place in the page tree: its page in each language, who may write there, and who reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Locale, Page, Workflow, WorkflowPage, WorkflowTask

from content.models import HomePage, OrganisationPage
from lxp.models import Organisation

AUTHOR_PERMISSIONS = ("add_page", "change_page")
PUBLISHER_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page")


def open_workspace(*, organisation: Organisation) -> None:
    """Give an organisation its pages in the languages of who signs in, page permissions and review workflow. Safe to repeat."""
    _open_in(organisation, settings.STAFF_LANGUAGES)


def open_for_caregivers(*, organisation: Organisation) -> None:
    """Give an organisation a page in every language of the public pages, once it writes for caregivers. Safe to repeat."""
    if organisation.pages.count() < len(settings.LANGUAGES):
        _open_in(organisation, settings.LANGUAGES)


def place_in(*, organisation: str, language: str) -> OrganisationPage | None:
    """The page below which an organisation (its slug) writes in a language; made where it is not there yet."""
    found = OrganisationPage.objects.filter(organisation__slug=organisation, locale__language_code=language)
    if not found.exists():
        for each in Organisation.objects.filter(slug=organisation):
            open_for_caregivers(organisation=each)
    return found.first()


@transaction.atomic
def _open_in(organisation: Organisation, languages: Sequence[tuple[str, Any]]) -> None:
    source: OrganisationPage | None = None
    workflow = _workflow(organisation)
    for locale in Locale.objects.filter(language_code__in=[code for code, _name in languages]).order_by("pk"):
        home = HomePage.objects.filter(locale=locale).first()
        if home is None:
            continue
        page = OrganisationPage.objects.filter(organisation=organisation, locale=locale).first()
        if page is None:
            page = _add_page(home, organisation, locale, source)
        source = source or page
        _allow(organisation.authors_group, page, AUTHOR_PERMISSIONS)
        _allow(organisation.publishers_group, page, PUBLISHER_PERMISSIONS)
        WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})


def _add_page(
    home: HomePage, organisation: Organisation, locale: Locale, source: OrganisationPage | None
) -> OrganisationPage:
    now = timezone.now()
    page = OrganisationPage(title=organisation.name, slug=organisation.slug, organisation=organisation, locale=locale)
    # Live from its first row: there is no draft to tell it from, so a revision would cost three times as much and say nothing.
    page.first_published_at = page.last_published_at = now
    if source is not None:
        page.translation_key = source.translation_key
    home.add_child(instance=page)
    return page


def _allow(group: Group | None, page: Page, codenames: tuple[str, ...]) -> None:
    """Let a group work on a page and below it; the database keeps each permission once."""
    permissions = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=page.page_ptr, permission=permission) for permission in permissions],
        ignore_conflicts=True,
    )


def _workflow(organisation: Organisation) -> Workflow:
    """Author → publisher of the same organisation."""
    workflow, _ = Workflow.objects.get_or_create(name=f"Beoordeling {organisation.name}")
    task, _ = GroupApprovalTask.objects.get_or_create(name=f"Uitgever {organisation.name}")
    task.groups.set([organisation.publishers_group])
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    return workflow
