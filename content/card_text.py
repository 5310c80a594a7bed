"""The text of a card as one value: what must be translated again when it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def text_digest(
    *,
    lines: Iterable[Any],
    steps: Iterable[dict[str, Any]],
    needs: Iterable[dict[str, Any]],
    check: Iterable[dict[str, Any]],
) -> str:
    """SHA-256 of all that a reader reads. Pictures, recordings and everyday words are no part of it: a new drawing asks no
    new translation, but the words that describe it do. The arguments are raw stream data."""
    text = [
        list(lines),
        [_step(each) for each in steps],
        [each["value"].get("text") or "" for each in needs],
        [_question(each) for each in check],
    ]
    return hashlib.sha256(json.dumps(text, ensure_ascii=False).encode()).hexdigest()


def alt_of(value: dict[str, Any]) -> str:
    """What the picture of a step or an answer shows, from raw stream data."""
    picture = value.get("picture")
    if not isinstance(picture, dict) or picture.get("decorative"):
        return ""
    return picture.get("alt_text") or ""


def picture_of(value: dict[str, Any]) -> int | None:
    """The number of its picture, or None."""
    picture = value.get("picture")
    return picture.get("image") if isinstance(picture, dict) else picture


def items_of(options: Iterable[Any]) -> list[dict[str, Any]]:
    """The answers of a question: raw list data carries an id around each value."""
    return [each.get("value", each) if isinstance(each, dict) else {} for each in options]


def _step(raw: dict[str, Any]) -> list[str]:
    value = raw["value"]
    return [raw.get("id") or "", value.get("title") or "", value.get("text") or "", alt_of(value)]


def _question(raw: dict[str, Any]) -> list[Any]:
    value = raw["value"]
    options = items_of(value.get("options") or [])
    return [
        raw.get("id") or "",
        value.get("prompt") or "",
        [
            [each.get("text") or "", each.get("feedback") or "", alt_of(each), bool(each.get("right"))]
            for each in options
        ],
    ]
