"""Everything that this plugin adds to LXP."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from content.api import InstructionPage
from lxp.care_line import CareLine
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Erasure, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from plugins.volunteers import permissions
from plugins.volunteers.library import sections
from plugins.volunteers.services.card_sets import SET_PARAMETER, care_lines
from plugins.volunteers.services.mine import digest_items as things_in_digest
from plugins.volunteers.services.mine import home_items as things_on_home
from plugins.volunteers.services.personal_data import export_parts, forget


@hookimpl
def urls() -> str:
    return "plugins.volunteers.urls"


@hookimpl
def navigation_items(person: object, request: HttpRequest) -> list[NavigationItem]:
    if not isinstance(person, User):
        return []
    items = []
    if permissions.volunteering(person):
        address, short = reverse("volunteers:mine"), _("My tasks")
        items.append(NavigationItem("volunteering", _("Volunteering"), address, "hand-heart", 15, short_label=short))
    if permissions.handing_over(person):
        items.append(NavigationItem("card_sets", _("Hand over"), reverse("volunteers:compose"), "qr-code", 44))
    if permissions.coordinated(person):
        items.append(NavigationItem("volunteers", _("Volunteers"), reverse("volunteers:volunteers"), "users", 67))
    return items


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return things_on_home(person=person)


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    return things_in_digest(person=person, since=since)


@hookimpl
def instruction_page_care_lines(page: InstructionPage, request: HttpRequest) -> list[CareLine]:
    return care_lines(card=page, token=request.GET.get(SET_PARAMETER, ""))


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)
