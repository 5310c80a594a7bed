"""What content adds to the platform."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail.models import Page

from content.addresses import page_path
from content.library_loader import sections
from content.models import OrganisationPage, TopicPage
from content.services.cards import are_there, cards_of
from content.services.counting import forget_old_counts
from content.services.decision_aids import digest_items as silent_aids
from content.services.hubs import card_tiles
from content.services.kept_cards import export_parts, forget
from content.services.workspaces import open_workspace
from content.services.writing import home_items as writing_on_home
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Erasure, Organisation, User
from lxp.notices.items import DigestItem
from lxp.person_data import ExportPart


@hookimpl
def organisation_opened(organisation: Organisation) -> None:
    open_workspace(organisation=organisation)


@hookimpl
def first_pages() -> list[str]:
    places = OrganisationPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).order_by("pk")
    homes = [f"/{language}/" for language, _name in settings.STAFF_LANGUAGES]
    return [
        *homes,
        *(page_path(url_path, settings.LANGUAGE_CODE) for url_path in places.values_list("url_path", flat=True)[:1]),
    ]


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return writing_on_home(person=person)


@hookimpl
def home_page_sections(page: Page, request: HttpRequest) -> list[str]:
    return [render_to_string("content/hubs/on_home.html", {"has_cards": are_there(get_language() or "nl")}, request)]


@hookimpl
def topic_page_sections(page: Page, request: HttpRequest) -> list[str]:
    if not isinstance(page, TopicPage):
        return []
    language = get_language() or "nl"
    tiles = card_tiles(cards_of(language=language, topic=page), language, page.theme)
    return [render_to_string("content/hubs/on_topic.html", {"tiles": tiles}, request)]


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()


@hookimpl
def digest_items(person: User, since: datetime) -> list[DigestItem]:
    return silent_aids(person=person, since=since)


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)


@hookimpl
def reconcile() -> list[str]:
    return forget_old_counts()
