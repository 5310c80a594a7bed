"""Importing a book: what is there is updated where it changed, and only there."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from content.api import Picture, TopicPage
from courses.cnxml.attribution import Attribution
from courses.cnxml.book import Book, Chapter
from courses.cnxml.report import Report
from courses.services.importing import import_book
from courses.services.loading import CollectionFiles

pytestmark = pytest.mark.django_db
ATTRIBUTION = Attribution(
    title="Nursing",
    authors=("Ann Author",),
    publisher="OpenStax",
    licence="CC BY 4.0",
    licence_name="Creative Commons Attribution 4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
)


def book_with(**fields: Any) -> Book:
    return Book(
        title="Nursing",
        slug="nursing",
        language="nl",
        attribution=replace(ATTRIBUTION, **fields),
        chapters=(Chapter("Wounds", "", ()),),
        pictures={},
        report=Report({}, ()),
    )


def picture_bytes(kind: str, colour: str = "red") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, kind)
    return stream.getvalue()


def test_pictures_with_one_name_and_two_endings_are_two(owner):
    files = CollectionFiles(owner, "Nursing")
    first = files.keep_picture("figure.png", picture_bytes("PNG"))
    second = files.keep_picture("figure.JPG", picture_bytes("JPEG"))
    changed = picture_bytes("PNG", "blue")

    assert first != second
    assert files.keep_picture("figure.png", changed) == first
    assert files.keep_picture("figure.JPG", picture_bytes("JPEG")) == second
    assert Picture.objects.get(pk=first).file.read() == changed
    assert Picture.objects.get(pk=second).file.read() == picture_bytes("JPEG")
    assert Picture.objects.filter(collection=owner.collection).count() == 2


def text_on(page: TopicPage) -> str:
    return str(TopicPage.objects.get(pk=page.pk).body)


def test_a_corrected_attribution_appears_when_the_book_is_imported_again(owner):
    page = import_book(book=book_with(), owner=owner.slug, theme="hygiene").page
    assert "Ann Author" in text_on(page)
    import_book(book=book_with(authors=("Ann Author", "Bo Writer")), owner=owner.slug, theme="hygiene")
    assert "Ann Author, Bo Writer" in text_on(page)
    assert page.revisions.count() == 2


def test_an_unchanged_book_that_is_imported_again_publishes_nothing(owner):
    page = import_book(book=book_with(), owner=owner.slug, theme="hygiene").page
    again = import_book(book=book_with(), owner=owner.slug, theme="hygiene").page
    assert [each.revisions.count() for each in (again, again.get_children().get())] == [1, 1]
    assert again == page


def test_what_an_author_wrote_on_the_page_of_a_chapter_stays(owner):
    chapter = import_book(book=book_with(), owner=owner.slug, theme="hygiene").page.get_children().get().specific
    chapter.body = [("text", "<p>Lees eerst het protocol.</p>")]
    chapter.save_revision().publish()
    import_book(book=book_with(), owner=owner.slug, theme="wond")
    assert TopicPage.objects.get(pk=chapter.pk).theme == "wond"
    assert "Lees eerst het protocol." in text_on(chapter)
