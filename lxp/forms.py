"""Forms of the platform's own screens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import DigestKind, Membership, NoticeSettings, Organisation, Role, Unit, UrgentKind
from lxp.wording import clock_time

WORKING_LIFE = 75  # years


class DayInput(forms.DateInput):
    """A browser's own choice of a day. It reads and shows only the ISO form, whatever the language of the page."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day that is at most so many years from today, so that whoever counts on from it never leaves the calendar."""

    widget = DayInput

    def __init__(self, *, years: int = 3, **keywords: Any) -> None:
        self.years = years
        super().__init__(**keywords)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and abs(value - timezone.localdate()) > timedelta(days=366 * self.years):
            words = _("Choose a day that is at most %(years)d years from now.")
            raise forms.ValidationError(words, code="far", params={"years": self.years})


class MembershipForm(forms.Form):
    """A person's place in one organisation; a new person is found or made by e-mail address."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    unit = forms.ModelChoiceField(
        label=_("Team or location"), queryset=Unit.objects.none(), required=False, empty_label=_("Choose")
    )
    job = forms.CharField(label=_("Job"), max_length=120, required=False)
    starts_on = DayField(label=_("From"), years=WORKING_LIFE)
    ends_on = DayField(label=_("Until and including"), years=WORKING_LIFE, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, *arguments: Any, organisation: Organisation, membership: Membership | None = None, **keywords: Any
    ) -> None:
        self.membership = membership
        if membership is not None:
            keywords["initial"] = {
                "first_name": membership.person.first_name,
                "last_name": membership.person.last_name,
                "email": membership.person.email,
                "unit": membership.unit_id,
                "job": membership.job,
                "starts_on": membership.starts_on,
                "ends_on": membership.ends_on,
                "roles": sorted(membership.roles),
            }
        else:
            keywords.setdefault("initial", {"starts_on": timezone.localdate()})
        super().__init__(*arguments, **keywords)
        self.fields["unit"].queryset = Unit.objects.filter(organisation=organisation)  # type: ignore[attr-defined]
        if membership is not None:
            for name in ("first_name", "last_name", "email", "starts_on"):
                self.fields[name].disabled = True
        if membership is not None and not membership.is_staff:
            for name in ("job", "roles"):
                del self.fields[name]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Choose a day that is not before the first day."))
        has_units = self.fields["unit"].queryset.exists()  # type: ignore[attr-defined]
        if Role.MANAGER in cleaned.get("roles", []) and not cleaned.get("unit") and has_units:
            self.add_error("unit", _("Choose the team or location that this manager leads."))
        return cleaned


class CareLineForm(forms.ModelForm):
    """The number that families call, and when somebody answers."""

    class Meta:
        model = Organisation
        fields = ("care_phone", "care_hours")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("care_hours") and not cleaned.get("care_phone") and "care_phone" not in self.errors:
            self.add_error("care_phone", _("Give the number too: hours without a number help nobody."))
        return cleaned


class NoticeForm(forms.Form):
    """Which mails somebody wants, and when."""

    is_on = forms.BooleanField(label=_("Mail me when there is something to say"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("When?"),
        choices=[("", _("Every day")), *NoticeSettings.Weekday.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    hour = forms.TypedChoiceField(label=_("From which time?"), coerce=int, choices=[])
    digest_kinds = forms.MultipleChoiceField(
        label=_("What may be in it?"),
        choices=DigestKind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    urgent_kinds = forms.MultipleChoiceField(
        label=_("What may come at once?"),
        help_text=_("Changes in your account we always tell you at once."),
        choices=[each for each in UrgentKind.choices if each[0] != UrgentKind.SECURITY],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *arguments: Any, known: NoticeSettings | None, **keywords: Any) -> None:
        kept = known or NoticeSettings()
        keywords["initial"] = {"is_on": kept.is_on, "weekday": kept.weekday, "hour": kept.hour}
        for name in ("digest_kinds", "urgent_kinds"):
            kinds = [value for value, _label in self.base_fields[name].choices]  # type: ignore[attr-defined]
            keywords["initial"][name] = [kind for kind in kinds if kind not in kept.muted]
        super().__init__(*arguments, **keywords)
        hours = [(hour, clock_time(datetime(2000, 1, 1, hour))) for hour in range(24)]  # noqa: DTZ001 - a time of day
        self.fields["hour"].choices = hours  # type: ignore[attr-defined]

    def choice(self) -> dict[str, Any]:
        """What `lxp.services.notices.choose_notices` takes."""
        names = ("digest_kinds", "urgent_kinds")
        known = {value for name in names for value, _label in self.fields[name].choices}  # type: ignore[attr-defined]
        wanted = {value for name in names for value in self.cleaned_data[name]}
        plain = {name: self.cleaned_data[name] for name in ("is_on", "weekday", "hour")}
        return {**plain, "muted": sorted(known - wanted)}
