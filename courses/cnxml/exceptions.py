"""What can be wrong with a book that somebody offers for import."""

from lxp.exceptions import LxpError


class ArchiveError(LxpError):
    """The file is no archive that we dare to open."""


class DocumentError(LxpError):
    """One XML file in the archive is broken or unsafe; the text names the file and, where known, the line."""


class LicenceError(LxpError):
    """The book does not allow what an import does: share it, and change it."""
