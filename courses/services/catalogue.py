"""The catalogue: the modules and courses that a reader may find, narrowed by facets, as cards; the database decides who may
see what."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from content.api import TopicPage, icon_of, page_path
from courses.models import Attempt, Course, Module
from courses.services.cards import CACHE_SECONDS, cards_by_module
from courses.services.course_cards import cards_by_course
from courses.services.finding import NOTHING_ASKED, Found, find, kept_key
from courses.services.narrowing import KIND, Facet, Narrowing, facets_of, names, values_of
from courses.services.places import flags_of, members, set_of
from courses.services.shelf import MODULE, Shelf, shelf_of
from lxp.middleware import public_stamp
from lxp.models import User
from lxp.search.candidates import among

CARDS_PER_PAGE = 24
KEPT_ENTRIES = 10 * CARDS_PER_PAGE  # of a listing; who turns further pages has it made again
SECTION_CARDS = 12
SUGGESTED_CARDS = 3
MOST_CHARACTERS = 100
BEST, NEW = "best", "new"
ORDERS = (NEW, "short", "title")


@dataclass(frozen=True)
class Listing:
    """How much was found, what narrows it, and the first entries in their order; where words were asked, how it was found."""

    count: int
    facets: list[Facet]
    found: Found
    entries: array[int]


@dataclass
class Search:
    """What a reader asks for. `chosen` holds the ticked values per facet; `within` the words by which values of a facet
    are looked up."""

    person: User | AnonymousUser
    chosen: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""
    order: str = NEW
    within: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_query(cls, person: User | AnonymousUser, query: Any) -> Search:
        """Read a query string; what is unknown is ignored."""
        asked = {name: values_of(name, query.getlist(name)) for name in names()}
        chosen = {name: values for name, values in asked.items() if values}
        within = {name: _words(query.get(f"{name}_q", "")) for name in names()}
        words = _words(query.get("q", ""))
        order, usual = query.get("sort", ""), BEST if words else NEW
        within = {name: each for name, each in within.items() if each}
        return cls(person, chosen, words, order if order in ORDERS else usual, within)

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Those that the person belongs to: nobody else may know of what is only for them."""
        return (
            frozenset(each.pk for each in self.person.organisations) if isinstance(self.person, User) else frozenset()
        )

    @cached_property
    def group(self) -> str:
        """Who sees the same: visitors, or the staff and the volunteers of the same organisations."""
        if not isinstance(self.person, User):
            return "public"
        staff, volunteers = (
            ",".join(map(str, sorted(each.pk for each in mine)))
            for mine in (self.person.staff_organisations, self.person.volunteer_organisations)
        )
        return f"{staff}+{volunteers}" if volunteers else staff or "public"

    @cached_property
    def stamp(self) -> str:
        return public_stamp()

    @cached_property
    def shelf(self) -> Shelf:
        return shelf_of(self.stamp)

    @cached_property
    def found(self) -> Found:
        return find(self.words, self.shelf, self.seen) if self.words else NOTHING_ASKED

    @cached_property
    def seen(self) -> int:
        """The places that this person may find, whatever an index says."""
        return self.shelf.seen_by(self.person, self.group)

    @cached_property
    def narrowing(self) -> Narrowing:
        base = self.seen & set_of(self.found.scores, self.shelf.size) if self.words else self.seen
        return Narrowing(self.shelf, self.seen, base, self.chosen, self.organisations)

    def entries(self) -> array[int]:
        """Everything that is left, in the order that was asked for: the id of a module, or minus that of a course. What is
        written in the reader's language comes first, except where the best does."""
        places, size = self.narrowing.left(), self.shelf.size
        if self.order == BEST and self.words:
            ordered = sorted(members(places, size), key=self.found.scores.__getitem__, reverse=True)
        else:
            own = self.shelf.facets.get("language", {}).get(get_language() or "", 0)
            ordered = self._in_order(places & own) + self._in_order(places & ~own)
        return array("q", map(self.shelf.entries.__getitem__, ordered))

    def _in_order(self, places: int) -> list[int]:
        order = self.shelf.orders.get(self.order)
        if order is None:
            return members(places, self.shelf.size)
        is_left = flags_of(places, self.shelf.size)
        return [place for place in order if is_left[place]]

    @cached_property
    def listing(self) -> Listing:
        """Kept until something public or the index changes, so that it costs nothing; never where the index is away."""
        asked = f"{get_language()}:{self.group}:{self.chosen}:{self.within}:{self.order}:{self.words}"
        key = kept_key("listing", self.stamp, asked, with_words=bool(self.words))
        kept: Listing | None = cache.get(key) if key else None
        if kept is None:
            kept = self._listing()
            if key and not kept.found.is_without_index:
                cache.set(key, kept, CACHE_SECONDS)
        return kept

    def _listing(self) -> Listing:
        entries = self.entries()
        facets = facets_of(self.narrowing, self.within)
        return Listing(len(entries), facets, replace(self.found, scores={}), entries[:KEPT_ENTRIES])

    def listed(self) -> Entries:
        """The entries in their order; a slice of them costs nothing as long as the listing keeps them."""
        return Entries(self)

    def modules(self) -> QuerySet[Module]:
        """What this person may find."""
        return Module.objects.published().visible_to(self.person)

    def cards(self, entries: Sequence[int]) -> list[SafeString]:
        """Cards of entries that this person may find now: two queries, and one more where there are courses."""
        modules = [entry for entry in entries if entry > 0]
        shown = cards_by_module(_on_cards(among(self.modules(), modules)), self.stamp) if modules else {}
        courses = [-entry for entry in entries if entry < 0]
        if courses:
            visible = among(Course.objects.published().visible_to(self.person), courses)
            shown |= {-pk: card for pk, card in cards_by_course(visible, self.shelf.course_minutes).items()}
        return [shown[entry] for entry in entries if entry in shown]

    def first_modules(self, count: int, without: Iterable[int] = ()) -> list[int]:
        """The ids of the first modules in the order that was asked for, without some."""
        left_out = set(without)
        return [entry for entry in self.entries() if entry > 0 and entry not in left_out][:count]


class Entries(Sequence[int]):
    """What a search found, in its order."""

    def __init__(self, search: Search) -> None:
        self.search = search

    def __len__(self) -> int:
        return self.search.listing.count

    def __getitem__(self, place: Any) -> Any:
        kept = self.search.listing.entries
        last = place.stop if isinstance(place, slice) else place
        if (last is not None and 0 <= last <= len(kept)) or len(kept) == len(self):
            return kept[place]
        return self.search.entries()[place]


def _words(text: str) -> str:
    return text.replace("\x00", "").strip()[:MOST_CHARACTERS]


def _on_cards(modules: QuerySet[Module]) -> QuerySet[Module]:
    return modules.select_related("owner").only("study_minutes", "owner__slug", "owner__name", "owner__monogram")


@dataclass(frozen=True)
class TopicLink:
    """A topic as a chip of the home page."""

    url: str
    title: str
    icon: str


def topic_links(home: Page) -> list[TopicLink]:
    """The topics of one language by title; one query."""
    pages = TopicPage.objects.live().descendant_of(home).order_by("title")
    language = get_language() or "nl"
    rows = pages.filter(depth=home.depth + 2).values_list("url_path", "title", "theme")
    return [TopicLink(page_path(url_path, language), title, icon_of(theme)) for url_path, title, theme in rows]


def module_section(request: HttpRequest, title: str, chosen: dict[str, list[str]]) -> str:
    """A section of a public page with the newest modules that a choice of facets leaves, and a link to all."""
    search = Search(request.user, {**chosen, KIND: [MODULE]})
    context = {"title": title, "cards": search.cards(search.first_modules(SECTION_CARDS))}
    context["more_url"] = f"{reverse('catalogue:discover')}?{urlencode(chosen, doseq=True)}".rstrip("?")
    return render_to_string("courses/panels/cards.html", context, request)


def suggestions(person: User) -> list[SafeString]:
    """A few modules that a person has not begun, newest first. Three queries, as long as cards are kept."""
    search = Search(person)
    begun = Attempt.objects.filter(person=person).values_list("module", flat=True)
    return search.cards(search.first_modules(SUGGESTED_CARDS, without=begun))
