"""An OpenStax book as topic pages and modules of an organisation: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from content.api import OrganisationPage, TopicPage, page_path
from courses.cnxml import Book, Chapter, with_addresses
from courses.services.loading import CollectionFiles, store_module
from lxp.exceptions import LxpError

SLUG_LENGTH = 80


class ImportRefusedError(LxpError):
    """This book cannot be placed here."""


class BookFiles:
    """Finds the pictures that the archive holds."""

    def __init__(self, book: Book, kept: CollectionFiles) -> None:
        self.book, self.kept = book, kept

    def find(self, name: str) -> int:
        return self.kept.keep_picture(name, self.book.pictures[name])

    def find_film(self, film: dict[str, Any]) -> int:
        raise ImportRefusedError(_("A book holds no films; its links to films stay links."))


@dataclass(frozen=True)
class ImportedBook:
    """What an import left: the book's page, and how many chapters and modules it has."""

    page: TopicPage
    chapters: int
    modules: int


@transaction.atomic
def import_book(*, book: Book, owner: str, theme: str) -> ImportedBook:
    """Store a book below the page of its owner, in the book's language. Importing again updates what changed.

    Raises ImportRefusedError where the owner has no page in that language.
    """
    place = OrganisationPage.objects.filter(organisation__slug=owner, locale__language_code=book.language).first()
    if place is None:
        raise ImportRefusedError(
            _("%(owner)s has no page in “%(language)s”. Open the organisation first, or choose another with --owner.")
            % {"owner": owner, "language": book.language}
        )
    root = _topic(place, book.slug, book.title, _attributed(book), theme)
    chapters = {
        chapter.title: _topic(root, _slug(chapter.title), chapter.title, "", theme) for chapter in book.chapters
    }
    addresses = _addresses(book, chapters)
    files = BookFiles(book, CollectionFiles(place.organisation, book.slug))
    for chapter in book.chapters:
        _store_chapter(book, chapter, chapters[chapter.title], root, addresses, files)
    return ImportedBook(root, len(chapters), len(book.modules))


def _store_chapter(
    book: Book, chapter: Chapter, page: TopicPage, topic: TopicPage, addresses: dict[str, str], files: BookFiles
) -> None:
    for module in chapter.modules:
        store_module(
            place=page,
            slug=module.slug,
            key=module.slug,
            document=with_addresses(module.document, addresses.get),
            topic=topic,
            files=files,
        )


def _addresses(book: Book, chapters: dict[str, TopicPage]) -> dict[str, str]:
    """Where each module will stand, so that links between them are right at the first go."""
    return {
        module.slug: page_path(f"{chapters[chapter.title].url_path}{module.slug}/", book.language)
        for chapter in book.chapters
        for module in chapter.modules
    }


def _attributed(book: Book) -> str:
    """The attribution that the licence asks, as it stands on the book's page."""
    return book.attribution.as_html(book.title)


def _topic(parent: Page, slug: str, title: str, html: str, theme: str) -> TopicPage:
    """A topic page, made or updated; published only where it changed."""
    page = TopicPage.objects.child_of(parent).filter(slug=slug).first()
    body = [("text", html)] if html else []
    if page is None:
        page = TopicPage(title=title, slug=slug, theme=theme, locale=parent.locale, body=body)
        parent.add_child(instance=page)
        page.save_revision().publish()
    elif (page.title, page.theme) != (title, theme) or html not in ("", _text_of(page)):
        page.title, page.theme, page.body = title, theme, body or page.body
        page.save_revision().publish()
    return TopicPage.objects.get(pk=page.pk)


def _text_of(page: TopicPage) -> str:
    """The text of a topic page as stored."""
    return "".join(str(block["value"]) for block in page.body.get_prep_value())


def _slug(title: str) -> str:
    return slugify(title)[:SLUG_LENGTH].strip("-")
