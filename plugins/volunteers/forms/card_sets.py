"""The form of a professional who hands over cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.forms import DayInput
from plugins.volunteers.models import Occasion
from plugins.volunteers.services.card_sets import MOST_DAYS


class HandOverForm(forms.Form):
    """Which cards, which number, until when. No field takes free text: nothing about a patient can be written here."""

    cards = forms.MultipleChoiceField(
        label=_("Cards"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one card."),
            "invalid_choice": _("One of these cards is not there any more. Choose again."),
        },
    )
    occasion = forms.ChoiceField(label=_("Name on the page"), choices=Occasion.choices, initial=Occasion.HOME)
    phone = forms.CharField(
        label=_("Number to call"),
        max_length=20,
        error_messages={"required": _("Write the number that the family calls.")},
        validators=[RegexValidator(r"^\+?[0-9][0-9 ]{5,17}[0-9]\Z", _("Write digits and spaces, like 045 555 12 34."))],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    ends_on = forms.DateField(
        label=_("Works until and including"),
        widget=DayInput,
        error_messages={"required": _("Choose a last day within half a year.")},
    )

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["cards"].choices = choices  # type: ignore[attr-defined]

    def clean_ends_on(self) -> Any:
        day, today = self.cleaned_data["ends_on"], timezone.localdate()
        if not today <= day <= today + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a last day within half a year."))
        return day

    def chosen(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["cards"]]
