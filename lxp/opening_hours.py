"""When somebody answers the telephone: a small part of OpenStreetMap's `opening_hours`, said in any language.

`24/7`, or rules of days and times: `Mo-Fr 08:00-17:00; Sa,Su 10:00-16:00`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

ALWAYS = "24/7"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
RULE = re.compile(rf"({DAY}(?:-{DAY})?(?:,{DAY}(?:-{DAY})?)*) ({TIME})-({TIME}|24:00)")


@dataclass(frozen=True)
class Hours:
    """Some days, and from when until when, in words: a dash between times reads the other way round in Arabic."""

    days: str
    times: str


def validate(text: str) -> None:
    """Raises ValidationError where `text` is no opening hours."""
    if text != ALWAYS and not all(RULE.fullmatch(rule.strip()) for rule in text.split(";")):
        raise ValidationError(
            gettext_lazy("Write 24/7, or days and times such as Mo-Fr 08:00-17:00; Sa,Su 10:00-16:00.")
        )


def is_always(text: str) -> bool:
    return text == ALWAYS


def hours_of(text: str) -> list[Hours]:
    """The rules in the language of now; empty for `24/7`, for nothing, and for what cannot be read."""
    found = [RULE.fullmatch(rule.strip()) for rule in text.split(";")]
    return [Hours(_days(match[1]), _times(match[2], match[3])) for match in found if match]


def _times(opens: str, closes: str) -> str:
    return _("from %(opens)s to %(closes)s") % {"opens": opens, "closes": closes}


def _days(text: str) -> str:
    """`Mo-Fr,Su` as “Monday to Friday, Sunday”."""
    return pgettext("between two days", ", ").join(_stretch(part) for part in text.split(","))


def _stretch(part: str) -> str:
    names = [str(WEEKDAYS[DAYS.index(day)]) for day in part.split("-")]
    if len(names) == 1:
        return names[0]
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}
