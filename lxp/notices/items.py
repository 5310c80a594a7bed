"""What packages and plugins hand in for somebody's digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from lxp.models import DigestKind
from lxp.wording import full_day

MAX_CHARACTERS = 300
KINDS = list(DigestKind)
Words = str | Promise


@dataclass(frozen=True)
class DigestItem:
    """One thing to tell, in the words of its reader: `title` says what, `text` why, `url` where on this site it can be done.

    `day` is the day that counts, such as the last one; the nearest comes first. A higher `weight` comes before that.
    `calendar` is an invitation in iCalendar that goes with the mail, "" for none.
    """

    kind: DigestKind
    title: Words
    url: str
    text: Words = ""
    day: date | None = None
    weight: int = 0
    calendar: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what no mail can say: a plugin hears it as an incident of its own."""
        if not isinstance(self.kind, DigestKind):
            raise ValueError(f"An item of a digest has a DigestKind, not {self.kind!r}.")
        if not all(isinstance(words, Words) for words in (self.title, self.text, self.url)):
            raise ValueError("An item of a digest is told in words.")
        if not str(self.title).strip() or len(str(self.title)) > MAX_CHARACTERS or len(str(self.text)) > MAX_CHARACTERS:
            raise ValueError(f"An item of a digest has a title, and at most {MAX_CHARACTERS} characters.")
        if not self.url.startswith("/") or not url_has_allowed_host_and_scheme(self.url, None):
            raise ValueError(f"An item of a digest leads to an address of this site, not to {self.url!r}.")
        if self.day is not None and not isinstance(self.day, date):
            raise ValueError(f"The day of an item of a digest is a date or a moment, not {self.day!r}.")
        if isinstance(self.day, datetime) and timezone.is_naive(self.day):
            raise ValueError("The moment of an item of a digest has a time zone.")

    @property
    def local_day(self) -> date | None:
        return timezone.localtime(self.day).date() if isinstance(self.day, datetime) else self.day

    @property
    def day_beside(self) -> date | None:
        """The day, where the text does not say it already. In the language of the reader."""
        return None if full_day(self.local_day) in str(self.text) else self.local_day


def in_order(items: Iterable[DigestItem]) -> list[DigestItem]:
    """By kind, weight, day and title: never by who handed them in. The same thing is told once."""
    unique = {(item.url, str(item.title)): item for item in items}
    return sorted(
        unique.values(),
        key=lambda item: (
            KINDS.index(item.kind),
            -item.weight,
            item.local_day or date.max,
            str(item.title).casefold(),
            item.url,
        ),
    )
