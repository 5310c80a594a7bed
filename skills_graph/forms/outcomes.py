"""The form of an outcome of a module."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from skills_graph.models import Competency, DraftOutcome, EvidenceKind
from skills_graph.services.outcomes import ENTRY_KIND, MODULE_KINDS, Activities

GIVES, ENTRY = "gives", "entry"
WHOLE_MODULE = ""
KIND_LABELS = {
    EvidenceKind.READING: _("They read it and confirm that"),
    EvidenceKind.TEST: _("They pass a test"),
    EvidenceKind.PRACTICAL: _("An assessor watches and signs"),
}


class OutcomeForm(forms.Form):
    """What an outcome says beside its competency: which way, level, kind of evidence, and what proves it."""

    purpose = forms.ChoiceField(
        label=_("What is it for this module?"),
        choices=[(GIVES, _("The module proves it")), (ENTRY, _("People need it before they start"))],
        widget=forms.RadioSelect,
        initial=GIVES,
    )
    level = forms.TypedChoiceField(label=_("At which level?"), coerce=int, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("How do people show it?"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in MODULE_KINDS],
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Not for what people need before they start."),
    )
    activity = forms.ChoiceField(label=_("Which activity proves it?"), required=False)

    def __init__(
        self,
        *arguments: Any,
        competency: Competency,
        activities: Activities,
        outcome: DraftOutcome | None = None,
        **keywords: Any,
    ) -> None:
        if outcome is not None:
            keywords["initial"] = {
                "purpose": ENTRY if outcome.is_entry else GIVES,
                "level": outcome.level,
                "kind": "" if outcome.kind == ENTRY_KIND else outcome.kind,
                "activity": str(outcome.block_id or WHOLE_MODULE),
            }
        super().__init__(*arguments, **keywords)
        scale = competency.framework.scale
        levels = [(rank, scale.label_of(rank)) for rank in range(1, len(scale.levels) + 1)]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        numbered = [(str(each["block_id"]), f"{each['position']}. {each['title']}") for each in activities]
        self.fields["activity"].choices = [(WHOLE_MODULE, _("The whole module")), *numbered]  # type: ignore[attr-defined]
        if competency.is_reserved and outcome is None:
            self.fields["purpose"].initial = ENTRY

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("purpose") == GIVES and not cleaned.get("kind") and "kind" not in self.errors:
            self.add_error("kind", _("Choose how people show it."))
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """For the service that saves it."""
        chosen = self.cleaned_data["activity"]
        return {
            "level": self.cleaned_data["level"],
            "kind": self.cleaned_data["kind"],
            "block_id": UUID(chosen) if chosen else None,
            "is_entry": self.cleaned_data["purpose"] == ENTRY,
        }
