"""A field of short lines: written as a text with one line for each, kept as a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

LONGEST_LINE = 200


class LinesFormField(forms.CharField):
    """A text area; empty lines do not count."""

    widget = forms.Textarea

    def __init__(self, *, most_lines: int, **keywords: Any) -> None:
        self.most_lines = most_lines
        super().__init__(**keywords)
        self.widget.attrs.setdefault("rows", min(most_lines, 5) + 1)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class LinesField(models.JSONField):
    """A list of at most `most_lines` short texts."""

    def __init__(self, *arguments: Any, most_lines: int = 4, **keywords: Any) -> None:
        self.most_lines = most_lines
        super().__init__(*arguments, **{**keywords, "default": list, "blank": True})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, arguments, keywords = super().deconstruct()
        return name, path, list(arguments), {**keywords, "most_lines": self.most_lines}

    def formfield(self, **keywords: Any) -> Any:
        return models.Field.formfield(self, **{**keywords, "form_class": LinesFormField, "most_lines": self.most_lines})

    def validate(self, value: Any, model_instance: Any) -> None:
        super().validate(value, model_instance)
        if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
            raise ValidationError(_("Give a list of lines."))
        if len(value) > self.most_lines:
            words = ngettext("At most %(most)d line.", "At most %(most)d lines.", self.most_lines)
            raise ValidationError(words % {"most": self.most_lines})
        for line in value:
            if len(line) > LONGEST_LINE:
                long = _("“%(start)s …” is too long. Write at most %(most)d characters on a line.")
                raise ValidationError(long % {"start": line[:40], "most": LONGEST_LINE})
