"""The flow of blocks on a page: steps that follow each other belong in one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django import template
from wagtail.blocks.stream_block import StreamValue

register = template.Library()


@dataclass(frozen=True)
class Run:
    """Neighbouring blocks, either all steps or none."""

    is_steps: bool
    children: list[StreamValue.StreamChild]


@register.filter
def runs(children: Iterable[StreamValue.StreamChild]) -> list[Run]:
    grouped = groupby(children, key=lambda child: child.block_type == "step")
    return [Run(is_steps, list(members)) for is_steps, members in grouped]


@register.filter
def anchor(block_id: str) -> str:
    """The id of a block in a page, to resume at."""
    return f"b-{str(block_id)[:8]}"
