"""What a package hands over when somebody asks for everything that is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ExportPart:
    """One file of a person's download: `name` without an extension, `title` for the reader, and rows of plain JSON."""

    name: str
    title: str
    rows: Iterable[Mapping[str, Any]]
