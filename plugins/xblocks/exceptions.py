"""What can be refused around an XBlock, each with what to do next."""

from __future__ import annotations

from courses.api import HandlerRefusedError
from lxp.exceptions import LxpError


class FrameError(LxpError):
    """A frame cannot be shown or asked."""


class UnknownFrameError(FrameError):
    """The address of a frame is not one of ours, or what it leads to is gone."""


class ExpiredFrameError(FrameError):
    """The address of a frame was right, and is too old."""


class ContentIsFrozenError(HandlerRefusedError):
    """A block of a learner tried to change what its author wrote."""


class ImportRefusedError(LxpError):
    """A course cannot be read, or not be placed here."""
