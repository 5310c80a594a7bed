"""Forms about inviting volunteers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plugins.volunteers.models import VolunteerRole
from plugins.volunteers.services.invited_lines import MOST_LINES

MOST_BYTES = 200_000


class InviteForm(forms.Form):
    """A list that is pasted, or a file with one. What a file holds comes into the list, so that it can be mended there."""

    people = forms.CharField(
        label=_("Names and e-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        required=False,
        help_text=_("One person on each line: name, a comma, the e-mail address. You can paste this from a table."),
    )
    file = forms.FileField(
        label=_("Or choose a file (CSV)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    role = forms.ModelChoiceField(
        label=_("Which role do they get?"),
        queryset=VolunteerRole.objects.none(),
        required=False,
        empty_label=_("No role yet"),
        to_field_name="uuid",
    )

    def __init__(self, *arguments: Any, roles: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["role"].queryset = roles  # type: ignore[attr-defined]

    def clean_file(self) -> str:
        """The text of the file, however a spreadsheet wrote it."""
        given = self.cleaned_data.get("file")
        if not given:
            return ""
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too big for a list of names. Choose another."))
        content = given.read()
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return str(content.decode(encoding))
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError(_("This file cannot be read. Save it as CSV and choose it again."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        text = "\n".join(filter(None, (cleaned.get("people", "").strip(), cleaned.get("file", ""))))
        if not self.errors and not text.strip():
            self.add_error("people", _("Paste at least one line, or choose a file."))
        if len(text.splitlines()) > MOST_LINES:
            self.add_error("people", _("These are too many at once. Paste at most 500 lines."))
        cleaned["text"] = text
        return cleaned
