"""Content of an activity, as an author could have filled it in: guessed from the fields that its kind asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.utils.html import escape
from wagtail import blocks

TYPED: dict[type[blocks.Block], Callable[[], Any]] = {
    blocks.URLBlock: lambda: "https://example.org/kit",
    blocks.EmailBlock: lambda: "kit@example.org",
    blocks.DateTimeBlock: lambda: "2030-01-01T10:00:00Z",
    blocks.DateBlock: lambda: "2030-01-01",
    blocks.TimeBlock: lambda: "10:00:00",
    blocks.RegexBlock: lambda: "",
    blocks.RawHTMLBlock: lambda: "",
}


def content_of(kind: Any, text: str) -> dict[str, Any]:
    """What is stored of one activity of a kind, with this text in everything that an author writes."""
    common = {"title": "Kit", "minutes": 1, "is_required": True, "_schema": kind.schema}
    return {**common, **{name: _value(block, text) for name, block in kind.fields()}}


def _value(block: blocks.Block, text: str) -> Any:
    if isinstance(block, blocks.BaseStructBlock):
        return {name: _value(each, text) for name, each in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        return [_item("item", block.child_block, text) for _each in range(max(block.meta.min_num or 1, 1))]
    if isinstance(block, blocks.BaseStreamBlock):
        return [_item(name, each, text) for name, each in list(block.child_blocks.items())[:1]]
    return _field_value(block, text)


def _field_value(block: Any, text: str) -> Any:
    if hasattr(block.field, "choices"):
        return _choice(block)
    for kind, typed in TYPED.items():
        if isinstance(block, kind):
            return typed()
    if isinstance(block, blocks.RichTextBlock):
        return f"<p>{escape(text)}</p>"
    if isinstance(block, blocks.CharBlock | blocks.TextBlock):
        return text[: block.field.max_length] if block.field.max_length else text
    value = block.get_prep_value(block.get_default())
    if value is None and isinstance(block, blocks.IntegerBlock | blocks.FloatBlock | blocks.DecimalBlock):
        value = block.field.min_value or 1
    return value


def _item(name: str, block: blocks.Block, text: str) -> dict[str, Any]:
    return {"type": name, "id": str(uuid.uuid4()), "value": _value(block, text)}


def _choice(block: Any) -> Any:
    """The first that may be chosen; the default where there is one."""
    default = block.get_default()
    if default:
        return block.get_prep_value(default)
    grouped = [option[1] if isinstance(option[1], list | tuple) else [option] for option in block.field.choices]
    values = [value for options in grouped for value, _label in options if value not in ("", None)]
    first = values[0] if values else ""
    return [first] if isinstance(block, blocks.MultipleChoiceBlock) else first
