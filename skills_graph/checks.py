"""Checks that an operator can act on."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution
from django.db import DEFAULT_DB_ALIAS, DatabaseError

from skills_graph.services.keys import unusable_keys


@register(Tags.database)
def signing_keys_are_there(app_configs: Any, databases: Any = None, **options: Any) -> list[CheckMessage]:
    """A warning: the site works, and that organisation issues nothing."""
    if DEFAULT_DB_ALIAS not in (databases or []):
        return []
    try:
        sentences = unusable_keys()
    except DatabaseError:  # before the first migration there are no keys
        return []
    return [
        Caution(sentence, hint="docs/operations.md, Signing keys", id="skills_graph.W002") for sentence in sentences
    ]
