"""The books, people and animals that upstream's suite expects: it names them, and its package does not bring them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from modelsearch.test.testapp import models

AUTHORS = {
    1: ("George R.R. Martin", date(1948, 9, 20)), 2: ("J. R. R. Tolkien", date(1892, 1, 3)),
    4: ("Isaac Asimov", date(1920, 1, 2)), 5: ("David Ascher", None), 6: ("Mark Lutz", None),
    7: ("Daniel Roy Greenfeld", None), 8: ("Audrey Roy Greenfeld", None), 9: ("Douglas Crockford", None),
    10: ("David Flanagan", None), 11: ("Steve Klabnik", None), 12: ("Carol Nichols", None), 13: ("Jim Blandy", None),
    14: ("Jason Orendorff", None),
}  # fmt: skip
FELLOWSHIP = ["Frodo Baggins", "Bilbo Baggins", "Gandalf"]
# number: title, published, pages, authors, setting, characters, the one whom it is about
NOVELS = {
    1: ("A Game of Thrones", (1996, 8, 1), 694, [1], "Westeros", ["Daenerys Targaryen", "Jon Snow", "Eddard Stark"], ""),
    2: ("A Clash of Kings", (1998, 1, 1), 768, [1], "Westeros", ["Daenerys Targaryen", "Jon Snow"], ""),
    3: ("A Storm of Swords", (2000, 1, 1), 973, [1], "Westeros", ["Daenerys Targaryen", "Jon Snow"], ""),
    4: ("The Fellowship of the Ring", (1954, 7, 29), 423, [2], "Middle Earth", FELLOWSHIP, "Frodo Baggins"),
    5: ("The Two Towers", (1954, 11, 11), 352, [2], "Middle Earth", FELLOWSHIP, "Frodo Baggins"),
    6: ("The Return of the King", (1955, 10, 20), 440, [2], "Middle Earth", FELLOWSHIP, "Frodo Baggins"),
    7: ("The Hobbit", (1937, 9, 21), 320, [2], "Middle Earth", ["Bilbo Baggins", "Thorin Oakenshield"], "Bilbo Baggins"),
    10: ("Foundation", (1951, 1, 1), 255, [4], "Galactic Empire", ["Hari Seldon", "Salvor Hardin"], ""),
}  # fmt: skip
GUIDES = {
    11: ("Learning Python", (1999, 1, 1), 1160, [5, 6], "py"),
    12: ("Two Scoops of Django 1.11", (2017, 4, 26), 556, [7, 8], "py"),
    13: ("JavaScript: The good parts", (2008, 5, 18), 172, [9], "js"),
    14: ("JavaScript: The Definitive Guide", (1998, 6, 11), 792, [10], "js"),
    15: ("The Rust Programming Language", (2018, 5, 22), 440, [11, 12], "rs"),
}


class Rows:
    """A test case with the rows; in the place of upstream's fixture."""

    fixtures: list[str] = []

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()  # type: ignore[misc]
        for pk, (name, born) in AUTHORS.items():
            models.Author.objects.create(pk=pk, name=name, date_of_birth=born)
        for pk, novel in NOVELS.items():
            _write_novel(pk, *novel)
        for pk, (title, published, pages, authors, language) in GUIDES.items():
            _add_authors(
                models.ProgrammingGuide(pk=pk, programming_language=language), title, published, pages, authors
            )
        _add_authors(models.Book(pk=16), "Programming Rust", (2017, 12, 1), 622, [13, 14])
        models.Meeting.objects.create(name="Breakfast yoga", start_time=time(8))
        models.Meeting.objects.create(name="Evening yoga", start_time=time(18))
        meeting = models.Meeting.objects.create(name="Stand-up meeting", start_time=time(10))
        item = models.AgendaItem.objects.create(meeting=meeting, topic="Case")
        models.Speaker.objects.create(agenda_item=item, name="Arthur Conan Doyle")
        for tree in (models.MPAnimal, models.NSAnimal):
            _grow(tree)


def _add_authors(book: Any, title: str, published: tuple[int, int, int], pages: int, authors: list[int]) -> None:
    book.title, book.publication_date, book.number_of_pages = title, date(*published), pages
    book.save()
    book.authors.set(authors)


def _write_novel(
    pk: int, title: str, published: Any, pages: int, authors: list[int], setting: str, names: list[str], hero: str
) -> None:
    novel = models.Novel(pk=pk, setting=setting)
    _add_authors(novel, title, published, pages, authors)
    for name in names:
        character = models.Character.objects.create(name=name, novel=novel)
        if name == hero:
            novel.protagonist = character
            novel.save()


def _grow(tree: Any) -> None:
    root = tree.add_root(name="Animal")
    for kind, names in (("Mammal", ("Dog", "Cat")), ("Reptile", ("Snake",))):
        branch = tree.objects.get(pk=root.pk).add_child(name=kind)
        for name in names:
            tree.objects.get(pk=branch.pk).add_child(name=name)
