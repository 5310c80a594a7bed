"""CNXML, the format of OpenStax textbooks: `read_book` turns an archive into modules of the library, with a report."""

from courses.cnxml.archive import ArchiveLimits
from courses.cnxml.book import Book, BookModule, Chapter, read_book
from courses.cnxml.conversion import Placement
from courses.cnxml.exceptions import ArchiveError, DocumentError, LicenceError
from courses.cnxml.links import with_addresses
from courses.cnxml.report import Loss, LossKind, Report

__all__ = [
    "ArchiveError",
    "ArchiveLimits",
    "Book",
    "BookModule",
    "Chapter",
    "DocumentError",
    "LicenceError",
    "Loss",
    "LossKind",
    "Placement",
    "Report",
    "read_book",
    "with_addresses",
]
