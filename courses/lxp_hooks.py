"""What courses add to the platform."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.activities import registry
from courses.library_loader import sections
from courses.models import CoursePage, ModulePage, Sharing
from courses.services.catalogue import module_section, suggestions, topic_links
from courses.services.course_cards import course_cards
from courses.services.digest import digest_items as courses_in_digest
from courses.services.home import home_items as courses_on_home
from courses.services.personal_data import export_parts, forget
from courses.services.publishing import missing_versions, publish_page
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Erasure, Organisation, Role, User
from lxp.navigation import NavigationItem
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart
from lxp.reconciliation import in_turn


@hookimpl
def activity_kinds() -> list[str]:
    return [
        "courses.activities.lesson.Lesson",
        "courses.activities.quiz.Quiz",
        "courses.activities.reflection.Reflection",
        "courses.activities.confirmation.Confirmation",
        "courses.activities.assignment.Assignment",
    ]


@hookimpl
def load_ahead() -> None:
    registry.kinds()


@hookimpl
def first_pages() -> list[str]:
    newest = ModulePage.objects.live().filter(module__sharing=Sharing.PUBLIC).order_by("-pk").first()
    url = newest.get_url() if newest is not None else None
    return [reverse("catalogue:discover"), *([url] if url else [])]


@hookimpl
def navigation_items(person: object, request: HttpRequest) -> list[NavigationItem]:
    items = [NavigationItem("discover", _("Discover"), reverse("catalogue:discover"), "search", 20)]
    if isinstance(person, User) and person.organisations_with_role(Role.ASSESSOR):
        items.append(NavigationItem("assess", _("Assess"), reverse("courses:requests"), "badge-check", 40))
    if isinstance(person, User):
        items.append(
            NavigationItem(
                "learning", _("All my modules"), reverse("courses:my_learning"), "book-open", 30, _("Modules")
            )
        )
    return items


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return courses_on_home(person=person)


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    return courses_in_digest(person=person, since=since)


@hookimpl
def home_panels(person: User, request: HttpRequest) -> list[str]:
    return [render_to_string("courses/panels/home.html", {"suggestions": suggestions(person)}, request)]


@hookimpl
def home_page_sections(page: Page, request: HttpRequest) -> list[str]:
    topics = render_to_string("courses/panels/topics.html", {"topics": topic_links(page)}, request)
    return [topics, module_section(request, _("New"), {})]


@hookimpl
def organisation_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    title = _("Modules of %(organisation)s") % {"organisation": organisation}
    context = {"title": _("Courses"), "cards": course_cards(request.user, organisation)}
    courses = render_to_string("courses/panels/courses.html", context, request)
    return [courses, module_section(request, title, {"organisation": [organisation.slug]})]


@hookimpl
def topic_page_sections(page: Page, request: HttpRequest) -> list[str]:
    return [module_section(request, _("What you can learn about this"), {"theme": [str(page.translation_key)]})]


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def reconcile() -> list[str]:
    return in_turn(*(partial(_make_version, page) for page in missing_versions()))


def _make_version(page: ModulePage | CoursePage) -> list[str]:
    publish_page(page=page)
    return [f"Made the missing version of “{page.title}”."]


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)
