"""Expected failures of learning and publishing; their texts are for the reader."""

from lxp.exceptions import LxpError


class OutdatedVersionError(LxpError):
    """A safety change replaced the version of this attempt: the newest one comes first."""


class EnrolmentRefusedError(LxpError):
    """This person cannot start this module now."""


class HandlerRefusedError(LxpError):
    """An activity cannot take what was sent, and says why."""


class SignOffRefusedError(LxpError):
    """This assessor cannot sign this assignment."""


class UnknownActivityError(LxpError):
    """There is no such activity, or its plugin is off."""


class UnknownSchemaError(LxpError):
    """Content that a newer release of an activity's kind has written."""
