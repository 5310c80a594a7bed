"""Quarters of a year as they are stored and compared: “2026Q4”."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

LONGEST = 6


def this_quarter() -> str:
    """The quarter of today, where the installation is."""
    today = timezone.localdate()
    return _written(today.year * 4 + (today.month - 1) // 3)


def earlier(quarter: str, count: int) -> str:
    """The quarter that many quarters before."""
    return _written(int(quarter[:4]) * 4 + int(quarter[5]) - 1 - count)


def in_words(quarter: str) -> str:
    year, last = int(quarter[:4]), int(quarter[5]) * 3
    first_month, last_month = (date_format(date(year, month, 1), "F") for month in (last - 2, last))
    words = {"first": first_month, "last": last_month, "year": year}
    return _("%(first)s up to and including %(last)s %(year)d") % words


def _written(number: int) -> str:
    return f"{number // 4:04}Q{number % 4 + 1}"
