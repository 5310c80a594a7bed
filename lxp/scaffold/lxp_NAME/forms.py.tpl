"""Checks what an administrator fills in."""

from __future__ import annotations

from django import forms

from lxp.forms import DayInput
from lxp_NAME.models import Message


class MessageForm(forms.ModelForm):
    class Meta:
        model = Message
        fields = ("text", "day")
        widgets = {"day": DayInput}
