"""The shelf: every published module and course at a place of its own, the newest first, and for each value of a facet the
places that have it.

It is made anew when something public changes, and kept in each process. It holds no right: which places somebody may see, the
database says (`Shelf.seen_by`), once for each group of readers who see the same; and it is asked again for every card.
"""

from __future__ import annotations

import uuid
from array import array
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from django.core.cache import cache

from courses.facets import CatalogueFacet
from courses.models import Course, CoursePage, Module, ModuleFacet, ModulePage
from courses.services.course_facts import Step, has_any, is_for, minutes_of, steps_of_courses
from courses.services.places import members, set_of
from courses.services.publishing import time_value
from lxp import plugin_manager
from lxp.search.candidates import Joined
from lxp.search.words import fold

KEPT_SECONDS = 300
KEPT_SHELVES = 2
LONGER_THAN_ANY = 1_000_000  # minutes: of a course without any module that is there
MODULE, COURSE = "module", "course"

_kept: OrderedDict[str, Shelf] = OrderedDict()
_filling = Lock()


class Entry(NamedTuple):
    """What stands at a place, while the shelf is being filled."""

    published_at: datetime
    pk: int
    kind: str
    title: str
    minutes: int


@dataclass
class Shelf:
    """`facets`: facet → value → set of places. `added`: the same of packages above, as lists of places, since most of
    their values have few; `only_for`: facet → value → the organisation that alone may know of it."""

    entries: array[int] = field(default_factory=lambda: array("q"))  # id of a module, or minus that of a course
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    added: dict[str, dict[str, array[int]]] = field(default_factory=dict)
    only_for: dict[str, dict[str, int]] = field(default_factory=dict)
    pages: dict[int, tuple[int, str]] = field(default_factory=dict)  # live page → place, language
    orders: dict[str, array[int]] = field(default_factory=dict)
    course_minutes: dict[int, int] = field(default_factory=dict)  # what a course takes at least
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)  # what else was asked while this shelf stands

    @property
    def size(self) -> int:
        return len(self.entries)

    def places(self) -> dict[int, int]:
        """Entry → place."""
        return {entry: place for place, entry in enumerate(self.entries)}

    def seen_by(self, person: Any, group: str) -> int:
        """The places that somebody may find; `group` names those who see the same."""
        if ("seen", group) not in self.kept:
            at = self.places()
            modules = Module.objects.published().visible_to(person).order_by().values_list("pk", flat=True)
            courses = Course.objects.published().visible_to(person).order_by().values_list("pk", flat=True)
            entries = [*modules, *(-pk for pk in courses)]
            self.kept["seen", group] = set_of((at[entry] for entry in entries if entry in at), self.size)
        return int(self.kept["seen", group])


def shelf_of(stamp: str) -> Shelf:
    """The shelf as it stands under a public stamp. The cache only says how long it counts."""
    key = f"shelf:{stamp}"
    token = cache.get(key)
    if token is None:
        token = uuid.uuid4().hex
        cache.set(key, token, KEPT_SECONDS)
    shelf = _kept.get(token)
    if shelf is not None:
        return shelf
    with _filling:  # the threads of one process wait for one another, instead of all doing the same
        if token not in _kept:
            _kept[token] = _filled()
            while len(_kept) > KEPT_SHELVES:
                _kept.popitem(last=False)
        return _kept[token]


def added_facets() -> list[CatalogueFacet]:
    """The facets of packages above."""
    return plugin_manager.call_core("catalogue_facets")


def _filled() -> Shelf:
    """Eight queries, and one for each facet of a package above."""
    steps = steps_of_courses()
    minutes = {pk: minutes_of(each) for pk, each in steps.items()}
    found = sorted([*_modules(), *_courses(minutes)], key=lambda each: (each.published_at, each.pk), reverse=True)
    entries = array("q", (each.pk if each.kind == MODULE else -each.pk for each in found))
    shelf = Shelf(entries=entries, course_minutes=minutes)
    shelf.orders["short"] = _ordered(found, [each.minutes for each in found])
    shelf.orders["title"] = _ordered(found, [fold(each.title.casefold()) for each in found])
    at = shelf.places()
    for name, value, ids in _joined(ModuleFacet.objects.values("name", "value"), "module"):
        _put(shelf, name, value, (at[pk] for pk in ids if pk in at))
    kinds = {MODULE: (place for entry, place in at.items() if entry > 0)}
    kinds[COURSE] = (place for entry, place in at.items() if entry < 0)
    for kind, places in kinds.items():
        _put(shelf, "kind", kind, places)
    for slug, ids in _joined(Course.objects.published().values("owner__slug"), "pk"):
        _put(shelf, "organisation", slug, (at[-pk] for pk in ids if -pk in at))
    _put_what_courses_take(shelf, at, steps)
    _put_pages(shelf, at)
    for facet in added_facets():
        _add(shelf, facet, at)
    return shelf


def _modules() -> Iterable[Entry]:
    rows = Module.objects.published().order_by()
    for published_at, pk, title, minutes in rows.values_list(
        "current_version__published_at", "pk", "current_version__title", "study_minutes"
    ):
        yield Entry(published_at, pk, MODULE, title, minutes)


def _courses(minutes: dict[int, int]) -> Iterable[Entry]:
    rows = Course.objects.published().order_by()
    for published_at, pk, title in rows.values_list("current_version__published_at", "pk", "current_version__title"):
        yield Entry(published_at, pk, COURSE, title, minutes.get(pk, LONGER_THAN_ANY))


def _ordered(found: list[Entry], keys: list[Any]) -> array[int]:
    """The places in the order of their keys; among equals the newest first."""
    return array("l", sorted(range(len(found)), key=keys.__getitem__))


def _joined(rows: Any, key: str) -> Iterable[tuple[Any, ...]]:
    """The grouped values of a queryset, each group with its keys."""
    for *values, keys in (
        rows.annotate(keys_together=Joined(key)).order_by().values_list(*rows.query.values_select, "keys_together")
    ):
        yield (*values, [int(each) for each in keys.split(",")])


def _put(shelf: Shelf, name: str, value: str, places: Iterable[int]) -> None:
    values = shelf.facets.setdefault(name, {})
    found = values.get(value, 0) | set_of(places, shelf.size)
    if found:
        values[value] = found


def _put_what_courses_take(shelf: Shelf, at: dict[int, int], steps: dict[int, list[Step]]) -> None:
    """Courses by time, by the forms that are in them, and by the readers for whom every step has enough."""
    listed = {pk: each for pk, each in steps.items() if -pk in at}
    if not listed:
        return
    for pk in listed:
        _put(shelf, "time", time_value(shelf.course_minutes[pk]), [at[-pk]])
    for name, fits in (("form", has_any), ("audience", is_for)):
        for value, places in list(shelf.facets.get(name, {}).items()):
            modules = {shelf.entries[place] for place in members(places, shelf.size)}
            _put(shelf, name, value, [at[-pk] for pk, each in listed.items() if fits(each, modules)])


def _put_pages(shelf: Shelf, at: dict[int, int]) -> None:
    """Where the words of a live page lead; and courses by language, as publishing does it for modules."""
    modules = ModulePage.objects.live().order_by().values_list("pk", "module", "text_language")
    courses = CoursePage.objects.live().order_by().values_list("pk", "course", "text_language")
    languages: dict[str, list[int]] = {}
    for pk, module, language in modules:
        if module in at:
            shelf.pages[pk] = (at[module], language)
    for pk, course, language in courses:
        if -course in at:
            shelf.pages[pk] = (at[-course], language)
            languages.setdefault(language, []).append(at[-course])
    for language, places in languages.items():
        _put(shelf, "language", language, places)


def _add(shelf: Shelf, facet: CatalogueFacet, at: dict[int, int]) -> None:
    values, only_for = shelf.added.setdefault(facet.name, {}), shelf.only_for.setdefault(facet.name, {})
    for each in facet.values():
        places = array("l", sorted({at[pk] for pk in each.module_ids if pk in at}))
        if places:
            values[each.value] = places
            if each.only_for is not None:
                only_for[each.value] = each.only_for
