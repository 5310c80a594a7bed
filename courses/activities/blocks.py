"""The stream of activities that a module is: a block per kind, and a carrier for kinds that are not here."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter

from content.api import OpenStreamField
from courses.activities import registry
from courses.activities.base import Activity

MISSING = "missing_activity"
SCHEMA_KEY = "_schema"
COMMON = ("title", "minutes", "is_required")


class ActivityBlock(blocks.StructBlock):
    """Wraps one kind: adds title, time and the schema stamp, and lets only public fields out."""

    def __init__(self, activity: type[Activity], **keywords: Any) -> None:
        self.activity = activity
        common = [
            ("title", blocks.CharBlock(label=_("Title"), max_length=120)),
            ("minutes", blocks.IntegerBlock(label=_("Minutes"), min_value=0, max_value=600, default=5)),
        ]
        required = blocks.BooleanBlock(label=_("Needed to complete the module"), required=False, default=True)
        super().__init__(
            [*common, *activity.fields(), ("is_required", required)],
            label=activity.label,
            icon=activity.icon,
            description=activity.description,
            **keywords,
        )

    def upgraded(self, value: Any) -> Any:
        stored = (value or {}).get(SCHEMA_KEY, 1)
        return self.activity.upgrade(dict(value), stored) if stored != self.activity.schema else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.upgraded(value))

    def bulk_to_python(self, values: list[Any]) -> Any:
        return super().bulk_to_python([self.upgraded(value) for value in values])

    def get_prep_value(self, value: Any) -> dict[str, Any]:
        return {**super().get_prep_value(value), SCHEMA_KEY: self.activity.schema}

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        self.activity.clean(cleaned)
        return cleaned

    def get_searchable_content(self, value: Any) -> list[str]:
        public = {"title", *self.activity.public_fields()}
        texts: list[str] = []
        for name, block in self.child_blocks.items():
            if name in public and block.search_index:
                texts.extend(block.get_searchable_content(value.get(name)))
        return texts

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        public = {"title", "minutes", *self.activity.public_fields()}
        shown = {
            name: block.get_api_representation(value.get(name), context=context)
            for name, block in self.child_blocks.items()
            if name in public
        }
        return {"kind": self.activity.kind, **shown}

    class Meta:
        form_classname = "struct-block lxp-activity"


class MissingActivityBlock(blocks.FieldBlock):
    """Carries a block of a plugin that is not here, untouched: {"type": its kind, "value": its raw JSON}."""

    def __init__(self, **keywords: Any) -> None:
        self.field = forms.JSONField(required=False, widget=forms.HiddenInput)
        super().__init__(**keywords)

    def get_default(self) -> dict[str, Any]:
        return {"type": "", "value": None}

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        return value

    def get_form_state(self, value: Any) -> str:
        return json.dumps(value)

    def value_for_form(self, value: Any) -> str:
        return json.dumps(value)

    def value_from_form(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        if not isinstance(value, dict) or set(value) != {"type", "value"} or value["type"] in registry.kinds():
            raise ValidationError(_("This activity cannot be kept. Remove it, or open the page again."))
        return value

    def get_searchable_content(self, value: Any) -> list[str]:
        return []

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        return {"kind": value["type"], "is_missing": True}

    def render(self, value: Any, context: Any = None) -> str:
        return ""

    class Meta:
        label = _("Activity of a plugin that is off")
        icon = "warning"
        form_classname = "lxp-missing-activity"
        help_text = _("This activity is kept as it is. It works again when its plugin is back.")


class ActivityStreamBlock(blocks.StreamBlock):
    """A stream whose kinds come from the registry, and that never drops what it does not know."""

    def __init__(self, local_blocks: Any = None, **keywords: Any) -> None:
        found = [(kind, ActivityBlock(activity)) for kind, activity in registry.kinds().items()]
        super().__init__([*(local_blocks or []), *found, (MISSING, MissingActivityBlock())], **keywords)

    def wrapped(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["type"] in self.child_blocks:
            return item
        return {**item, "type": MISSING, "value": {"type": item["type"], "value": item["value"]}}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return super().to_python(value)
        if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            value = [self.wrapped(item) for item in value]
        return super().to_python(value)

    def bulk_to_python(self, values: list[Any]) -> Any:
        return super().bulk_to_python([[self.wrapped(item) for item in stream] for stream in values])

    def get_prep_value(self, value: Any) -> list[dict[str, Any]]:
        prepared = super().get_prep_value(value)
        return [
            {**item, "type": item["value"]["type"], "value": item["value"]["value"]}
            if item["type"] == MISSING and isinstance(item["value"], dict)
            else item
            for item in prepared
        ]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return ("courses.activities.blocks.ActivityStreamBlock", [], {})

    def deconstruct_with_lookup(self, lookup: Any) -> tuple[str, list[Any], dict[str, Any]]:
        return self.deconstruct()

    @classmethod
    def construct_from_lookup(cls, lookup: Any, *arguments: Any, **keywords: Any) -> ActivityStreamBlock:
        return cls()

    class Meta:
        template = "courses/activities/stream.html"


class ActivityStreamBlockAdapter(StreamBlockAdapter):
    """Tells the editor to render missing activities but not to offer them."""

    js_constructor = "lxp.ActivityStreamBlock"

    @cached_property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["courses/js/activity_stream.js"])


register(ActivityStreamBlockAdapter(), ActivityStreamBlock)


class ActivityStreamField(OpenStreamField):
    """The body of a module. Its migration never changes when a kind comes or goes."""

    block_class = ActivityStreamBlock
