"""Expected failures of proving and certifying; their texts are for the reader."""

from lxp.exceptions import LxpError


class DefinitionRefusedError(LxpError):
    """A scale, competency, relation, outcome or requirement that cannot be, with what to mend."""


class EvidenceRefusedError(LxpError):
    """Evidence that cannot be added to the ledger."""


class SigningKeyError(LxpError):
    """The key with which an organisation signs cannot be used, or a new one cannot be kept."""


class AnchorsDamagedError(LxpError):
    """The file that keeps the heads of the ledger was changed."""
