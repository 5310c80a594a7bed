"""The content of a block as the page stores it: a JSON object of the fields that its author filled in."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from lxp.exceptions import LxpError

MAX_CHARACTERS = 200_000


class ContentError(LxpError):
    """What should be the content of a block, and is not."""


def parsed(text: str) -> dict[str, Any]:
    """The fields by name. Raises ContentError for what is no JSON object, too long, or not to be stored."""
    if len(text) > MAX_CHARACTERS:
        raise ContentError(_("This is longer than %(limit)d characters. Make it shorter.") % {"limit": MAX_CHARACTERS})
    try:
        values = json.loads(text or "{}")
        json.dumps(values, allow_nan=False)
    except (ValueError, RecursionError) as damage:
        raise ContentError(
            _("This is no JSON. Undo your last change, or remove the activity and add it anew.")
        ) from damage
    if not isinstance(values, dict) or "\\u0000" in json.dumps(values):
        raise ContentError(_("This is no content of a block. Remove the activity, and add it anew."))
    return values


def written(values: dict[str, Any]) -> str:
    """The same content is always the same text."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True)
