"""The form of the public page that checks a credential."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skills_graph.openbadges.reading import LARGEST_FILE_BYTES, LARGEST_JSON_BYTES


class VerificationForm(forms.Form):
    """A credential as a file, or pasted."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("A JSON file, or a badge picture (PNG or SVG) with the credential inside."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".json,.jsonld,.png,.svg,application/json,image/png,image/svg+xml"}
        ),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )
    text = forms.CharField(
        label=_("Or paste the text"),
        required=False,
        max_length=LARGEST_JSON_BYTES,
        help_text=_("All of it, from the first { to the last }. Or the address of a proof on this site."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("This file is too large for a credential. The limit is 2 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("text"):
            self.add_error("file", _("Choose a file, or paste the text below."))
        return cleaned

    def content(self) -> bytes:
        """What was handed in; the file goes before the text."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file else str(self.cleaned_data["text"]).encode("utf-8", "surrogatepass")
