"""The forms with which somebody takes back evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from skills_graph.models import Evidence


class ReasonForm(forms.Form):
    """Why evidence no longer counts."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("The person reads this, and so do those who assess or lead people here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawalForm(ReasonForm):
    """Which evidence, and why. What has one row only is chosen already."""

    evidence = forms.TypedChoiceField(label=_("Which proof no longer counts?"), coerce=UUID, widget=forms.RadioSelect)
    field_order = ("evidence", "reason")

    def __init__(self, *args: Any, rows: Sequence[Evidence], **fields: Any) -> None:
        super().__init__(*args, **fields)
        choices = [(str(row.uuid), _line(row)) for row in rows]
        field = self.fields["evidence"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = choices[0][0] if len(choices) == 1 else None


def _line(row: Evidence) -> str:
    return f"{row.competency} · {row.get_kind_display()} · {date_format(row.occurred_on)} · {row.issuer.name}"
