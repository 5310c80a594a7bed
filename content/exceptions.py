"""What can go wrong with pages, in words for who reads it."""

from lxp.exceptions import LxpError


class CardError(LxpError):
    """Something about an instruction card that cannot be done now."""


class CountRefusedError(LxpError):
    """Something that is not counted: there is no such card, language or act."""
