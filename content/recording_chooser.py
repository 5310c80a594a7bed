"""Choosing the recording of a step in the editor, or making it there and then with the microphone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtailmedia.blocks import AudioChooserBlock
from wagtailmedia.widgets import AdminAudioChooser


class RecordingChooser(AdminAudioChooser):
    """The chooser of recordings, with a recorder below it. What is recorded takes the way of the chooser's own upload."""

    template_name = "content/editor/recording_chooser.html"
    choose_one_text = _("Choose a recording")
    choose_another_text = _("Choose another recording")
    link_to_chosen_text = _("Look at this recording")

    @property
    def media(self) -> forms.Media:
        script: Any = forms.widgets.Script("content/js/audio-recorder.js", type="module")
        return super().media + forms.Media(js=[script])


class RecordingBlock(AudioChooserBlock):
    """A recording, chosen or made."""

    @cached_property
    def widget(self) -> RecordingChooser:
        return RecordingChooser()

    class Meta:
        icon = "wagtailmedia-audio"
