"""Forms about roles, and about taking back what was confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from content.api import InstructionPage
from courses.api import Module
from plugins.volunteers.models import Proof


class RoleForm(forms.Form):
    """The name of a role."""

    title = forms.CharField(
        label=_("What do these volunteers do?"),
        max_length=80,
        help_text=_("One or two words, such as “Visiting” or “Meals”."),
    )


class ItemForm(forms.Form):
    """One more card or module that a role asks."""

    thing = forms.ChoiceField(label=_("Which card or module?"))
    proof = forms.ChoiceField(
        label=_("How do volunteers show that they know a card?"),
        choices=[each for each in Proof.choices if each[0] != Proof.MODULE],
        initial=Proof.READ,
        help_text=_("For a module this is always: they finish it."),
    )
    is_required = forms.BooleanField(label=_("Everybody with this role must do this"), required=False, initial=True)
    valid_months = forms.IntegerField(
        label=_("Again after how many months?"), min_value=1, max_value=120, required=False
    )

    def __init__(self, *arguments: Any, cards: list[InstructionPage], modules: list[Module], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.modules = {str(each.uuid): each for each in modules}
        self.with_questions = {str(each.translation_key) for each in cards if each.check_questions}
        groups = [
            (_("Cards"), [(f"card:{each.translation_key}", each.title) for each in cards]),
            (_("Modules"), [(f"module:{each.uuid}", str(each)) for each in modules]),
        ]
        self.fields["thing"].choices = [("", _("Choose")), *groups]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, _colon, key = cleaned.get("thing", "").partition(":")
        if kind == "card" and cleaned.get("proof") == Proof.CHECK and key not in self.with_questions:
            self.add_error("proof", _("This card has no questions. Choose “reads it and confirms that”."))
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What `plugins.volunteers.services.roles.ask_of_role` takes."""
        kind, _colon, key = self.cleaned_data["thing"].partition(":")
        plain = {name: self.cleaned_data[name] for name in ("is_required", "valid_months")}
        if kind == "module":
            return {**plain, "module": self.modules[key], "proof": Proof.MODULE}
        return {**plain, "card_uuid": UUID(key), "proof": self.cleaned_data["proof"]}


class RevokeForm(forms.Form):
    """Why everybody reads a card again."""

    reason = forms.CharField(
        label=_("What changed in the card?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Volunteers read this. Write nothing about a client or patient."),
    )
