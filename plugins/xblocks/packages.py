"""Which XBlocks may be loaded here: entry points of installed packages that the operator allowed by name.

Nothing of these packages is imported before it is allowed; the library `XBlock` itself need not be installed.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from functools import cache

from django.conf import settings

GROUP = "xblock.v1"
PREFIX = "xblocks_"
LIBRARY = "xblock"
LONGEST_KIND = 60  # characters of `kind` in the tables of activities


@cache
def has_library() -> bool:
    """Whether the library that blocks are written with is here: it comes along with any of them."""
    return importlib.util.find_spec(LIBRARY) is not None


def kind_of(block_type: str) -> str:
    """The kind of activity that hosts a type of block: `drag-and-drop-v2` is `xblocks_drag_and_drop_v2`."""
    return f"{PREFIX}{re.sub(r'[^a-z0-9]+', '_', block_type.lower())}"[:LONGEST_KIND]


def installed_types() -> frozenset[str]:
    """The names of all blocks that packages here offer."""
    return frozenset(each.name for each in importlib.metadata.entry_points(group=GROUP))


def allowed_types() -> list[str]:
    """The names of the blocks that may be loaded: allowed and installed, in the operator's order."""
    if not settings.XBLOCKS_ALLOWED or not has_library():
        return []
    here = installed_types()
    return [name for name in dict.fromkeys(settings.XBLOCKS_ALLOWED) if name in here]
