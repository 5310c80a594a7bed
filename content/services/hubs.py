"""The hubs of informal caregivers: which subjects have instruction cards, and a card as a tile with a large picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from content.addresses import direction_of
from content.file_sources import ServedFile, live_files
from content.models import DecisionAid, InstructionPage, TopicPage
from content.services.cards import cards_of, covers_of
from content.services.decision_aids import aids_of
from content.themes import icon_of


@dataclass(frozen=True)
class Tile:
    """Something to choose by its picture. `language` is that of its title; `state` says what a reader must know of it."""

    url: str
    title: str
    language: str
    theme: str
    icon: str
    picture: ServedFile | None
    minutes: int = 0
    count: int = 0
    state: str = ""

    @property
    def direction(self) -> str:
        return direction_of(self.language)


@dataclass(frozen=True)
class Hub:
    """The page of a subject for informal caregivers: title, its language, cards, and decision aids of others."""

    title: str
    language: str
    theme: str
    tiles: list[Tile]
    aids: list[DecisionAid]

    @property
    def direction(self) -> str:
        return direction_of(self.language)


def card_tiles(cards: Iterable[InstructionPage], language: str, theme: str = "") -> list[Tile]:
    """Cards as this reader gets them, in their order; one query, for the pictures."""
    chosen = list(cards)
    covers = covers_of(chosen)
    return [
        Tile(
            url=card.address_in(language),
            title=card.title,
            language=card.language,
            theme=theme,
            icon="hand-heart",
            picture=live_files.picture(covers[card.pk]) if card.pk in covers else None,
            minutes=card.facts.minutes,
            state=state_of(card, language),
        )
        for card in chosen
    ]


def hub_tiles(language: str) -> list[Tile]:
    """The subjects that have a card to show, by title, each with the picture of its first card; three queries."""
    cards = cards_of(language=language)
    topics = _topics({card.facts.topic_id for card in cards} - {None}, language)
    counts = Counter(card.facts.topic_id for card in cards)
    first: dict[int, InstructionPage] = {}
    for card in cards:
        first.setdefault(card.facts.topic_id or 0, card)
    covers = covers_of(first.values())
    tiles = [
        Tile(
            url=_address(slug, language),
            title=topic.title,
            language=topic.language,
            theme=topic.theme,
            icon=icon_of(topic.theme),
            picture=live_files.picture(covers[first[number].pk]) if first[number].pk in covers else None,
            count=counts[number],
        )
        for number, (slug, topic) in topics.items()
    ]
    return sorted(tiles, key=lambda tile: tile.title.casefold())


def hub_of(slug: str, language: str) -> Hub | None:
    """The subject with this name in its address, with its cards; None where it has none. Four queries."""
    for number, (_slug, topic) in _topics(TopicPage.objects.filter(slug=slug).values("pk"), language).items():
        cards = cards_of(language=language, topic=topic)
        if cards:
            tiles = card_tiles(cards, language, topic.theme)
            return Hub(topic.title, topic.language, topic.theme, tiles, aids_of(number, language))
    return None


def care_addresses() -> dict[str, str]:
    """Where informal caregivers begin, by language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = reverse("care:start")
    return found


def _address(slug: str, language: str) -> str:
    """The address of a subject is the same in every language but for the language itself."""
    with translation.override(language):
        return reverse("care:hub", args=[slug])


def _topics(numbers: Any, language: str) -> dict[int, tuple[str, TopicPage]]:
    """Topics as cards name them, with their name in the address: each in the reader's language where it is live in it; one
    query. `numbers` are primary keys, or a query for them."""
    keys = TopicPage.objects.filter(pk__in=numbers).values("translation_key")
    named = TopicPage.objects.filter(pk__in=numbers).values("pk")
    pages = TopicPage.objects.live().public().filter(translation_key__in=keys).select_related("locale")
    found = list(pages.annotate(is_named=Exists(named.filter(pk=OuterRef("pk")))))
    own = {page.translation_key: page for page in found if page.language == language}
    return {page.pk: (page.slug, own.get(page.translation_key, page)) for page in found if page.is_named}


def state_of(card: InstructionPage, language: str) -> str:
    """What a reader must know of the language of a card before it is opened; perhaps nothing."""
    if card.language != language:
        return _("In %(language)s") % {"language": get_language_info(card.language)["name_translated"]}
    return "" if card.is_checked else _("Not checked by a person yet")
