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
    """Neighbouring blocks, either all steps or none. `start` is the number of the first step: a picture between two
    steps does not begin the count anew."""

    is_steps: bool
    children: list[StreamValue.StreamChild]
    start: int = 1


@register.filter
def runs(children: Iterable[StreamValue.StreamChild]) -> list[Run]:
    found, start = [], 1
    for is_steps, members in groupby(children, key=lambda child: child.block_type == "step"):
        run = Run(is_steps, list(members), start)
        start += len(run.children) if is_steps else 0
        found.append(run)
    return found


@register.filter
def anchor(block_id: str) -> str:
    """The id of a block in a page, to resume at."""
    return f"b-{str(block_id)[:8]}"
