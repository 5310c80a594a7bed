"""Forms of what a skillslab has: locations, rooms, equipment, and the rules for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lxp.models import Organisation
from plugins.skillslab.models import EquipmentKind, Location, Resource, Skillslab, TravelTime


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
