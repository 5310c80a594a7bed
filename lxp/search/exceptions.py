"""What can go wrong in searching and indexing."""

from __future__ import annotations

from lxp.exceptions import LxpError


class SearchUnavailableError(LxpError):
    """There is no index that can be read: it was never made, was taken away, or is damaged."""


class IndexBusyError(LxpError):
    """Another process writes the index now: try again a little later."""
