"""Forms of the authority to assess."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.forms import DayField
from lxp.models import User

YEARS = 10  # the longest that a register or an agreement looks ahead or back


class AuthorityForm(forms.Form):
    """Who may judge a competency, from when until when."""

    person = forms.ModelChoiceField(label=_("Who?"), queryset=User.objects.none(), to_field_name="uuid")
    starts_on = DayField(label=_("From"), years=YEARS, initial=timezone.localdate)
    ends_on = DayField(
        label=_("Until and including"),
        years=YEARS,
        required=False,
        help_text=_("Empty: until somebody ends it."),
    )

    def __init__(self, *arguments: Any, assessors: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["person"].queryset = assessors  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of an authority."""

    last_day = DayField(label=_("Last day"), years=YEARS, initial=timezone.localdate)


class RegistrationForm(forms.Form):
    """A number in a professional register, and the day on which somebody looked it up."""

    person = forms.ModelChoiceField(label=_("Who?"), queryset=User.objects.none(), to_field_name="uuid")
    register = forms.CharField(label=_("Register"), max_length=40, initial="BIG")
    number = forms.CharField(label=_("Number"), max_length=40)
    checked_on = DayField(label=_("Checked on"), years=YEARS, initial=timezone.localdate)
    ends_on = DayField(label=_("Valid until and including"), years=YEARS, required=False)

    def __init__(self, *arguments: Any, people: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
