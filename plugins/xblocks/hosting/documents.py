"""Takes the fragment of a view apart: what belongs into the head of a page, into its body, and behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from web_fragments.fragment import Fragment

SCRIPT, STYLE, HTML = "application/javascript", "text/css", "text/html"
SCRIPTS = (SCRIPT, "text/javascript")


@dataclass(frozen=True)
class Part:
    """A script, a style sheet or HTML: `is_address` where `data` is where to find it."""

    sort: str
    is_address: bool
    data: SafeString


@dataclass
class Parts:
    """A view in the order in which a page has it."""

    body: SafeString
    head: list[Part] = field(default_factory=list)
    foot: list[Part] = field(default_factory=list)


def shown_parts(fragment: Fragment) -> Parts:
    """What a block wrote is its own: it is shown as it is, in a page that can harm nobody."""
    parts = Parts(_safe(fragment.body_html()))
    for resource in fragment.resources:
        part = Part(_sort_of(resource.mimetype), resource.kind == "url", _safe(resource.data))
        (parts.foot if resource.placement == "foot" else parts.head).append(part)
    return parts


def _sort_of(mimetype: str) -> str:
    if mimetype in SCRIPTS:
        return "script"
    return {STYLE: "style", HTML: "html"}.get(mimetype, "")


def _safe(html: Any) -> SafeString:
    return mark_safe(str(html))  # noqa: S308 - HTML of the block, shown in its sandbox only
