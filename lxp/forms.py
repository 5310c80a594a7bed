"""Forms of the platform's own screens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import Membership, Organisation, Role, Unit, User


class DayInput(forms.DateInput):
    """A browser's own choice of a day. It reads and shows only the ISO form, whatever the language of the page."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MembershipForm(forms.Form):
    """A person's place in one organisation; a new person is found or made by e-mail address."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"))
    unit = forms.ModelChoiceField(
        label=_("Team or location"), queryset=Unit.objects.none(), required=False, empty_label=_("Choose")
    )
    job = forms.CharField(label=_("Job"), max_length=120, required=False)
    starts_on = forms.DateField(label=_("From"), widget=DayInput)
    ends_on = forms.DateField(label=_("Until and including"), widget=DayInput, required=False)
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

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Choose a day that is not before the first day."))
        return cleaned

    def known_person(self) -> User | None:
        """The person who has this address already, if any."""
        return User.objects.filter(email=self.cleaned_data["email"]).first()
