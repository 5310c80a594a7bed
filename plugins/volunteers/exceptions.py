"""Expected failures; their texts are for the reader."""

from __future__ import annotations

from lxp.exceptions import LxpError


class VolunteersError(LxpError):
    """Something that this plugin refuses."""


class ConfirmationRefusedError(VolunteersError):
    """A card that this volunteer cannot confirm now."""


class RoleRefusedError(VolunteersError):
    """A role that cannot be made or changed like this."""


class RevocationRefusedError(VolunteersError):
    """Nothing can be taken back like this."""


class SetRefusedError(VolunteersError):
    """A set of cards that cannot be made or ended like this."""


class CertificateRefusedError(VolunteersError):
    """There is nothing yet to certify."""
