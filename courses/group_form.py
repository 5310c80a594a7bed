"""The form with which an assessor signs for several people at once: what holds for everybody, and exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.forms import DECISIONS, SCORE_CHOICES
from courses.models import AssessmentRequest

AS_EVERYBODY = ("", _("As for everybody"))


@dataclass(frozen=True)
class Judgement:
    """What is signed for one person."""

    scores: dict[str, str]
    is_competent: bool
    feedback: str


@dataclass(frozen=True)
class Exceptions:
    """The fields of one person: whether to sign for them, and what is otherwise than for everybody."""

    request: AssessmentRequest
    chosen: forms.BoundField
    fields: list[forms.BoundField]
    is_open: bool


class GroupSignOffForm(forms.Form):
    """A score for each criterion and a judgement for everybody; for each person what is otherwise."""

    decision = forms.ChoiceField(label=_("Your judgement for everybody"), choices=DECISIONS, widget=forms.RadioSelect)

    def __init__(
        self, *arguments: Any, criteria: list[dict[str, Any]], requests: list[AssessmentRequest], **keywords: Any
    ) -> None:
        super().__init__(*arguments, **keywords)
        self.criteria, self.requests = criteria, requests
        for criterion in criteria:
            self.fields[f"criterion-{criterion['id']}"] = forms.ChoiceField(
                label=criterion["text"],
                choices=SCORE_CHOICES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Judge this criterion.")},
            )
        for each in requests:
            self._add_person(each)

    def _add_person(self, request: AssessmentRequest) -> None:
        words = _("Sign for %(name)s") % {"name": request.person}
        self.fields[f"for-{request.pk}"] = forms.BooleanField(label=words, required=False, initial=True)
        for number, criterion in enumerate(self.criteria, start=1):
            self.fields[f"criterion-{criterion['id']}-{request.pk}"] = forms.ChoiceField(
                label=f"{number}. {criterion['text']}", choices=[AS_EVERYBODY, *SCORE_CHOICES], required=False
            )
        self.fields[f"decision-{request.pk}"] = forms.ChoiceField(
            label=_("Your judgement"), choices=[AS_EVERYBODY, *DECISIONS], required=False
        )
        self.fields[f"feedback-{request.pk}"] = forms.CharField(
            label=_("Feedback for the learner"),
            widget=forms.Textarea(attrs={"rows": 2}),
            required=False,
            max_length=2000,
            help_text=_("Write nothing about a client or patient."),
        )

    @property
    def criterion_fields(self) -> list[tuple[dict[str, Any], forms.BoundField]]:
        return [(each, self[f"criterion-{each['id']}"]) for each in self.criteria]

    @property
    def people(self) -> list[Exceptions]:
        found = []
        for each in self.requests:
            names = [f"criterion-{criterion['id']}-{each.pk}" for criterion in self.criteria]
            fields = [self[name] for name in (*names, f"decision-{each.pk}", f"feedback-{each.pk}")]
            is_open = any(field.value() or field.errors for field in fields)
            found.append(Exceptions(each, self[f"for-{each.pk}"], fields, is_open))
        return found

    def judgement_of(self, request: AssessmentRequest) -> Judgement | None:
        """What to sign for one person; None for who is left out."""
        values = self.cleaned_data
        if not values[f"for-{request.pk}"]:
            return None
        scores = {
            each["id"]: values[f"criterion-{each['id']}-{request.pk}"] or values[f"criterion-{each['id']}"]
            for each in self.criteria
        }
        decision = values[f"decision-{request.pk}"] or values["decision"]
        return Judgement(scores, decision == "competent", values[f"feedback-{request.pk}"])
