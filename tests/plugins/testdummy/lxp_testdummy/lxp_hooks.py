"""Everything that this plugin adds to LXP."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.api import Course, Module
from lxp.care_line import CareLine
from lxp.home import HomeItem, HomeKind
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import DigestKind, Erasure, Organisation, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from lxp_testdummy.faults import answer
from lxp_testdummy.models import Compliment
from lxp_testdummy.services import (
    compliment_attempt,
    compliment_evidence,
    count_changes,
    load_compliment,
    missing_compliments,
)


def _section(place: str, request: HttpRequest, **context: object) -> list[str]:
    """One piece of HTML, in the list that a hook asks for."""
    return answer(place, [render_to_string("testdummy/section.html", {"place": place, **context}, request)])


@hookimpl
def activity_kinds() -> list[str]:
    return answer("activity_kinds", ["lxp_testdummy.poll.Poll"])


@hookimpl
def urls() -> str:
    return answer("urls", "lxp_testdummy.urls")


@hookimpl
def navigation_items(person: User, request: HttpRequest) -> list[NavigationItem]:
    item = NavigationItem("testdummy", _("Compliments"), reverse("testdummy:compliments"), "smile", 90)
    return answer("navigation_items", [item])


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    address = reverse("testdummy:compliments") + "?from=home"
    moment = timezone.now() + timedelta(days=3)
    item = HomeItem(HomeKind.BOOKED, _("Coffee with a colleague"), _("Show"), address, day=moment)
    return answer("home_items", [item])


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    new = Compliment.objects.filter(person=person, given_at__gt=since)
    address = reverse("testdummy:compliments")
    return answer("digest_items", [DigestItem(DigestKind.NEWS, each.text, address) for each in new])


@hookimpl
def home_panels(person: User, request: HttpRequest) -> list[str]:
    return _section("home_panels", request, compliment=Compliment.objects.filter(person=person).first())


@hookimpl
def home_page_sections(page: Page, request: HttpRequest) -> list[str]:
    return _section("home_page_sections", request)


@hookimpl
def organisation_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    return _section("organisation_page_sections", request, about=organisation)


@hookimpl
def topic_page_sections(page: Page, request: HttpRequest) -> list[str]:
    return _section("topic_page_sections", request, about=page)


@hookimpl
def instruction_page_tools(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    return _section("instruction_page_tools", request, about=organisation)


@hookimpl
def instruction_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    return _section("instruction_page_sections", request, about=organisation)


@hookimpl
def instruction_page_care_lines(page: Page, request: HttpRequest) -> list[CareLine]:
    asked = request.GET.get("testdummy", "")
    return answer(
        "instruction_page_care_lines", [CareLine("Testdummy", "0455551234", "", {"testdummy": asked})] if asked else []
    )


@hookimpl
def module_panels(module: Module, request: HttpRequest) -> list[str]:
    return _section("module_panels", request, about=module)


@hookimpl
def course_panels(course: Course, request: HttpRequest) -> list[str]:
    return _section("course_panels", request, about=course)


@hookimpl
def module_completed(attempt_id: UUID) -> None:
    answer("module_completed", None)
    compliment_attempt(attempt_id)


@hookimpl
def evidence_recorded(evidence_uuid: UUID, person: User) -> None:
    answer("evidence_recorded", None)
    compliment_evidence(evidence_uuid, person)


@hookimpl
def holding_changed(person_id: int, competency_ids: list[int]) -> None:
    answer("holding_changed", None)
    count_changes(person_id, len(competency_ids))


@hookimpl
def library_sections() -> list[LibrarySection]:
    return answer("library_sections", [LibrarySection("compliments", load_compliment)])


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    rows = Compliment.objects.filter(person=person).values("text", "given_at")
    return answer("person_export", [ExportPart("compliments", _("Compliments that you got"), rows)])


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    Compliment.objects.filter(person=person).delete()
    answer("person_erase", None)


@hookimpl
def reconcile() -> list[str]:
    given = [each for each in missing_compliments() if compliment_attempt(each)]
    return answer("reconcile", [f"Gave the missing compliment for attempt {each}." for each in given])
