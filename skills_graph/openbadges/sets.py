"""Sets in JSON-LD: one value alone and an array with that value mean the same."""

from __future__ import annotations

from typing import Any


def members(value: Any) -> list[Any]:
    """The values of a property; none when it is absent."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
