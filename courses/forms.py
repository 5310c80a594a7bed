"""The sign-off form of a workplace assignment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.activities.assignment import MET, NOT_MET, NOT_SEEN

SCORE_CHOICES = [(MET, _("Yes")), (NOT_MET, _("Not yet")), (NOT_SEEN, _("Not seen"))]
DECISIONS = [("competent", _("Competent")), ("not_yet", _("Not yet competent"))]


class SignOffForm(forms.Form):
    """A score for each criterion, feedback, and the judgement."""

    feedback = forms.CharField(
        label=_("Feedback for the learner"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=2000,
        help_text=_("Write nothing about a client or patient."),
    )
    decision = forms.ChoiceField(label=_("Your judgement"), choices=DECISIONS, widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, criteria: list[dict[str, Any]], **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"criterion-{criterion['id']}"] = forms.ChoiceField(
                label=criterion["text"],
                choices=SCORE_CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Judge this criterion.")},
            )

    @property
    def scores(self) -> dict[str, str]:
        """The score of each criterion, by its id."""
        return {each["id"]: self.cleaned_data[f"criterion-{each['id']}"] for each in self.criteria}

    @property
    def criterion_fields(self) -> list[tuple[dict[str, Any], forms.BoundField]]:
        return [(each, self[f"criterion-{each['id']}"]) for each in self.criteria]
