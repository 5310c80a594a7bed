"""Everything that the skillslab adds to LXP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.api import Module
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Erasure, Role, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from lxp.reconciliation import in_turn
from plugins.skillslab import permissions
from plugins.skillslab.library import sections
from plugins.skillslab.services.choices.mine import digest_items as places_in_digest
from plugins.skillslab.services.choices.mine import home_items as places_on_home
from plugins.skillslab.services.choices.openings import openings_of_module
from plugins.skillslab.services.choices.suggesting import suggestions_for
from plugins.skillslab.services.day.practice import catch_up, catch_up_everybody
from plugins.skillslab.services.figures.targeting import digest_items as series_in_digest
from plugins.skillslab.services.notices.staff import staff_digest
from plugins.skillslab.services.personal_data import export_parts, forget
from plugins.skillslab.services.upkeep import clean_up, settle_overdue

MANAGING_ROLES = (Role.ADMINISTRATOR, Role.PUBLISHER)  # who has more to manage, behind one entry of the menu


@hookimpl
def urls() -> str:
    return "plugins.skillslab.urls"


@hookimpl
def activity_kinds() -> list[str]:
    return ["plugins.skillslab.activity.SkillslabSession"]


@hookimpl
def navigation_items(person: object, request: HttpRequest) -> list[NavigationItem]:
    if not isinstance(person, User) or not any("skillslab" in each.plugins for each in person.staff_organisations):
        return []
    items = [NavigationItem("skillslab", _("Skillslab"), reverse("skillslab:week"), "calendar-days", 42)]
    if permissions.coordinated(person):
        manages = bool(person.organisations_with_role(*MANAGING_ROLES))  # who only plans has it in sight
        address = reverse("skillslab:planned")
        items.append(NavigationItem("planning", _("Sessions"), address, "calendar-plus", 66, is_managing=manages))
    return items


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return places_on_home(person=person)


@hookimpl
def home_panels(person: User, request: HttpRequest) -> list[str]:
    found = suggestions_for(person=person)
    return [render_to_string("skillslab/panels/home.html", {"suggestions": found}, request)] if found else []


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    parts = (places_in_digest, series_in_digest, staff_digest)
    return [item for part in parts for item in part(person=person, since=since)]


@hookimpl
def module_panels(module: Module, request: HttpRequest) -> list[str]:
    person = request.user
    if not isinstance(person, User):
        return []
    openings = openings_of_module(module=module, person=person)
    if not (openings.own or openings.slots):
        return []
    return [render_to_string("skillslab/panels/module.html", {"openings": openings, "here": request.path}, request)]


@hookimpl
def evidence_recorded(evidence_uuid: UUID, person: User) -> None:
    catch_up(person=person)


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def reconcile() -> list[str]:
    return in_turn(settle_overdue, catch_up_everybody, clean_up)


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)
