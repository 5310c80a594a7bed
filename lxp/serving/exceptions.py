"""Why a server cannot start; the text tells the operator what to do."""

from lxp.exceptions import LxpError


class ServingError(LxpError):
    """The server cannot start as things are."""
