"""What packages above add to the catalogue: properties to narrow by, and words by which modules are found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from lxp import plugin_manager


@dataclass(frozen=True)
class FacetValue:
    """A value with the modules that have it, by their ids. `only_for` is the key of the organisation that alone may know
    of it; None for what everybody may know."""

    value: str
    module_ids: Sequence[int]
    only_for: int | None = None


class CatalogueFacet(ABC):
    """A facet of the catalogue with perhaps thousands of values: the most frequent show, and others are looked up.

    Rights over modules are the catalogue's own: `values` names those of every module, whoever asks.
    """

    name: str  # in addresses
    label: str | Promise
    find_label: str | Promise

    @abstractmethod
    def values(self) -> Iterable[FacetValue]:
        """Every value of every published module: asked once for each public change, in a constant number of queries."""

    @abstractmethod
    def labels(self, values: Collection[str]) -> dict[str, str]:
        """Values in the reader's language; some tens of them."""

    @abstractmethod
    def named(self, words: str) -> set[str]:
        """The values with these words in their name, some hundreds at most."""


def added_words(module_ids: list[int]) -> dict[int, dict[str, list[str]]]:
    """What packages above let modules be found by: module id → language → words."""
    found: dict[int, dict[str, list[str]]] = {}
    for answer in plugin_manager.call_core("module_words", module_ids=module_ids):
        for module_id, by_language in answer.items():
            for language, words in by_language.items():
                found.setdefault(module_id, {}).setdefault(language, []).extend(words)
    return found
