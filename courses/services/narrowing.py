"""The filters of the catalogue: their values in words, each with how many it leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from content.api import TopicPage
from courses.facets import CatalogueFacet
from courses.models.catalogue import Audience
from courses.services.cards import FORM_LABELS
from courses.services.places import flags_of, set_of
from courses.services.shelf import COURSE, MODULE, Shelf, added_facets
from lxp.models import Organisation

KIND = "kind"
FACETS = ("audience", "time", "form", "organisation", "theme", "language")
MOST_CHOSEN, MOST_SHOWN = 20, 8  # values of a facet that somebody may tick, and of an added facet that show
FACET_LABELS = {
    KIND: _("What are you looking for?"),
    "audience": _("For whom?"),
    "time": _("How much time do you have?"),
    "form": _("How do you want to learn?"),
    "organisation": _("From which organisation?"),
    "theme": _("Which subject?"),
    "language": _("In which language?"),
}
VALUE_LABELS: dict[str, dict[str, Any]] = {
    KIND: {MODULE: _("Modules"), COURSE: _("Courses")},
    "audience": dict(Audience.choices),
    "time": {"15": _("Up to 15 minutes"), "60": _("Up to 1 hour"), "long": _("More than 1 hour")},
    "form": FORM_LABELS,
    "language": {"nl": "Nederlands", "en": "English"},
}


@dataclass(frozen=True)
class FacetOption:
    """One value that can be ticked, with how many modules and courses it leaves."""

    value: str
    label: str
    count: int
    is_chosen: bool

    @property
    def found(self) -> str:
        """The count in words."""
        return ngettext("%(count)d found", "%(count)d found", self.count) % {"count": self.count}


@dataclass(frozen=True)
class Facet:
    """One property to narrow by. Where more values leave something than show here (`more`), they can be looked up by
    words, in a field with `find_label`."""

    name: str
    label: str
    options: list[FacetOption]
    find_label: str = ""
    words: str = ""
    more: int = 0

    @property
    def find_name(self) -> str:
        """The name of that field in addresses."""
        return f"{self.name}_q"


def names() -> tuple[str, ...]:
    """The facets that there are, in their order."""
    return (KIND, *FACETS, *(each.name for each in added_facets()))


def values_of(name: str, asked: list[str]) -> list[str]:
    """Those of the asked values that can be of a facet: one of the list, a short name, or the key of a topic."""
    known = VALUE_LABELS.get(name)
    possible = {
        value
        for value in asked
        if (value in known if known else re.fullmatch(r"[-a-z0-9_]{1,60}", value, re.IGNORECASE))
    }
    return sorted(possible)[:MOST_CHOSEN]


class Narrowing:
    """A set of places, and the values that somebody ticked: of one facet any will do, and every facet counts.

    `seen` are the places that this person may find, `base` those of them that were found; `organisations` are the keys
    of those whose own values this person may know of.
    """

    def __init__(
        self, shelf: Shelf, seen: int, base: int, chosen: Mapping[str, list[str]], organisations: frozenset[int]
    ) -> None:
        self.shelf, self.seen, self.base, self.chosen, self.organisations = shelf, seen, base, chosen, organisations
        self._ticked = {
            name: reduce(or_, (self.places(name, value) for value in values), 0) for name, values in chosen.items()
        }

    def places(self, name: str, value: str) -> int:
        """The places with a value; none where the person may not know of it."""
        if name not in self.shelf.added:
            return self.shelf.facets.get(name, {}).get(value, 0)
        places = self.shelf.added[name].get(value) if self._may_know(name, value) else None
        return set_of(places, self.shelf.size) & self.seen if places else 0

    def _may_know(self, name: str, value: str) -> bool:
        owner = self.shelf.only_for[name].get(value)
        return owner is None or owner in self.organisations

    def left(self, leave_out: str = "") -> int:
        """What every ticked facet leaves, but for one."""
        return reduce(and_, (places for name, places in self._ticked.items() if name != leave_out), self.base)

    def counts(self, name: str) -> dict[str, int]:
        """How many each value of a facet leaves, with every other facet applied, so that ticking never leads to nothing
        unseen."""
        left = self.left(name)
        if name not in self.shelf.added:
            found = {value: (places & left).bit_count() for value, places in self.shelf.facets.get(name, {}).items()}
        else:
            flag = flags_of(left, self.shelf.size).__getitem__
            added = self.shelf.added[name].items()
            found = {value: sum(map(flag, places)) for value, places in added if self._may_know(name, value)}
        return {value: count for value, count in found.items() if count}


def facets_of(narrowing: Narrowing, words: Mapping[str, str]) -> list[Facet]:
    """The facets with their values. `words`: facet → what somebody looks for among its values."""
    labels = {**VALUE_LABELS, **_kept_labels(narrowing.shelf)}
    found = [_facet(narrowing, name, labels[name]) for name in (KIND, *FACETS)]
    found += [_added_facet(narrowing, each, words.get(each.name, "")) for each in added_facets()]
    return [facet for facet in found if facet.options or facet.words]


def _facet(narrowing: Narrowing, name: str, labels: Mapping[str, Any]) -> Facet:
    counts, chosen = narrowing.counts(name), narrowing.chosen.get(name, [])
    known = [(value, str(label)) for value, label in labels.items() if value in counts or value in chosen]
    options = [FacetOption(value, label, counts.get(value, 0), value in chosen) for value, label in known]
    return Facet(name, str(FACET_LABELS[name]), options)


def _added_facet(narrowing: Narrowing, facet: CatalogueFacet, words: str) -> Facet:
    """What is ticked, and the most frequent of the others: of all, or of those with these words in their name."""
    counts, chosen = narrowing.counts(facet.name), narrowing.chosen.get(facet.name, [])
    ticked = [value for value in chosen if narrowing.places(facet.name, value)]
    named = facet.named(words) if words else counts.keys()
    others = sorted((-counts[value], value) for value in named & counts.keys() - set(ticked))
    shown = [*ticked, *(value for _count, value in others[:MOST_SHOWN])]
    labels = facet.labels(shown) if shown else {}
    options = [
        FacetOption(value, labels[value], counts.get(value, 0), value in ticked) for value in shown if value in labels
    ]
    more = max(0, len(counts.keys() - set(shown)))
    return Facet(facet.name, str(facet.label), options, str(facet.find_label), words, more)


def _kept_labels(shelf: Shelf) -> dict[str, dict[str, str]]:
    """The names of organisations and topics in the reader's language, kept as long as the shelf stands."""
    language = get_language() or "nl"
    if ("labels", language) not in shelf.kept:
        found = {"organisation": _organisation_names(), "theme": _topic_titles(language)}
        shelf.kept["labels", language] = found
    return dict(shelf.kept["labels", language])


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
