"""Forms of who plans many sessions at once: what they would like, and who gets which places."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lxp.forms import DayField
from lxp.models import Organisation
from plugins.skillslab.forms.organisers import OrganiserForm
from plugins.skillslab.models import Location, SessionType, Skillslab
from plugins.skillslab.services.sessions.proposals import MOST_SESSIONS, Preferences
from plugins.skillslab.services.sessions.series import Moment

WEEKDAYS = (
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
)
PARTS = (
    ("", _("Any time")),
    ("morning", _("In the morning")),
    ("afternoon", _("In the afternoon")),
    ("evening", _("In the evening")),
)
PACES = (("spread", _("Spread over the period")), ("soon", _("As soon as possible")))
RELEASE_DAYS = 14


class PreferencesForm(forms.Form):
    """What a series should be like. Comes by GET, so that a proposal has an address."""

    session_type = forms.ModelChoiceField(
        label=_("What is practised?"),
        queryset=SessionType.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose"),
    )
    count = forms.IntegerField(label=_("How many sessions"), min_value=1, max_value=MOST_SESSIONS)
    first = DayField(label=_("From"))
    last = DayField(label=_("Until and including"))
    capacity = forms.IntegerField(label=_("Places in each session"), min_value=1, max_value=200, required=False)
    location = forms.ModelChoiceField(
        label=_("Location"),
        queryset=Location.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("Any location"),
    )
    part = forms.ChoiceField(label=_("Part of the day"), choices=PARTS, required=False)
    pace = forms.ChoiceField(label=_("When"), choices=PACES, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose none for any day."),
    )

    def __init__(self, *arguments: Any, skillslab: Skillslab, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        types = skillslab.session_types.filter(retired_at__isnull=True).select_related("skillslab", "module")
        self.fields["session_type"].queryset = types  # type: ignore[attr-defined]
        self.fields["location"].queryset = skillslab.locations.filter(retired_at__isnull=True)  # type: ignore[attr-defined]

    def preferences(self) -> Preferences:
        values = self.cleaned_data
        kind = values["session_type"]
        return Preferences(
            session_type=kind,
            count=values["count"],
            first=values["first"],
            last=values["last"],
            capacity=values["capacity"] or kind.maximum,
            location=values["location"],
            weekdays=frozenset(values["weekdays"]),
            part=values["part"],
            is_spread=values["pace"] != "soon",
        )


class SharesForm(OrganiserForm):
    """Whose sessions they are, and the places of each: kept for organisations, and for everybody."""

    open_seats = forms.IntegerField(
        label=_("Places for everybody"),
        min_value=0,
        max_value=200,
        required=False,
        help_text=_("Leave it empty for what is left."),
    )
    release_days = forms.IntegerField(
        label=_("Days before, that kept places are for everybody"), min_value=0, max_value=365, initial=RELEASE_DAYS
    )

    def __init__(self, *arguments: Any, partners: list[Organisation], capacity: int, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.partners, self.capacity = partners, capacity
        for each in partners:
            words = gettext("Kept for %(organisation)s") % {"organisation": each}
            self.fields[f"kept_{each.pk}"] = forms.IntegerField(label=words, min_value=0, max_value=200, required=False)
        self.order_fields(["organiser", *(f"kept_{each.pk}" for each in partners), "open_seats", "release_days"])

    @property
    def organiser_field(self) -> BoundField | None:
        """Whose sessions they are, where that is asked: before the places."""
        return self["organiser"] if "organiser" in self.fields else None

    @property
    def place_fields(self) -> list[BoundField]:
        return [each for each in self.visible_fields() if each.name != "organiser"]

    @property
    def shares(self) -> dict[Organisation, int]:
        values = self.cleaned_data
        return {each: values[f"kept_{each.pk}"] for each in self.partners if values.get(f"kept_{each.pk}")}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        kept, open_seats = sum(self.shares.values()), values.get("open_seats")
        names = {"kept": kept, "open": open_seats, "capacity": self.capacity, "sum": kept + (open_seats or 0)}
        if kept > self.capacity:
            words = gettext("You keep %(kept)d places, and there are %(capacity)d. Keep fewer.")
            self.add_error(None, words % names)
        elif open_seats is not None and kept + open_seats != self.capacity:
            words = gettext(
                "%(kept)d kept and %(open)d for everybody is %(sum)d, and a session has %(capacity)d places."
            )
            self.add_error(None, words % names)
        return values


def moment_value(moment: Moment) -> str:
    """A place and a time, as a page holds it."""
    location, starts_at = moment
    return f"{location.uuid}@{starts_at.timestamp():.0f}"


def moments_from(values: list[str], skillslab: Skillslab) -> list[Moment]:
    """The same back again; what is none is left out."""
    places = {str(each.uuid): each for each in skillslab.locations.select_related("skillslab")}
    found = []
    for value in values:
        place, _at, seconds = value.partition("@")
        if place in places and seconds.isdecimal() and len(seconds) <= 11:
            moment = datetime.fromtimestamp(int(seconds), tz=timezone.get_current_timezone())
            found.append((places[place], moment))
    return found
