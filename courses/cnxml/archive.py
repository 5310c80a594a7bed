"""Opens a .tar.gz from anybody in memory: nothing reaches the disk, and no header is believed before it is counted."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from django.utils.translation import gettext_lazy as _

from courses.cnxml.exceptions import ArchiveError

MEGABYTE = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
TAR_BLOCK = 512
# A name or attribute header that is longer than this is no name: tarfile would read it into memory in one piece.
MAX_EXTENDED_HEADER = 64 * 1024
PLAIN_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
EXTENDED_HEADERS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
KEPT_SUFFIXES = (".cnxml", ".xml", ".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True)
class ArchiveLimits:
    """How much an archive may hold: `members` of any kind, the others in bytes after unpacking."""

    members: int = 5_000
    member_bytes: int = 20 * MEGABYTE
    total_bytes: int = 300 * MEGABYTE


class CountingReader:
    """Decompresses a gzip stream and stops as soon as it yields more than the limit: a bomb never gets to burst."""

    def __init__(self, stream: IO[bytes], limits: ArchiveLimits) -> None:
        self.gzip = gzip.GzipFile(fileobj=stream, mode="rb")
        # tar pads every file to whole blocks and adds headers: these count too, yet are not the book's own bytes.
        self.allowed = limits.total_bytes + limits.members * 4 * TAR_BLOCK
        self.total_megabytes = limits.total_bytes // MEGABYTE
        self.count = 0

    def read(self, size: int) -> bytes:
        data = self.gzip.read(size)
        self.count += len(data)
        if self.count > self.allowed:
            raise ArchiveError(
                _("The archive is larger than %(megabytes)d MB when unpacked. Import a smaller part of the book.")
                % {"megabytes": self.total_megabytes}
            )
        return data

    def read_to_the_end(self) -> None:
        """The check sum of a gzip file comes last, so a damaged file shows itself only here."""
        while self.read(MEGABYTE):
            pass


class CarefulHeader(tarfile.TarInfo):
    """Looks at every header before tarfile acts on it: tarfile itself reads a long name of any length into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> CarefulHeader:
        header = super().frombuf(buf, encoding, errors)
        is_too_long = header.type in EXTENDED_HEADERS and header.size > MAX_EXTENDED_HEADER
        if header.size < 0 or is_too_long:
            raise broken()
        return header


def broken() -> ArchiveError:
    return ArchiveError(_("The archive is damaged or incomplete. Download or make it again."))


def read_archive(
    source: str | Path | IO[bytes], limits: ArchiveLimits | None = None, suffixes: tuple[str, ...] = KEPT_SUFFIXES
) -> dict[str, bytes]:
    """The files of a .tar.gz by name, sorted; only those with these endings are kept, everything else is only counted.

    Raises ArchiveError for whatever is not a plain, whole archive within `limits`.
    """
    limits = limits or ArchiveLimits()
    if isinstance(source, str | Path):
        try:
            with Path(source).open("rb") as stream:
                return read_archive(stream, limits, suffixes)
        except OSError as refusal:
            raise ArchiveError(
                _("The file %(name)s cannot be read. Check its name and your rights.") % {"name": Path(source).name}
            ) from refusal
    files = dict(sorted(members_of(source, limits, suffixes)))
    if not files:
        raise ArchiveError(_("The archive holds no files of a book. Choose a CNXML book as .tar.gz."))
    return files


def members_of(stream: IO[bytes], limits: ArchiveLimits, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    if not starts_as_gzip(stream):
        raise ArchiveError(_("This file is not a .tar.gz archive. Choose a CNXML book as .tar.gz."))
    reader = CountingReader(stream, limits)
    with damage_is_told(), opened(reader) as archive:
        names: set[str] = set()
        count = total = 0
        while (member := archive.next()) is not None:
            count += 1
            check_count(count, limits)
            name = safe_name(member.name)
            if member.isdir():
                continue
            check_member(member, name, names, limits)
            names.add(name)
            data = content_of(archive, member)
            total += len(data)
            if total > limits.total_bytes:
                raise ArchiveError(
                    _("The archive is larger than %(megabytes)d MB when unpacked. Import a smaller part of the book.")
                    % {"megabytes": limits.total_bytes // MEGABYTE}
                )
            if name.lower().endswith(suffixes):
                yield name, data
        reader.read_to_the_end()


def opened(reader: CountingReader) -> tarfile.TarFile:
    stream = cast("IO[bytes]", reader)  # tarfile reads a stream with read() and with nothing else
    return tarfile.open(fileobj=stream, mode="r|", tarinfo=CarefulHeader, errors="strict")


def starts_as_gzip(stream: IO[bytes]) -> bool:
    start = stream.read(len(GZIP_MAGIC))
    stream.seek(0)
    return start == GZIP_MAGIC


@contextmanager
def damage_is_told() -> Iterator[None]:
    """Turns what gzip, zlib and tarfile raise on damage into one message; RecursionError comes of endless headers."""
    try:
        yield
    except (tarfile.TarError, OSError, EOFError, zlib.error, UnicodeError, ValueError, RecursionError) as damage:
        raise broken() from damage


def check_count(count: int, limits: ArchiveLimits) -> None:
    if count > limits.members:
        raise ArchiveError(
            _("The archive holds more than %(count)d files. Import a smaller part of the book.")
            % {"count": limits.members}
        )


def safe_name(name: str) -> str:
    """The member's name without `./`; a name that leads out of the archive is refused."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    leads_out = name.startswith(("/", "\\")) or ".." in parts or (bool(parts) and ":" in parts[0])
    if leads_out or "\x00" in name:
        raise ArchiveError(
            _("The archive holds a file that wants to be outside it: %(name)s. Do not trust this archive.")
            % {"name": printable(name)}
        )
    return "/".join(parts)


def check_member(member: tarfile.TarInfo, name: str, names: set[str], limits: ArchiveLimits) -> None:
    if member.type not in PLAIN_FILES or member.issparse():
        raise ArchiveError(
            _("The archive holds a link or device: %(name)s. Make an archive with plain files only.")
            % {"name": printable(name)}
        )
    if name in names:
        raise ArchiveError(
            _("The archive holds two files with one name: %(name)s. Make the archive again.")
            % {"name": printable(name)}
        )
    if member.size > limits.member_bytes:
        raise ArchiveError(
            _("The file %(name)s is larger than %(megabytes)d MB. Leave it out or make it smaller.")
            % {"name": printable(name), "megabytes": limits.member_bytes // MEGABYTE}
        )


def content_of(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    extracted = archive.extractfile(member)
    data = extracted.read() if extracted else b""
    if len(data) != member.size:
        raise broken()
    return data


def printable(name: str) -> str:
    """A name from a stranger, short and without control characters, fit for a message."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:80]
