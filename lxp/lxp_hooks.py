"""What the platform itself puts in its own hooks."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.library_loader import sections
from lxp.models import Erasure, Role, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.permissions import EDITING_ROLES, may
from lxp.person_data import ExportPart
from lxp.plugin_notices import stopped_digest_items, stopped_home_items
from lxp.reconciliation import in_turn
from lxp.search import consumer
from lxp.search.exceptions import IndexBusyError
from lxp.services.erasures import empty_account, replay
from lxp.services.exports import account_parts
from lxp.services.jobs import forget_old


@hookimpl
def navigation_items(person: object, request: HttpRequest) -> list[NavigationItem]:
    if not isinstance(person, User):
        return []
    items = [NavigationItem("home", _("My learning"), reverse("lxp:home"), "house", 10)]
    if person.is_superuser or person.organisations_with_role(*EDITING_ROLES):
        items.append(NavigationItem("write", _("Write"), reverse("wagtailadmin_home"), "pencil-line", 50))
    if person.organisations_with_role(Role.ADMINISTRATOR):
        items.append(NavigationItem("people", _("People"), reverse("lxp:people"), "users", 60, is_managing=True))
        items.append(
            NavigationItem("care_line", _("Number to call"), reverse("lxp:care_line"), "phone", 65, is_managing=True)
        )
        items.append(NavigationItem("plugins", _("Plugins"), reverse("lxp:plugins"), "puzzle", 70, is_managing=True))
    if may(person, "installation.operate", None):
        items.append(
            NavigationItem(
                "erasures", _("Requests to be forgotten"), reverse("lxp:erasures"), "trash-2", 75, is_managing=True
            )
        )
        items.append(
            NavigationItem("incidents", _("Incidents"), reverse("lxp:incidents"), "wrench", 80, is_managing=True)
        )
        items.append(
            NavigationItem("jobs", _("Work in the background"), reverse("lxp:jobs"), "refresh-cw", 85, is_managing=True)
        )
    return items


@hookimpl
def first_pages() -> list[str]:
    return [reverse("account_login")]


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return stopped_home_items(person)


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    return stopped_digest_items(person, since)


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return account_parts(person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    empty_account(person=person, erasure=erasure)


@hookimpl
def reconcile() -> list[str]:
    """People whom a restore brought back; changes that no consumer was called for, and an index that is missing or damaged;
    and jobs that ended long ago."""
    return in_turn(replay, _index_what_changed, forget_old)


def _index_what_changed() -> list[str]:
    try:
        return consumer.catch_up(thoroughly=True)
    except (IndexBusyError, OSError):  # it is written now, or the disk is full: an incident says so
        return []
