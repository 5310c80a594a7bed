"""What every installation has: languages, a home page in each, and one site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Q
from wagtail.models import Collection, Locale, Page, Site

from content.models import HomePage
from content.services.workspaces import open_workspace
from lxp.models import Organisation

HOME_TITLES = {
    "nl": "Samen leren in de zorg",
    "en": "Learning together in care",
    "tr": "Bakımda birlikte öğrenmek",
    "pl": "Razem uczymy się opieki",
    "ar": "نتعلّم الرعاية معًا",
    "uk": "Разом вчимося догляду",
}


@transaction.atomic
def prepare_site() -> None:
    """Make what is missing: the root, the languages, a home page in each, the site. Safe to repeat."""
    for code, _name in settings.LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
    source = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=source))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")
    source_home = _home(root, source, None)
    for locale in Locale.objects.exclude(pk=source.pk):
        _home(root, locale, source_home)
    _open_in_new_languages()
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, hostname="localhost")
    if site.root_page_id != source_home.pk:
        old = site.root_page if site.root_page_id else None
        site.root_page, site.site_name = source_home, settings.SITE_NAME
        site.save()
        if old is not None and old.depth > 1 and old.specific_class is Page:
            old.delete()


def _open_in_new_languages() -> None:
    """An organisation that was opened before the screens spoke a language has no page in it yet."""
    codes = [code for code, _name in settings.STAFF_LANGUAGES]
    spoken = Count("pages", filter=Q(pages__locale__language_code__in=codes))
    for organisation in Organisation.objects.annotate(spoken=spoken).filter(spoken__lt=len(codes)):
        open_workspace(organisation=organisation)


def _home(root: Page, locale: Locale, source: HomePage | None) -> HomePage:
    existing = HomePage.objects.filter(locale=locale).first()
    if existing is not None:
        return existing
    root.refresh_from_db()
    title = HOME_TITLES.get(locale.language_code, settings.SITE_NAME)
    home = HomePage(title=title, slug=f"home-{locale.language_code}", locale=locale)
    if source is not None:
        home.translation_key = source.translation_key
    root.add_child(instance=home)
    home.save_revision().publish()
    return home


def _index_addresses() -> None:
    """Wagtail looks pages up level by level; we look up the whole address, which wants an index."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX IF NOT EXISTS content_page_url_path ON wagtailcore_page (url_path)")


def prepare_after_migrate(**arguments: Any) -> None:
    """`post_migrate`: only once every table is there, since migrating may stop half-way on purpose."""
    if HomePage._meta.db_table in connection.introspection.table_names():
        _index_addresses()  # before any page changes: PostgreSQL makes no index on a table with changes under way
        prepare_site()
