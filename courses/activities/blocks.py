"""The stream of activities that a module is: a block per kind, and a carrier for kinds that are not here."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
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
from courses.activities.base import SCHEMA_KEY, Activity
from lxp import plugin_manager

MISSING = "missing_activity"


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

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.activity.upgraded(value or {}))

    def bulk_to_python(self, values: list[Any]) -> Any:
        return super().bulk_to_python([self.activity.upgraded(value or {}) for value in values])

    def get_prep_value(self, value: Any) -> dict[str, Any]:
        return {**super().get_prep_value(value), SCHEMA_KEY: self.activity.schema}

    def clean(self, value: Any) -> Any:
        """A plugin whose check fails by itself refuses nothing: the author could not mend it."""
        cleaned, refusal = super().clean(value), None
        with self.guard("clean"):
            try:
                self.activity.clean(cleaned)
            except ValidationError as expected:
                refusal = expected
        if refusal is not None:
            raise refusal
        return cleaned

    def guard(self, name: str) -> AbstractContextManager[None]:
        kind = self.activity.kind
        return plugin_manager.guard_unless_core(registry.owner_of(kind), f"{kind}.{name}")

    def public_names(self, *common: str) -> set[str]:
        """The common fields that are given, and those of the kind that may leave the server; none where it fails."""
        own: tuple[str, ...] = ()
        with self.guard("public_fields"):
            own = tuple(self.activity.public_fields())
        return {*common, *own}

    def get_searchable_content(self, value: Any) -> list[str]:
        public = self.public_names("title")
        texts: list[str] = []
        for name, block in self.child_blocks.items():
            if name in public and block.search_index:
                with self.guard(f"searchable.{name}"):
                    texts.extend(block.get_searchable_content(value.get(name)))
        return texts

    def get_api_representation(self, value: Any, context: Any = None) -> dict[str, Any]:
        public = self.public_names("title", "minutes")
        shown = {
            name: block.get_api_representation(value.get(name), context=context)
            for name, block in self.child_blocks.items()
            if name in public
        }
        return {"kind": self.activity.kind, **shown}

    class Meta:
        form_classname = "struct-block lxp-activity"
        label_format = "{title}"


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
        if not isinstance(value, dict) or set(value) != {"type", "value"}:
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
    """A stream whose kinds come from the registry, and that never drops what it does not know or cannot open."""

    child_blocks: dict[str, blocks.Block]

    def __init__(self, local_blocks: Any = None, **keywords: Any) -> None:
        super().__init__([*(local_blocks or []), (MISSING, MissingActivityBlock())], **keywords)
        self.take_kinds()

    def take_kinds(self) -> None:
        """Have a block for each kind of the registry; also for one that was found only later."""
        for kind, activity in registry.kinds().items():
            if kind not in self.child_blocks:
                owner = registry.owner_of(kind)
                with plugin_manager.guard_unless_core(owner, f"{kind}.fields"):
                    group = "" if plugin_manager.is_core(owner) else plugin_manager.title_of(owner)
                    block = ActivityBlock(activity, group=group)
                    block.set_name(kind)
                    others = {name: each for name, each in self.child_blocks.items() if name != MISSING}
                    self.child_blocks = {**others, kind: block, MISSING: self.child_blocks[MISSING]}

    def wrapped(self, item: dict[str, Any]) -> dict[str, Any]:
        """A stored block as this stream takes it: one that is not here, or that its kind cannot open, is carried."""
        if item["type"] == MISSING or self.opens(item):
            return item
        return {**item, "type": MISSING, "value": {"type": item["type"], "value": item["value"]}}

    def opens(self, item: dict[str, Any]) -> bool:
        """Whether a kind takes this content. Tried only for content of another schema: the rest it wrote itself."""
        block = self.child_blocks.get(item["type"])
        if not isinstance(block, ActivityBlock):
            return block is not None
        if (item["value"] or {}).get(SCHEMA_KEY, 1) == block.activity.schema:
            return True
        opens = False
        with block.guard("upgrade"):
            block.to_python(item["value"])
            opens = True
        return opens

    def to_python(self, value: Any) -> Any:
        self.take_kinds()
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return super().to_python(value)
        if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            value = [self.wrapped(item) for item in value]
        return super().to_python(value)

    def bulk_to_python(self, values: list[Any]) -> Any:
        self.take_kinds()
        return super().bulk_to_python([[self.wrapped(item) for item in stream] for stream in values])

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> Any:
        """What the editor sends. Kinds may have come or gone since its page was opened: nothing is dropped for that."""
        self.take_kinds()
        data = data.copy()
        for number in range(int(data[f"{prefix}-count"])):
            key = f"{prefix}-{number}-type"
            if data[key] not in self.child_blocks:  # its plugin went; `clean` refuses, and asks to open the page again
                data[key], data[f"{prefix}-{number}-value"] = MISSING, "null"
        value = super().value_from_datadict(data, files, prefix)
        return blocks.StreamValue(self, [self._returned(child) for child in value])

    def _returned(self, child: Any) -> tuple[str, Any, str | None]:
        """A carried block whose plugin is back is that plugin's again, so that its own rules hold."""
        carried = child.value
        if child.block_type == MISSING and isinstance(carried, dict) and set(carried) == {"type", "value"}:
            item = {"type": carried["type"], "value": carried["value"]}
            if carried["type"] != MISSING and carried["type"] in self.child_blocks and self.opens(item):
                return carried["type"], self.child_blocks[carried["type"]].to_python(carried["value"]), child.id
        return child.block_type, child.value, child.id

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
        collapsed = True


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
