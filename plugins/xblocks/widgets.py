"""The field of the editor that holds what a block is about: its author changes it in the block's own view."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from plugins.xblocks.calls import STUDIO_VIEW


class BlockContentWidget(forms.Textarea):
    """A text area with JSON. The script beside it puts a button, and a frame with the view of the block, in its place."""

    template_name = "xblocks/editor/content.html"

    def __init__(self, block_type: str, has_view: bool) -> None:
        super().__init__(attrs={"rows": 6, "spellcheck": "false"})
        self.block_type, self.has_view = block_type, has_view

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        words = {
            "edit": _("Edit this activity"),
            "done": _("Saved in this page. Save the page to keep it."),
            "failed": _("This does not work now. Save the page, open it again, and try once more."),
            "frame": _("The activity, to edit"),
            "close": _("Close without changes"),
            "raw": _("For experts: the stored content"),
        }
        context["editing"] = {
            "block_type": self.block_type,
            "has_view": self.has_view,
            "drafts_url": reverse("xblocks:drafts"),
            "words": json.dumps(words),
        }
        return context

    @cached_property
    def media(self) -> forms.Media:
        return forms.Media(js=["xblocks/js/editor.js"], css={"all": ["xblocks/css/editor.css"]})


class BlockContentBlock(blocks.FieldBlock):
    """JSON of one type of block."""

    def __init__(self, block_type: str, block_class: type, **keywords: Any) -> None:
        has_view = hasattr(block_class, STUDIO_VIEW)
        widget = BlockContentWidget(block_type, has_view)
        self.field = forms.CharField(required=False, widget=widget)
        super().__init__(label=gettext_lazy("Activity"), default="{}", **keywords)

    def get_searchable_content(self, value: Any) -> list[str]:
        return []

    class Meta:
        icon = "code"
