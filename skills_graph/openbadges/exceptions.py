"""What can be wrong with a credential, or with what is needed to check it: a code, and the details that its sentence names."""

from __future__ import annotations

from lxp.exceptions import LxpError


class OpenBadgesError(LxpError):
    """The base: `code` is a key of `reasons.SENTENCES`, `details` fill in its placeholders."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return f"{self.code} {self.details}" if self.details else self.code


class UnreadableError(OpenBadgesError):
    """No credential can be read from this: nothing can be said about it."""


class RefusedError(OpenBadgesError):
    """A credential that was read, and is not valid."""


class UnavailableError(OpenBadgesError):
    """A document that is needed for the check (of an issuer, or a status list) cannot be had."""
