"""Finding an instruction card with the words that somebody at home would use, in whichever language they type.

The cards are few, some hundreds at most, and a question is short, mixes languages, and is often misspelt. So the words of all
cards stand in the memory of the process: that answers within milliseconds, forgives a mistake in any of the six languages,
and needs no analysis that knows a language. The search of the catalogue (`lxp.search`) is made for long texts in one
language. The index only says which cards fit; whether a reader may see one, and in which language, is asked of the database
each time (`cards_of`). Finding keeps nothing of a question.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from content.models import InstructionPage
from content.services.card_words import closeness, is_near, pairs_of, words_in
from content.services.cards import cards_of

TITLE, EVERYDAY, TOPIC, INTRO, STEPS = 8.0, 6.0, 3.0, 2.0, 1.0
FORGIVING = 3.0  # only words of fields that weigh this much are guessed at: steps are full of words that look alike
LEAST_OF_BEST = 0.4
MOST_FOUND = 24
MOST_CHARACTERS = 100
MOST_WORDS = 8


@dataclass
class CardIndex:
    """Word → card → how much it says there. `mark` tells whether the cards are still those that were read."""

    mark: Any = None
    postings: dict[str, dict[UUID, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, key: UUID, text: str, weight: float) -> None:
        for word in words_in(text):
            known = self.postings[word]
            known[key] = max(known.get(key, 0.0), weight)

    @cached_property
    def cards(self) -> int:
        return len({key for posting in self.postings.values() for key in posting})

    @cached_property
    def pairs(self) -> dict[str, set[str]]:
        """Two letters that follow each other → the words that may be guessed at by them."""
        found: dict[str, set[str]] = defaultdict(set)
        for word, posting in self.postings.items():
            if max(posting.values()) >= FORGIVING:
                for pair in pairs_of(word):
                    found[pair].add(word)
        return found

    def scores(self, question: str) -> dict[UUID, float]:
        """Cards by how well they fit; a word that stands in few cards says more than one that stands in many."""
        total: dict[UUID, float] = defaultdict(float)
        for asked in list(words_in(question))[:MOST_WORDS]:
            best: dict[UUID, float] = defaultdict(float)
            for word, quality in self._matches(asked):
                posting = self.postings[word]
                rarity = math.log(1 + self.cards / len(posting))
                for key, weight in posting.items():
                    best[key] = max(best[key], weight * quality * rarity)
            for key, score in best.items():
                total[key] += score
        return total

    def _matches(self, asked: str) -> list[tuple[str, float]]:
        """The words of cards that this one may mean; guesses only where nothing else fits."""
        found = [(word, quality) for word in self.postings if (quality := closeness(asked, word))]
        return found or [(word, 0.4) for word in self._guessable(asked) if is_near(asked, word)]

    def _guessable(self, asked: str) -> Iterator[str]:
        """Words that share enough pairs of letters: one mistake touches three of them at most."""
        pairs = pairs_of(asked)
        shared: dict[str, int] = defaultdict(int)
        for pair in pairs:
            for word in self.pairs.get(pair, ()):
                shared[word] += 1
        allowed = 3 if len(asked) < 7 else 6
        yield from (word for word, count in shared.items() if count >= max(1, len(pairs) - allowed))


_kept = CardIndex()


def find_cards(*, question: str, language: str) -> list[InstructionPage]:
    """The cards that fit, best first, each as a reader of this language gets it. Three queries, four after a change."""
    asked = question.replace("\x00", "")[:MOST_CHARACTERS]
    scores = _index().scores(asked)
    if not scores:
        return []
    least = max(scores.values()) * LEAST_OF_BEST
    fitting = {key: score for key, score in scores.items() if score >= least}
    cards = cards_of(language=language, keys=fitting)
    return sorted(cards, key=lambda card: -fitting[card.translation_key])[:MOST_FOUND]


def _index() -> CardIndex:
    """The index of the cards as they are now; made anew in each process after a card was published, checked or withdrawn."""
    global _kept  # noqa: PLW0603 - one for the process, replaced as a whole
    pages = InstructionPage.objects.offered()
    mark = pages.aggregate(Count("pk"), Max("pk"), Max("last_published_at"), Max("checked_at"))
    if _kept.mark != mark:
        _kept = _read(pages.select_related("topic", "locale"), mark)
    return _kept


def _read(pages: Iterable[InstructionPage], mark: Any) -> CardIndex:
    """Only of pages that a reader may be shown: a text that nobody checked leads to no critical card."""
    index = CardIndex(mark)
    for page in pages:
        key = page.translation_key
        index.add(key, page.title, TITLE)
        index.add(key, page.word_text, EVERYDAY)
        index.add(key, page.intro, INTRO)
        index.add(key, page.topic.title if page.topic is not None else "", TOPIC)
        for step in page.steps.raw_data:
            index.add(key, f"{step['value'].get('title') or ''} {step['value'].get('text') or ''}", STEPS)
    return index
