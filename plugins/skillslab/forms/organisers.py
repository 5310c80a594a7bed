"""For which organisation somebody plans, where they coordinate in more than one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lxp.models import Organisation


class OrganiserForm(forms.Form):
    """A form that plans. Who may plan for one organisation alone is not asked; else `organisers` begins with the likeliest."""

    def __init__(self, *arguments: Any, organisers: list[Organisation], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.organisers = organisers
        if len(organisers) > 1:
            known = {str(each.uuid): each for each in organisers}
            self.fields["organiser"] = forms.TypedChoiceField(
                label=_("Which organisation runs it?"),
                choices=[(uuid, str(each)) for uuid, each in known.items()],
                coerce=known.__getitem__,
                initial=str(organisers[0].uuid),
            )
            self.order_fields(["organiser", *self.fields])

    @property
    def organiser(self) -> Organisation:
        """Who runs what is planned; of a valid form."""
        chosen: Organisation = self.cleaned_data.get("organiser") or self.organisers[0]
        return chosen
