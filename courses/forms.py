"""Forms of courses: the sign-off of a workplace assignment, and starting a module."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from content.api import TopicPage
from courses.activities.assignment import MET, NOT_MET, NOT_SEEN
from lxp.models import Organisation

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


class StartForm(forms.Form):
    """What a new module begins with and where it stands; what there is no choice in is hidden."""

    starter = forms.SlugField(widget=forms.HiddenInput)
    topic = forms.ModelChoiceField(
        label=_("Topic"), queryset=TopicPage.objects.none(), required=False, empty_label=_("Choose later")
    )
    language = forms.ChoiceField(label=_("Language of the module"), choices=settings.STAFF_LANGUAGES)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )

    def __init__(self, *arguments: Any, organisations: list[Organisation], language: str, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        topics = TopicPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).order_by("title")
        self.fields["topic"].queryset = topics  # type: ignore[attr-defined]
        self.fields["language"].initial = language
        mine = Organisation.objects.filter(pk__in=[each.pk for each in organisations])
        self.fields["organisation"].queryset = mine  # type: ignore[attr-defined]
        self.fields["organisation"].initial = organisations[0]
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
