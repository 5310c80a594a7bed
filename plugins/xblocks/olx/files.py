"""The files of a course, from an archive or a folder, read in memory and bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from courses.api import ArchiveError, ArchiveLimits, DocumentError, local_name, parse_xml, read_archive
from plugins.xblocks.exceptions import ImportRefusedError

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
PICTURE_FORMATS = frozenset({"PNG", "JPEG", "GIF", "WEBP"})
SUFFIXES = (".xml", ".html", *PICTURE_SUFFIXES)
ROOT = "course.xml"
GZIP_MAGIC = b"\x1f\x8b"
ASSET = re.compile(r"^.*\+type@asset\+block[@/]")  # how Studio may write where a file is
LONGEST_NAME = 120
NAME = re.compile(r"^[\w.:@+-]{1,200}$")


@dataclass(frozen=True)
class CourseFiles:
    """A course: XML by kind and name, HTML by name, pictures. `folder` is where `course.xml` stands in it."""

    files: dict[str, bytes]
    folder: str

    def root(self) -> Element:
        return self._parsed(ROOT)

    def pointed_at(self, element: Element) -> Element:
        """What an element says, in itself or in the file that it points at. Raises ImportRefusedError for a lost file."""
        kind, name = local_name(element), element.get("url_name") or ""
        is_pointer = not len(element) and set(element.attrib) <= {"url_name", "org", "course", "slug"}
        path = f"{kind}/{name}.xml"
        if not is_pointer or not NAME.match(name):
            return element
        if f"{self.folder}{path}" not in self.files:
            if kind in ("course", "chapter", "sequential", "vertical"):
                raise ImportRefusedError(
                    _("The course names %(path)s, which is not there. Export the course again.") % {"path": path}
                )
            return element
        found = self._parsed(path)
        found.set("url_name", name)
        return found

    def html_of(self, element: Element) -> str:
        """The HTML that a text points at, or holds; "" where there is none."""
        name = element.get("filename") or element.get("url_name") or ""
        data = self.files.get(f"{self.folder}html/{name}.html") if NAME.match(name) else None
        if data is None:
            return (element.text or "").strip()
        try:
            return data.decode("utf-8").strip()
        except UnicodeDecodeError as damage:
            raise ImportRefusedError(_("%(name)s is not UTF-8. Export the course again.") % {"name": name}) from damage

    def picture(self, source: str) -> tuple[str, bytes] | None:
        """The name and the bytes of a picture that a text names; None for one that is elsewhere, lost, or none."""
        parts = urlsplit(source)
        name = ASSET.sub("", unquote(parts.path)).removeprefix("/").removeprefix("static/")
        data = self.files.get(f"{self.folder}static/{name}")
        if data is None or parts.netloc or len(name) > LONGEST_NAME or not _is_picture(data):
            return None
        return name.replace("/", "-"), data

    def _parsed(self, path: str) -> Element:
        try:
            return parse_xml(path, self.files[f"{self.folder}{path}"])
        except DocumentError as refusal:
            raise ImportRefusedError(str(refusal)) from refusal


def _is_picture(data: bytes) -> bool:
    """What its bytes say, whatever its name: only the head is read."""
    try:
        with Image.open(BytesIO(data)) as found:
            return found.format in PICTURE_FORMATS
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError):
        return False


def read_course(source: Path, limits: ArchiveLimits | None = None) -> CourseFiles:
    """Raises ImportRefusedError for whatever is no course that we dare to open."""
    limits = limits or ArchiveLimits()
    files = _files_of_folder(source, limits) if source.is_dir() else _files_of_archive(source, limits)
    roots = sorted(
        (name for name in files if name == ROOT or name.endswith(f"/{ROOT}")), key=lambda name: name.count("/")
    )
    if not roots:
        raise ImportRefusedError(_("There is no course.xml in it. Choose a course that was exported from Open edX."))
    return CourseFiles(files, roots[0].removesuffix(ROOT))


def _files_of_archive(source: Path, limits: ArchiveLimits) -> dict[str, bytes]:
    try:
        with source.open("rb") as stream:
            if stream.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
                raise ImportRefusedError(
                    _("This is no .tar.gz archive. Choose a course that was exported from Open edX.")
                )
            stream.seek(0)
            return read_archive(stream, limits, SUFFIXES)
    except OSError as refusal:
        raise ImportRefusedError(
            _("%(name)s cannot be read. Check its name and your rights.") % {"name": source.name}
        ) from refusal
    except ArchiveError as refusal:
        raise ImportRefusedError(str(refusal)) from refusal


def _files_of_folder(source: Path, limits: ArchiveLimits) -> dict[str, bytes]:
    """The same bounds as for an archive; links are not followed."""
    files: dict[str, bytes] = {}
    total = 0
    paths = (path for path in sorted(source.rglob("*")) if path.is_file() and not path.is_symlink())
    for count, path in enumerate(paths, start=1):
        size = path.stat().st_size
        total += size
        if count > limits.members or size > limits.member_bytes or total > limits.total_bytes:
            raise ImportRefusedError(_("The folder is too large. Import a smaller part of the course."))
        is_inside = path.resolve().is_relative_to(source.resolve())
        if path.suffix.lower() in SUFFIXES and is_inside:
            files[path.relative_to(source).as_posix()] = path.read_bytes()
    return files
