"""A StreamField whose migration never changes: blocks come and go without one."""

from __future__ import annotations

from typing import Any

from django.db.models import Field
from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField


class OpenStreamField(StreamField):
    """A StreamField that deconstructs to a constant.

    The block is given as a class in `block_class`, and made only when it is first used, so that it may be built from what
    plugins add. A historical model in a data migration gets the same class, so that it can drop no block either.
    """

    block_class: type[StreamBlock]

    def __init__(self, block_types: Any = None, **keywords: Any) -> None:
        keywords.pop("block_lookup", None)
        super().__init__(self.block_class, **keywords)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _arguments, keywords = Field.deconstruct(self)
        return name, path, [], keywords
