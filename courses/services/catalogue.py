"""The catalogue: what a reader may find, narrowed by facets, as cards; the database decides who may see what."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from content.api import TopicPage, icon_of, page_path
from courses.models import Attempt, Module, ModuleFacet
from courses.models.catalogue import Audience
from courses.services.cards import CACHE_SECONDS, FORM_LABELS, cards, cards_by_module
from courses.services.finding import NOTHING_ASKED, Found, find, kept_key
from lxp.middleware import public_stamp
from lxp.models import Organisation, User
from lxp.search.candidates import Numbers, among

CARDS_PER_PAGE = 24
SECTION_CARDS = 12
SUGGESTED_CARDS = 3
FACETS = ("audience", "time", "form", "organisation", "theme", "language")
BEST = "best"
ORDERS = {
    "new": ("-current_version__published_at", "-pk"),
    "short": ("study_minutes", "pk"),
    "title": ("current_version__title", "pk"),
}
FACET_LABELS = {
    "audience": _("For whom?"),
    "time": _("How much time do you have?"),
    "form": _("How do you want to learn?"),
    "organisation": _("From which organisation?"),
    "theme": _("Which subject?"),
    "language": _("In which language?"),
}
VALUE_LABELS: dict[str, dict[str, Any]] = {
    "audience": dict(Audience.choices),
    "time": {"15": _("Up to 15 minutes"), "60": _("Up to 1 hour"), "long": _("More than 1 hour")},
    "form": FORM_LABELS,
    "language": {"nl": "Nederlands", "en": "English"},
}


@dataclass(frozen=True)
class FacetOption:
    """One value that can be ticked, with how many modules it leaves."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """One property to narrow by."""

    name: str
    label: str
    options: list[FacetOption]


@dataclass(frozen=True)
class Listing:
    """How many modules were found, and what narrows them; where words were asked, which, and how they were found."""

    count: int
    facets: list[Facet]
    found: Found
    best: array[int]


class BestFirst(Sequence[Module]):
    """Modules in the order of their ids; a slice of them is one query."""

    def __init__(self, ids: array[int], modules: QuerySet[Module]) -> None:
        self.ids, self.modules = ids, modules

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self[place : place + 1][0]
        by_id = {module.pk: module for module in among(self.modules, list(self.ids[place]))}
        return [by_id[pk] for pk in self.ids[place] if pk in by_id]


@dataclass
class Search:
    """What a reader asks for. `chosen` holds the ticked values per facet."""

    person: User | AnonymousUser
    chosen: dict[str, list[str]] = field(default_factory=dict)
    words: str = ""
    order: str = "new"

    @classmethod
    def from_query(cls, person: User | AnonymousUser, query: Any) -> Search:
        """Read a query string; what is unknown is ignored."""
        asked = {name: sorted(filter(partial(_can_be, name), set(query.getlist(name))))[:20] for name in FACETS}
        chosen = {name: values for name, values in asked.items() if values}
        words = query.get("q", "").replace("\x00", "").strip()[:100]
        order = query.get("sort", "")
        usual = BEST if words else "new"
        return cls(person, chosen, words, order if order in ORDERS else usual)

    @cached_property
    def visibility_key(self) -> str:
        """Who sees the same: visitors, or the members of the same organisations."""
        if not isinstance(self.person, User):
            return "public"
        return (
            ",".join(str(each.pk) for each in sorted(self.person.organisations, key=lambda each: each.pk)) or "public"
        )

    def permitted(self) -> QuerySet[Module]:
        """What this person may find, whatever an index says."""
        return Module.objects.published().visible_to(self.person)

    @cached_property
    def found(self) -> Found:
        return find(self.words, self.permitted()) if self.words else NOTHING_ASKED

    def visible(self) -> QuerySet[Module]:
        return among(self.permitted(), self.found.module_ids) if self.words else self.permitted()

    def narrowed(self, leave_out: str = "") -> QuerySet[Module]:
        modules = self.visible()
        for name, values in self.chosen.items():
            if name != leave_out:
                found = ModuleFacet.objects.filter(name=name, value__in=values).values("module")
                modules = modules.filter(pk__in=found)
        return modules

    def ordered(self) -> QuerySet[Module]:
        """What is written in the reader's language comes first; of each module what a card shows, and nothing else."""
        own = ModuleFacet.objects.filter(module=OuterRef("pk"), name="language", value=get_language() or "")
        order = ORDERS["new" if self.order == BEST else self.order]
        modules = among(self.permitted(), list(self.listing.best)) if self.words else self.narrowed()
        return _on_cards(modules.annotate(is_readable=Exists(own)).order_by("-is_readable", *order))

    def listed(self) -> Sequence[Module] | QuerySet[Module]:
        """The modules in the order that was asked for; a slice of them is one query."""
        if self.order == BEST:
            return BestFirst(self.listing.best, _on_cards(self.permitted()))
        return self.ordered()

    @cached_property
    def listing(self) -> Listing:
        """Kept until something public or the index changes, so that it costs nothing; never where the index is away."""
        asked = f"{get_language()}:{self.visibility_key}:{self.chosen}:{self.words}"
        key = kept_key("listing", asked, with_words=bool(self.words))
        kept = cache.get(key) if key else None
        if kept is None:
            kept = self._listing()
            if key and not kept.found.is_without_index:
                cache.set(key, kept, CACHE_SECONDS)
        return kept

    def _listing(self) -> Listing:
        if not self.words:
            return Listing(self.narrowed().count(), self._facets(self.narrowed()), NOTHING_ASKED, array("q"))
        left = set(self.narrowed().values_list("pk", flat=True))
        best = array("q", (pk for pk in self.found.module_ids if pk in left))
        return Listing(len(best), self._facets(Numbers(best)), replace(self.found, module_ids=[]), best)

    def _facets(self, left: Any) -> list[Facet]:
        """Counts of each facet with every other facet applied, so that ticking never leads to nothing unseen."""
        counts = _counted(ModuleFacet.objects.filter(module__in=left))
        for name in self.chosen:
            counts[name] = _counted(ModuleFacet.objects.filter(name=name, module__in=self.narrowed(name))).get(name, {})
        labels = {**VALUE_LABELS, "organisation": _organisation_names(), "theme": _topic_titles(get_language() or "nl")}
        return [
            Facet(name, str(FACET_LABELS[name]), _options(counts[name], labels[name], self.chosen.get(name, [])))
            for name in FACETS
            if counts.get(name)
        ]


def _on_cards(modules: QuerySet[Module]) -> QuerySet[Module]:
    return modules.select_related("owner").only("study_minutes", "owner__slug", "owner__name", "owner__monogram")


def _can_be(name: str, value: str) -> bool:
    """Whether a value can be one of a facet: one of the list, a short name, or the key of a topic."""
    if name in VALUE_LABELS:
        return value in VALUE_LABELS[name]
    return re.fullmatch(r"[-a-z0-9_]{1,60}", value, re.IGNORECASE) is not None


def _counted(facets: QuerySet[ModuleFacet]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for name, value, number in facets.values_list("name", "value").annotate(number=Count("pk")).order_by():
        counts.setdefault(name, {})[value] = number
    return counts


def _options(counts: dict[str, int], labels: Mapping[str, Any], chosen: list[str]) -> list[FacetOption]:
    known = [(value, str(label)) for value, label in labels.items() if value in counts or value in chosen]
    return [FacetOption(value, label, counts.get(value, 0), value in chosen) for value, label in known]


def _organisation_names() -> dict[str, str]:
    return dict(Organisation.objects.open().order_by("name").values_list("slug", "name"))


def _topic_titles(language: str) -> dict[str, str]:
    """Titles by translation key, in the reader's language where there is one."""
    pages = TopicPage.objects.live().order_by("title").values_list("translation_key", "title", "locale__language_code")
    titles: dict[str, str] = {}
    for key, title, code in pages:
        if code == language or str(key) not in titles:
            titles[str(key)] = title
    return dict(sorted(titles.items(), key=lambda item: item[1].lower()))


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
    search = Search(request.user, chosen)
    context = {"title": title, "cards": cards(search.ordered()[:SECTION_CARDS])}
    context["more_url"] = f"{reverse('catalogue:discover')}?{urlencode(chosen, doseq=True)}".rstrip("?")
    return render_to_string("courses/panels/cards.html", context, request)


def suggestions(person: User) -> list[SafeString]:
    """A few modules that a person has not begun, newest first. Two queries, as long as the newest modules are kept."""
    search = Search(person)
    begun = set(Attempt.objects.filter(person=person).values_list("module", flat=True))
    newest = _newest_cards(search)
    fresh = [card for module_id, card in newest if module_id not in begun]
    if len(fresh) < SUGGESTED_CARDS and len(newest) == CARDS_PER_PAGE:  # there may be older ones
        return cards(search.ordered().exclude(pk__in=begun)[:SUGGESTED_CARDS])
    return fresh[:SUGGESTED_CARDS]


def _newest_cards(search: Search) -> list[tuple[int, SafeString]]:
    """(module id, card) of the newest that these readers may see: the same for colleagues, and kept for them."""
    key = f"newest:{public_stamp()}:{get_language()}:{search.visibility_key}"
    kept = cache.get(key)
    if kept is None:
        kept = list(cards_by_module(search.ordered()[:CARDS_PER_PAGE]).items())
        cache.set(key, kept, CACHE_SECONDS)
    return kept
