"""Forms of the authority to assess."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import User


class DayInput(forms.DateInput):
    """A date as browsers ask it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AuthorityForm(forms.Form):
    """Who may judge a competency, from when until when."""

    person = forms.ModelChoiceField(label=_("Who?"), queryset=User.objects.none(), to_field_name="uuid")
    starts_on = forms.DateField(label=_("From"), widget=DayInput, initial=timezone.localdate)
    ends_on = forms.DateField(
        label=_("Until and including"),
        widget=DayInput,
        required=False,
        help_text=_("Empty: until somebody ends it."),
    )

    def __init__(self, *arguments: Any, assessors: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["person"].queryset = assessors  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of an authority."""

    last_day = forms.DateField(label=_("Last day"), widget=DayInput, initial=timezone.localdate)


class RegistrationForm(forms.Form):
    """A number in a professional register, and the day on which somebody looked it up."""

    person = forms.ModelChoiceField(label=_("Who?"), queryset=User.objects.none(), to_field_name="uuid")
    register = forms.CharField(label=_("Register"), max_length=40, initial="BIG")
    number = forms.CharField(label=_("Number"), max_length=40)
    checked_on = forms.DateField(label=_("Checked on"), widget=DayInput, initial=timezone.localdate)
    ends_on = forms.DateField(label=_("Valid until and including"), widget=DayInput, required=False)

    def __init__(self, *arguments: Any, people: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
