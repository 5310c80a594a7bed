"""What a frame asks of a block, and what the block answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STUDENT_VIEW, AUTHOR_VIEW, STUDIO_VIEW = "student_view", "author_view", "studio_view"


@dataclass(frozen=True)
class BlockCall:
    """A view to render, or a handler to call; `prefix` is where the frame's addresses begin."""

    prefix: str
    view: str = ""
    handler: str = ""
    suffix: str = ""
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str = ""


@dataclass(frozen=True)
class BlockAnswer:
    """`fragment` of a view (a `web_fragments` Fragment), or the response of a handler."""

    fragment: Any = None
    status: int = 200
    content_type: str = "application/json"
    body: bytes = b""


@dataclass
class Published:
    """What a block told its host during one call: None where it said nothing. Grades are shares of 1."""

    grade: float | None = None
    completion: float | None = None
    others: list[str] = field(default_factory=list)
