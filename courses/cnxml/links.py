"""Replaces `module:` links by addresses, once it is known where each module lives."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

MODULE_LINK = re.compile(r'<a href="module:(?P<slug>[a-z0-9-]+)">(?P<label>.*?)</a>', re.DOTALL)


def with_addresses(document: Any, address_of: Callable[[str], str | None]) -> Any:
    """A copy of a module document whose links lead to `address_of(slug)`; where that is None the words stay alone."""
    if isinstance(document, dict):
        return {name: with_addresses(part, address_of) for name, part in document.items()}
    if isinstance(document, list):
        return [with_addresses(part, address_of) for part in document]
    if isinstance(document, str):
        return MODULE_LINK.sub(lambda link: addressed(link, address_of), document)
    return document


def addressed(link: re.Match[str], address_of: Callable[[str], str | None]) -> str:
    address = address_of(link["slug"])
    return f'<a href="{address}">{link["label"]}</a>' if address else link["label"]
