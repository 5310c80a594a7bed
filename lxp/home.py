"""What a learner's home says: what packages and plugins hand in, put in the order of urgency, and the one next best step.

The order never depends on who handed an item in: kind, weight, day, minutes and title decide, in that order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lxp.models import Organisation

SOON = timedelta(days=30)
ROWS_ON_FIRST_SCREEN = 4
MAX_CHARACTERS = 300
Words = str | Promise


class HomeKind(TextChoices):
    """What an item is, the most urgent kind first."""

    OVERDUE = "overdue", _("Overdue")
    EXPIRING = "expiring", _("Expires")
    BOOKED = "booked", _("Booked")
    ASKED = "asked", _("Asked of you")
    RESUME = "resume", _("Under way")
    NEXT = "next", _("New for you")


KINDS = list(HomeKind)
LOOKS = {  # icon, tone of the icon, tone of the word
    HomeKind.OVERDUE: ("circle-alert", "danger", "warn"),
    HomeKind.EXPIRING: ("repeat", "warn", "warn"),
    HomeKind.BOOKED: ("calendar-check", "ok", "ok"),
    HomeKind.ASKED: ("badge-check", "gold", "gold"),
    HomeKind.RESUME: ("play", "", "gold"),
    HomeKind.NEXT: ("sparkles", "", "plain"),
}


@dataclass(frozen=True)
class HomeItem:
    """One thing on somebody's home. `action` is what to do, as a verb on the button; `url` an address of this site.

    `day` is the day that counts: since when it is overdue, the first day on which it counts no more, or the moment of a
    booking. `minutes` is how long the action takes, `done` of `total` how far it is. A higher `weight` comes first
    among items of one kind. `about` names things that several items may have in common, such as `module:<id>`: what is
    under way for something urgent takes the place of its action.
    """

    kind: HomeKind
    title: Words
    action: Words
    url: str
    text: Words = ""
    day: date | None = None
    minutes: int | None = None
    organisation: Organisation | None = None
    done: int = 0
    total: int = 0
    weight: int = 0
    about: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raise ValueError for what no home can show: a plugin hears it as an incident of its own."""
        if not isinstance(self.kind, HomeKind):
            raise ValueError(f"An item of a home has a HomeKind, not {self.kind!r}.")
        if not all(isinstance(words, Words) for words in (self.title, self.action, self.text, self.url)):
            raise ValueError("An item of a home says in words what it is and what to do.")
        if not str(self.title).strip() or not str(self.action).strip() or len(str(self.title)) > MAX_CHARACTERS:
            raise ValueError(f"An item of a home has an action, and a title of at most {MAX_CHARACTERS} characters.")
        if not self.url.startswith("/") or not url_has_allowed_host_and_scheme(self.url, None):
            raise ValueError(f"An item of a home leads to an address of this site, not to {self.url!r}.")
        if self.day is not None and not isinstance(self.day, date):
            raise ValueError(f"The day of an item of a home is a date or a moment, not {self.day!r}.")
        if isinstance(self.day, datetime) and timezone.is_naive(self.day):
            raise ValueError("The moment of an item of a home has a time zone.")

    @property
    def icon(self) -> str:
        return LOOKS[self.kind][0]

    @property
    def tone(self) -> str:
        return LOOKS[self.kind][1]

    @property
    def tag_tone(self) -> str:
        return LOOKS[self.kind][2]

    @property
    def local_day(self) -> date | None:
        """The day in the time zone of this installation."""
        return timezone.localtime(self.day).date() if isinstance(self.day, datetime) else self.day

    @property
    def moment(self) -> datetime | None:
        """The day as a moment, where it has a time of day."""
        return self.day if isinstance(self.day, datetime) else None

    def days_left(self, today: date) -> int | None:
        return None if self.local_day is None else (self.local_day - today).days


@dataclass(frozen=True)
class Home:
    """`step` is the one next best step; `rows` are on the first screen, `more` behind one click."""

    step: HomeItem | None
    rows: list[HomeItem]
    more: list[HomeItem]


def arrange(items: Iterable[HomeItem], today: date) -> Home:
    """Put items in order and choose the one next best step, by the rule of `step_rank`.

    On the first screen is the most urgent item of each kind, so that five overdue ones hide nothing that expires; what
    room is left goes to the others. Suggestions are only ever the step: a home is no catalogue.
    """
    ordered = sorted(_merged(items), key=_urgency)
    step = min(ordered, key=lambda item: step_rank(item, today), default=None)  # the first of equals, in their order
    others = [item for item in ordered if item is not step and item.kind != HomeKind.NEXT]
    kinds = [item.kind for item in others]
    by_turn = sorted(
        range(len(others)), key=lambda place: kinds.index(kinds[place]) != place
    )  # first of its kind first
    shown = set(by_turn[:ROWS_ON_FIRST_SCREEN])
    rows = [item for place, item in enumerate(others) if place in shown]
    return Home(step, rows, [item for place, item in enumerate(others) if place not in shown])


def step_rank(item: HomeItem, today: date) -> int:
    """How much an item is the next best step; the lowest is it.

    What is overdue; a booking of today; what expires within 30 days; what colleagues wait for; what is under way; what
    expires later; a suggestion; a later booking, for which there is nothing to do yet.
    """
    days = item.days_left(today)
    if item.kind == HomeKind.BOOKED:
        return 1 if days is not None and days <= 0 else 7
    if item.kind == HomeKind.EXPIRING:
        return 2 if days is not None and days <= SOON.days else 5
    return {HomeKind.OVERDUE: 0, HomeKind.ASKED: 3, HomeKind.RESUME: 4, HomeKind.NEXT: 6}[item.kind]


def _urgency(item: HomeItem) -> tuple[int, int, date, float, int, str, str]:
    return (
        KINDS.index(item.kind),
        -item.weight,
        item.local_day or date.max,
        item.moment.timestamp() if item.moment else 0.0,
        item.minutes or 0,
        str(item.title).casefold(),
        item.url,
    )


def _merged(items: Iterable[HomeItem]) -> list[HomeItem]:
    """Give what is urgent the action of what is under way for it, and show that once."""
    everything = sorted(items, key=_urgency)
    under_way = [item for item in everything if item.kind == HomeKind.RESUME]
    used: list[HomeItem] = []
    merged = []
    for item in everything:
        way = next((each for each in under_way if item.about & each.about), None)
        if way is None or item.kind not in (HomeKind.OVERDUE, HomeKind.EXPIRING):
            merged.append(item)
        else:
            used.append(way)
            taken = {name: getattr(way, name) for name in ("action", "url", "minutes", "done", "total")}
            merged.append(replace(item, **taken))
    return [item for item in merged if not any(item is each for each in used)]
