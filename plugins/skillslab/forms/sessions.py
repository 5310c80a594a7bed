"""Forms of a session: planning it, moving it, and its places."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.forms import DayField
from lxp.models import Organisation
from plugins.skillslab.forms.inputs import ClockInput
from plugins.skillslab.forms.organisers import OrganiserForm
from plugins.skillslab.models import Location, Session, SessionType, Skillslab
from plugins.skillslab.services.sessions.planning import SessionDraft


class MomentForm(forms.Form):
    """Where and when: for moving a session, which may stay at a location that is in use no more."""

    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.none(), to_field_name="uuid", empty_label=_("Choose")
    )
    day = DayField(label=_("Day"))
    at = forms.TimeField(label=_("Begins at"), widget=ClockInput)

    def __init__(
        self, *arguments: Any, skillslab: Skillslab, stays_at: Location | None = None, **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        there = Q(retired_at__isnull=True) | Q(pk=stays_at.pk if stays_at else None)
        self.fields["location"].queryset = skillslab.locations.filter(there)  # type: ignore[attr-defined]

    @property
    def starts_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"]))


class PlanForm(OrganiserForm, MomentForm):
    """A new session. The places that are kept have a field for each partner."""

    session_type = forms.ModelChoiceField(
        label=_("What is practised?"),
        queryset=SessionType.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choose"),
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=200)
    note = forms.CharField(label=_("Good to know"), max_length=300, required=False)
    release_days = forms.IntegerField(
        label=_("Days before, that kept places are for everybody"), min_value=0, max_value=365, initial=14
    )
    field_order = ("session_type", "location", "day", "at", "capacity", "note", "release_days")

    def __init__(self, *arguments: Any, skillslab: Skillslab, partners: Any, **keywords: Any) -> None:
        super().__init__(*arguments, skillslab=skillslab, **keywords)
        types = skillslab.session_types.filter(retired_at__isnull=True)
        self.fields["session_type"].queryset = types  # type: ignore[attr-defined]
        self.partners = list(partners)
        for each in self.partners:
            words = _("Kept for %(organisation)s") % {"organisation": each}
            self.fields[f"kept_{each.pk}"] = forms.IntegerField(label=words, min_value=0, max_value=200, required=False)

    def draft(self) -> SessionDraft:
        values = self.cleaned_data
        shares = {each: values[f"kept_{each.pk}"] for each in self.partners if values.get(f"kept_{each.pk}")}
        return SessionDraft(
            session_type=values["session_type"],
            location=values["location"],
            starts_at=self.starts_at,
            capacity=values["capacity"],
            organiser=self.organiser,
            release_at=self.starts_at - timedelta(days=values["release_days"]) if shares else None,
            shares=shares,
            note=values["note"],
        )


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
