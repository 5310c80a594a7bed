"""Counting what people need of cards: one number is raised, and nothing is kept of who raised it or when.

A count has no time finer than its quarter of a year, and nothing by which two counts could be joined.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from content.exceptions import CountRefusedError
from content.models import FEWEST, Act, InstructionPage, MissedWord, NeedCount
from content.models.need import LONGEST_WORD
from content.quarters import earlier, this_quarter
from content.services.card_search import MOST_CHARACTERS, MOST_WORDS, find_cards
from content.services.card_words import words_in
from content.services.cards import card_called

QUARTERS_KEPT = 8  # two years, beside the quarter that is under way
MOST_WAITING = 2000  # words of one language and quarter whose text is not kept yet: a stranger cannot fill the database
SHORTEST_WORD = 3
CARD_ACTS = frozenset(Act.values) - {Act.MISSED}


@transaction.atomic
def count_act(*, short_name: str, act: str, language: str) -> InstructionPage:
    """Raise the count of what somebody did with a card that everybody may read; returns the page that this reader gets.

    One statement more than finding the card, three the first time in a quarter; the database adds, so no count is lost. Raises
    CountRefusedError for a card, act or language that is not there.
    """
    page = card_called(short_name, language) if language in dict(settings.LANGUAGES) and act in CARD_ACTS else None
    if page is None:
        raise CountRefusedError(_("There is no such card, act or language. Nothing was counted."))
    _raise_count(card=page.facts, act=act, language=language)
    return page


@transaction.atomic
def count_missed(*, question: str, language: str) -> None:
    """Count a search that found no card, and each of its words on its own. Raises CountRefusedError where it finds one."""
    asked = " ".join(question.split())[:MOST_CHARACTERS]
    if language not in dict(settings.LANGUAGES) or not asked or find_cards(question=asked, language=language):
        raise CountRefusedError(_("These words find a card, or there is no such language. Nothing was counted."))
    _raise_count(card=None, act=Act.MISSED, language=language)
    for plain, text in countable_words(asked):
        _count_word(plain=plain, text=text, language=language)


def countable_words(question: str) -> Iterator[tuple[str, str]]:
    """Each word once, folded and as it was typed; nothing with a digit in it, which may be a number of somebody."""
    seen: set[str] = set()
    for piece in question.split():
        found = list(words_in(piece))
        for plain in found:
            if plain in seen or not plain.isalpha() or not SHORTEST_WORD <= len(plain) <= LONGEST_WORD:
                continue
            seen.add(plain)
            typed = piece.casefold().strip(".,;:!?()[]\"'’‘“”«»-–")
            yield plain, typed if len(found) == 1 and typed.isalpha() and len(typed) <= LONGEST_WORD else plain
            if len(seen) == MOST_WORDS:
                return


def mark_of(*, plain: str, language: str, quarter: str) -> str:
    """What a word is known again by as long as its text is not kept: another one in each language, quarter and installation."""
    return salted_hmac("content.missed_word", f"{quarter}:{language}:{plain}", algorithm="sha256").hexdigest()


def _raise_count(*, card: InstructionPage | None, act: str, language: str) -> None:
    quarter = this_quarter()
    row = NeedCount.objects.filter(card=card, act=act, language=language, quarter=quarter)
    if not row.update(times=F("times") + 1):
        first = NeedCount(card=card, act=act, language=language, quarter=quarter)
        NeedCount.objects.bulk_create([first], ignore_conflicts=True)  # another reader may have been first
        row.update(times=F("times") + 1)


def _count_word(*, plain: str, text: str, language: str) -> None:
    """The text is written by the statement that makes the count five, and by no other."""
    quarter = this_quarter()
    mark = mark_of(plain=plain, language=language, quarter=quarter)
    row = MissedWord.objects.filter(quarter=quarter, language=language, mark=mark)
    enough = Case(When(times=FEWEST - 1, then=Value(text)), default=F("text"))
    if row.update(times=F("times") + 1, text=enough):
        return
    waiting = MissedWord.objects.filter(quarter=quarter, language=language, times__lt=FEWEST)
    if waiting.count() < MOST_WAITING:
        first = MissedWord(quarter=quarter, language=language, mark=mark)
        MissedWord.objects.bulk_create([first], ignore_conflicts=True)
        row.update(times=F("times") + 1, text=enough)


@transaction.atomic
def forget_old_counts() -> list[str]:
    """Delete what is older than two years, and words of ended quarters that did not come to five; a line where it did."""
    now = this_quarter()
    oldest = earlier(now, QUARTERS_KEPT)
    counts, _kinds = NeedCount.objects.filter(quarter__lt=oldest).delete()
    words, _kinds = MissedWord.objects.filter(quarter__lt=oldest).delete()
    rare, _kinds = MissedWord.objects.filter(quarter__lt=now, times__lt=FEWEST).delete()
    gone = counts + words + rare
    return [f"Deleted {gone} counts of what people need that were too old or too small."] if gone else []
