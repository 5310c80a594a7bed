"""What editors see of what people need: counts in whole groups of five, so that none of them says something about fewer.

Every figure is rounded down to a multiple of five by itself, and every sum is one of figures that are shown. So two figures
never differ by one to four, whatever is subtracted from whatever and whenever it is read; what happened less than five
times, or never, is 0 here and looks the same. Rows stand in the order of what is shown, which tells nothing more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, fields

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from content.models import FEWEST, Act, MissedWord, NeedCount
from content.services.cards import cards_of
from content.services.translations import CardStates, states_of
from lxp.models import Organisation

MOST_WORDS_SHOWN = 60


@dataclass(frozen=True)
class Figures:
    """How often, in whole groups of five; 0 is fewer than five times, or never."""

    opened: int = 0
    printed: int = 0
    answered: int = 0
    failed: int = 0
    not_right: int = 0

    @property
    def is_hard(self) -> bool:
        """A first answer is wrong for a third of those who answer, or more. A percentage would pretend to know it better."""
        return bool(self.failed) and 3 * self.failed >= self.answered

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Figures)})

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(Figures))


@dataclass(frozen=True)
class ReadIn:
    """How often a card was opened in a language. `is_there`: readers of it get the card in their own language."""

    name: str
    opened: int
    is_there: bool


@dataclass(frozen=True)
class CardNeed:
    """One card with what was counted of it. `page_id` is there for the own cards, `url` for a card that everybody may read."""

    title: str
    organisation: str
    figures: Figures
    page_id: int | None = None
    url: str = ""
    languages: list[ReadIn] = field(default_factory=list)


@dataclass(frozen=True)
class MissedIn:
    """Searches in one language that found nothing; `words` with how often, most often first."""

    name: str
    searches: int
    words: list[tuple[str, int]] = field(default_factory=list)


def in_fives(times: int) -> int:
    return times - times % FEWEST


def need_of_own(*, organisations: Collection[Organisation] | None, quarter: str, language: str = "") -> list[CardNeed]:
    """The cards of these organisations (None: all), drafts too where something was counted of them. Two queries."""
    cards = states_of(organisations=organisations)
    counted = _counted(quarter, [card.page_id for card in cards])
    rows = [
        CardNeed(
            title=card.title,
            organisation="",
            figures=_figures(counted[card.page_id], language),
            page_id=card.page_id,
            languages=_read_in(counted[card.page_id], card, language),
        )
        for card in cards
    ]
    live = {card.page_id for card in cards if card.is_live}
    return _in_order(row for row in rows if row.figures or row.page_id in live)


def need_of_all(*, quarter: str, reader: str, language: str = "") -> list[CardNeed]:
    """The cards of every organisation that everybody may read, titles as a reader of that language gets them. Two queries."""
    cards = cards_of(language=reader)
    counted = _counted(quarter, [card.facts.pk for card in cards])
    rows = [
        CardNeed(
            title=card.title,
            organisation=card.organisation.name,
            figures=_figures(counted[card.facts.pk], language),
            url=card.address_in(reader),
        )
        for card in cards
    ]
    return _in_order(rows)


def together(rows: Iterable[CardNeed]) -> Figures:
    """The sum of what is shown: at least this often."""
    return sum((row.figures for row in rows), Figures())


def need_table(rows: Iterable[CardNeed], missed: Iterable[MissedIn]) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of a file: what is shown on the screen and nothing finer, 0 for fewer than five."""
    heading = [_("Card"), _("Organisation"), *(str(label) for _value, label in Act.choices)]
    lines = [
        [row.title, row.organisation, *(str(getattr(row.figures, each.name)) for each in fields(Figures))]
        for row in rows
    ]
    nothing = [""] * len(fields(Figures))
    lines += [[_("Searched and not found"), each.name, *nothing, str(each.searches)] for each in missed]
    return heading, lines + [[text, each.name, *nothing, str(times)] for each in missed for text, times in each.words]


def missed_searches(*, quarter: str, language: str = "") -> list[MissedIn]:
    """What was searched and not found, of the languages of which five searches or more are known. Two queries."""
    shown = {code: name for code, name in language_names().items() if not language or code == language}
    searches = NeedCount.objects.filter(act=Act.MISSED, quarter=quarter, language__in=shown)
    words: dict[str, list[tuple[str, int]]] = defaultdict(list)
    kept = MissedWord.objects.filter(quarter=quarter, language__in=shown, times__gte=FEWEST)
    for code, text, times in kept.values_list("language", "text", "times"):
        words[code].append((text, in_fives(times)))
    times_of = {code: in_fives(times) for code, times in searches.values_list("language", "times")}
    found = [
        MissedIn(
            name, times_of.get(code, 0), sorted(words[code], key=lambda word: (-word[1], word[0]))[:MOST_WORDS_SHOWN]
        )
        for code, name in shown.items()
    ]
    return sorted((each for each in found if each.searches), key=lambda each: (-each.searches, each.name))


Counted = dict[int, Counter[tuple[str, str]]]


def _counted(quarter: str, cards: Collection[int]) -> Counted:
    """Card → (act, language) → how often; one query."""
    found: Counted = defaultdict(Counter)
    rows = NeedCount.objects.filter(quarter=quarter, card__isnull=False).values_list("card", "act", "language", "times")
    wanted = set(cards)
    for card, act, language, times in rows:
        if card in wanted:
            found[card][act, language] = times
    return found


def _figures(counted: Counter[tuple[str, str]], language: str) -> Figures:
    times: Counter[str] = Counter()
    for (act, code), count in counted.items():
        if not language or code == language:
            times[act] += count
    return Figures(**{each.name: in_fives(times[each.name]) for each in fields(Figures)})


def _read_in(counted: Counter[tuple[str, str]], card: CardStates, language: str) -> list[ReadIn]:
    found = [
        ReadIn(name, in_fives(counted[Act.OPENED, code]), card.languages[code].is_offered)
        for code, name in language_names().items()
        if not language or code == language
    ]
    return sorted((each for each in found if each.opened), key=lambda each: (-each.opened, each.name))


def _in_order(rows: Iterable[CardNeed]) -> list[CardNeed]:
    """First what was opened most, by what is shown."""
    return sorted(rows, key=lambda row: (-row.figures.opened, row.title.casefold()))


def language_names() -> dict[str, str]:
    """Each language of the public pages, named in that of who looks."""
    return {code: str(get_language_info(code)["name_translated"]) for code, _name in settings.LANGUAGES}
