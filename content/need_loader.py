"""Loads what a library says that people needed: counts of a quarter, so that the page of editors has something to show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from content.models import Act, InstructionPage, MissedWord, NeedCount
from content.quarters import earlier, this_quarter
from content.services.counting import countable_words, mark_of
from lxp.library import LibraryError


def load_need(slug: str, data: dict[str, Any], path: Path) -> None:
    """Counts of this quarter or an earlier one (`quarters_ago`). What was counted already stays as it is."""
    quarter = earlier(this_quarter(), data.get("quarters_ago", 0))
    cards = dict(InstructionPage.objects.originals().values_list("short_name", "pk"))
    unknown = sorted(set(data["cards"]) - set(cards))
    if unknown:
        raise LibraryError(f"{path}: there is no card {', '.join(unknown)}.")
    rows = [
        NeedCount(card_id=cards[card], act=Act(act), language=language, quarter=quarter, times=times)
        for card, languages in data["cards"].items()
        for language, counts in languages.items()
        for act, times in counts.items()
    ]
    missed = data.get("missed", {})
    rows += [
        NeedCount(act=Act.MISSED, language=code, quarter=quarter, times=each["searches"])
        for code, each in missed.items()
    ]
    NeedCount.objects.bulk_create(rows, ignore_conflicts=True)
    MissedWord.objects.bulk_create(_words(missed, quarter), ignore_conflicts=True)


def _words(missed: dict[str, Any], quarter: str) -> Iterator[MissedWord]:
    for code, each in missed.items():
        for word, times in each.get("words", {}).items():
            for plain, text in countable_words(word):
                mark = mark_of(plain=plain, language=code, quarter=quarter)
                yield MissedWord(language=code, quarter=quarter, mark=mark, times=times, text=text)
