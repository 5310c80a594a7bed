"""Forms of who looks after a skillslab: places, things and people, and when these are not there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lxp.models import Organisation
from plugins.skillslab.forms import ClockInput, DayInput
from plugins.skillslab.models import EquipmentKind, Location, OpeningHours, Resource, Session, Skillslab, TravelTime

LONGEST = timedelta(days=3 * 366)
MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - the name of a day of the week


def day_name(weekday: int) -> str:
    """The name of a day of the week, 1 is Monday."""
    return date_format(MONDAY + timedelta(days=weekday - 1), "l").capitalize()


class ThingForm(forms.ModelForm):
    """Something of a skillslab. `given` are fields that the page fills in, and that the constraints need to be checked."""

    given: ClassVar[frozenset[str]] = frozenset()

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - self.given  # type: ignore[misc]


class RulesForm(forms.ModelForm):
    """The rules for every session. The price is asked in whole money, and kept in cents."""

    price = forms.DecimalField(
        label=_("Price of a place for an hour, in euros"), min_value=0, max_value=10_000, decimal_places=2
    )

    class Meta:
        model = Skillslab
        fields = ("name", "cancel_hours", "offer_hours", "book_until_minutes")
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name"),
            "cancel_hours": _("Free to cancel until so many hours before"),
            "offer_hours": _("An offered place is kept for so many hours"),
            "book_until_minutes": _("Booking closes so many minutes before"),
        }

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.initial["price"] = f"{self.instance.seat_hour_cents / 100:.2f}"

    def save(self, commit: bool = True) -> Any:
        self.instance.seat_hour_cents = int(self.cleaned_data["price"] * 100)
        return super().save(commit)


class LocationForm(ThingForm):
    """A location, with how long the people of each partner need to come there."""

    given = frozenset({"skillslab"})

    class Meta:
        model = Location
        fields = ("name", "address", "travel_minutes")
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name"),
            "address": _("Address"),
            "travel_minutes": _("Minutes of travel from another location"),
        }

    def __init__(self, *arguments: Any, partners: Iterable[Organisation], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.partners = list(partners)
        known = dict(TravelTime.objects.filter(location=self.instance.pk).values_list("organisation", "minutes"))
        for each in self.partners:
            words = _("Minutes of travel from %(organisation)s") % {"organisation": each}
            self.fields[f"travel_{each.pk}"] = forms.IntegerField(
                label=words, min_value=0, max_value=600, required=False, initial=known.get(each.pk)
            )

    def travel(self) -> dict[int, int | None]:
        return {each.pk: self.cleaned_data.get(f"travel_{each.pk}") for each in self.partners}


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


class RoomForm(ThingForm):
    """A room."""

    given = frozenset({"location", "kind"})

    class Meta:
        model = Resource
        fields = ("name", "capacity", "setup_minutes", "cleanup_minutes")
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name"),
            "capacity": _("Room for so many people"),
            "setup_minutes": _("Minutes to set up"),
            "cleanup_minutes": _("Minutes to clean up"),
        }

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["capacity"].required = True
        self.fields["capacity"].min_value = 1  # type: ignore[attr-defined]

    def clean_capacity(self) -> int:
        if self.cleaned_data["capacity"] < 1:
            raise forms.ValidationError(_("A room is for one person at least."))
        return int(self.cleaned_data["capacity"])


class PieceForm(ThingForm):
    """One piece of equipment."""

    given = frozenset({"kind", "equipment_kind"})

    class Meta:
        model = Resource
        fields = ("name", "location", "scan_code", "shelf", "setup_minutes", "cleanup_minutes")
        labels: ClassVar[dict[str, Any]] = {
            "name": _("Name"),
            "location": _("Location"),
            "scan_code": _("Scan code"),
            "shelf": _("Where is it kept?"),
            "setup_minutes": _("Minutes to set up"),
            "cleanup_minutes": _("Minutes to clean up"),
        }

    def __init__(self, *arguments: Any, skillslab: Skillslab, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["location"].queryset = skillslab.locations.filter(retired_at__isnull=True)  # type: ignore[attr-defined]


class PiecesForm(forms.Form):
    """Several pieces of a kind at once."""

    number = forms.IntegerField(label=_("How many pieces?"), min_value=1, max_value=50, initial=1)
    location = forms.ModelChoiceField(label=_("Location"), queryset=Location.objects.none(), to_field_name="uuid")
    shelf = forms.CharField(label=_("Where are they kept?"), max_length=120, required=False)
    with_codes = forms.BooleanField(label=_("Give each a scan code of its own"), required=False, initial=True)

    def __init__(self, *arguments: Any, skillslab: Skillslab, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["location"].queryset = skillslab.locations.filter(retired_at__isnull=True)  # type: ignore[attr-defined]


class KindForm(forms.ModelForm):
    """A kind of equipment."""

    class Meta:
        model = EquipmentKind
        fields = ("name",)
        labels: ClassVar[dict[str, Any]] = {"name": _("Name")}


class SureForm(forms.Form):
    """Nothing to fill in: a second look before something ends."""


class CapacityForm(forms.Form):
    """How many places, and how many of them are kept for whom."""

    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=200)

    def __init__(self, *arguments: Any, session: Session, **keywords: Any) -> None:
        known = {each.organisation_id: each.seats for each in session.seat_shares.all()}
        super().__init__(*arguments, **keywords)
        self.initial["capacity"] = session.capacity
        partners = session.session_type.skillslab.partners.values("organisation")
        self.partners = list(Organisation.objects.filter(pk__in=partners).order_by("name"))
        for each in self.partners:
            self.fields[f"kept_{each.pk}"] = forms.IntegerField(
                label=_("Kept for %(organisation)s") % {"organisation": each},
                min_value=0,
                max_value=200,
                required=False,
                initial=known.get(each.pk),
            )

    def shares(self) -> dict[Organisation, int]:
        kept = {each: self.cleaned_data.get(f"kept_{each.pk}") for each in self.partners}
        return {each: seats for each, seats in kept.items() if seats}
