"""The files that the package of a block offers to browsers: those in its folder `public`, and no others."""

from __future__ import annotations

from xblock.core import XBlock
from xblock.exceptions import DisallowedFileError

from plugins.xblocks.packages import allowed_types


def open_resource(block_type: str, name: str) -> bytes:
    """The bytes of a file. Raises FileNotFoundError for what is not there, not offered, or not allowed here any more."""
    if block_type not in allowed_types():
        raise FileNotFoundError(name)
    try:
        with XBlock.load_class(block_type).open_local_resource(name) as found:
            content: bytes = found.read()
    except (DisallowedFileError, OSError) as absence:
        raise FileNotFoundError(name) from absence
    return content
