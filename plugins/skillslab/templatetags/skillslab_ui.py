"""Small things for the templates of the skillslab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from plugins.skillslab.services.sessions.proposals import MOST_SESSIONS

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key; nothing where it has none."""
    return mapping.get(key, "")


@register.filter
def most_sessions(count: int) -> int:
    """As many sessions as can be planned at a time."""
    return min(count, MOST_SESSIONS)
