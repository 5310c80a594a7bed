"""Forms of time: the opening hours of a week, and a period from a day until a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plugins.skillslab.forms.inputs import ClockInput, DayInput
from plugins.skillslab.models import Location, OpeningHours

LONGEST = timedelta(days=3 * 366)
KEPT_YEARS = 12  # figures are looked up as long as sessions are kept, and some
MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - the name of a day of the week


def day_name(weekday: int) -> str:
    """The name of a day of the week, 1 is Monday."""
    return date_format(MONDAY + timedelta(days=weekday - 1), "l").capitalize()


class HoursForm(forms.Form):
    """The opening hours of a week: a line for each day, and more for a day that has more already."""

    def __init__(self, *arguments: Any, location: Location, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.lines: list[tuple[int, str, str]] = []
        known = list(OpeningHours.objects.filter(location=location).order_by("weekday", "opens_at"))
        for weekday in range(1, 8):
            rows: list[OpeningHours | None] = [each for each in known if each.weekday == weekday]
            for number, row in enumerate(rows or [None]):
                self._add_line(weekday, number, row)

    def _add_line(self, weekday: int, number: int, row: OpeningHours | None) -> None:
        day = day_name(weekday)
        opens, closes = f"opens_{weekday}_{number}", f"closes_{weekday}_{number}"
        self.lines.append((weekday, opens, closes))
        for name, words, value in (
            (opens, _("%(day)s: opens at"), row and row.opens_at),
            (closes, _("%(day)s: closes at"), row and row.closes_at),
        ):
            self.fields[name] = forms.TimeField(
                label=words % {"day": day}, widget=ClockInput, required=False, initial=value
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ends: dict[int, time] = {}
        for weekday, opens, closes in self.lines:
            first, last = cleaned.get(opens), cleaned.get(closes)
            if (first is None) != (last is None):
                self.add_error(closes if last is None else opens, _("Fill in both times, or leave both empty."))
            elif first is not None and last is not None and last <= first:
                self.add_error(closes, _("A location closes after it opens."))
            elif first is not None and last is not None:
                if weekday in ends and first < ends[weekday]:
                    self.add_error(opens, _("Open again after it closed."))
                ends[weekday] = last
        return cleaned

    def hours(self) -> list[tuple[int, time, time]]:
        """Day of the week, from and until."""
        values = self.cleaned_data
        return [(day, values[opens], values[closes]) for day, opens, closes in self.lines if values.get(opens)]


class PeriodForm(forms.Form):
    """From a day until and including a day; with times for part of a day."""

    first_day = forms.DateField(label=_("From"), widget=DayInput)
    from_time = forms.TimeField(
        label=_("From what time?"), widget=ClockInput, required=False, help_text=_("Empty: the whole day.")
    )
    last_day = forms.DateField(label=_("Until and including"), widget=DayInput)
    until_time = forms.TimeField(
        label=_("Until what time?"), widget=ClockInput, required=False, help_text=_("Empty: the whole day.")
    )

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        keywords.setdefault("initial", {"first_day": timezone.localdate()})
        super().__init__(*arguments, **keywords)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is None or last is None:
            return cleaned
        today = timezone.localdate()
        if last < today:
            self.add_error("last_day", _("Choose a day that is not over."))
        elif abs(first - today) > LONGEST:
            self.add_error("first_day", _("Choose a day within three years."))
        elif last - today > LONGEST:
            self.add_error("last_day", _("Choose a day within three years."))
        elif self.ends_at <= self.starts_at:
            self.add_error("last_day", _("This ends after it starts."))
        return cleaned

    @property
    def starts_at(self) -> datetime:
        return _moment(self.cleaned_data["first_day"], self.cleaned_data.get("from_time") or time())

    @property
    def ends_at(self) -> datetime:
        until = self.cleaned_data.get("until_time")
        if until is not None:
            return _moment(self.cleaned_data["last_day"], until)
        return _moment(self.cleaned_data["last_day"] + timedelta(days=1), time())

    @property
    def period(self) -> dict[str, Any]:
        return {"starts_at": self.starts_at, "ends_at": self.ends_at}


def _moment(day: Any, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


class ReasonForm(PeriodForm):
    """A period with what is the matter."""

    reason = forms.CharField(label=_("Why?"), max_length=120)

    @property
    def period(self) -> dict[str, Any]:
        return {**super().period, "reason": self.cleaned_data["reason"]}


class MonthForm(forms.Form):
    """From a month until and including a month: figures are of whole months, so that nobody subtracts a day."""

    first = forms.ChoiceField(label=_("From"))
    last = forms.ChoiceField(label=_("Until and including"))

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        this_year = timezone.localdate().year
        years = range(this_year + 1, this_year - KEPT_YEARS, -1)
        choices = [(str(year), [_month_choice(year, month) for month in range(1, 13)]) for year in years]
        for each in self.fields.values():
            each.choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("first") and values.get("last"):
            first, last = self.period
            if not timedelta(0) <= last - first <= timedelta(days=365):
                self.add_error("last", gettext("Choose the same month or a later one, within a year."))
        return values

    @property
    def period(self) -> tuple[date, date]:
        """The first day of both months."""
        first, last = (date.fromisoformat(f"{self.cleaned_data[name]}-01") for name in ("first", "last"))
        return first, last


def _month_choice(year: int, month: int) -> tuple[str, str]:
    day = date(year, month, 1)
    return f"{day:%Y-%m}", date_format(day, "F Y")
