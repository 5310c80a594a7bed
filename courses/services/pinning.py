"""Pins the files of a version: a copy named by its content, so that a replaced picture changes no published lesson."""

from __future__ import annotations

import hashlib
import logging
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.db.models.fields.files import FieldFile
from wagtail.blocks import StreamValue

from content.api import PICTURE_FILTER, Attachment, LiveFiles, Picture, Recording, ServedFile
from courses.models import PinnedFile, PinnedSource

logger = logging.getLogger(__name__)
CHUNK_BYTES = 1024 * 1024
FilesOfVersion = dict[str, dict[str, Any]]  # {"picture:12": name in the storage, and how to serve it}


def pin(file: FieldFile) -> PinnedFile:
    """Store a copy of one file under the hash of its content; the same content is stored once, and read once."""
    name = file.name or ""
    source = f"{name}|{file.size}|{file.storage.get_modified_time(name).isoformat()}"
    known = PinnedFile.objects.filter(sources__key=source).first()
    if known is not None:
        return known
    with file.open("rb") as opened:
        pinned = _copy_of(opened, PurePath(name).suffix.lower())
    PinnedSource.objects.get_or_create(key=source, defaults={"pinned": pinned})
    return pinned


def _copy_of(file: File, suffix: str) -> PinnedFile:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        digest.update(chunk)
    name = digest.hexdigest()
    pinned = PinnedFile.objects.filter(sha256=name).first()
    if pinned is None:
        file.seek(0)
        path = default_storage.save(f"pinned/{name}{suffix}", File(file))
        pinned, _ = PinnedFile.objects.get_or_create(sha256=name, defaults={"file": path})
    return pinned


def pin_picture(picture: Picture) -> dict[str, Any]:
    """A picture at the size that lessons show."""
    if picture.is_svg():
        return {"path": pin(picture.file).file.name, "width": int(picture.width), "height": int(picture.height)}
    rendition = picture.get_rendition(PICTURE_FILTER)
    return {"path": pin(rendition.file).file.name, "width": rendition.width, "height": rendition.height}


def pin_media(media: Recording) -> dict[str, Any]:
    """A film or recording with its captions and poster."""
    served: dict[str, Any] = {"width": media.width or 0, "height": media.height or 0}
    served["captions_language"] = media.captions_language
    for key, field in (("path", media.file), ("captions_path", media.captions), ("poster_path", media.thumbnail)):
        if field:
            served[key] = pin(field).file.name
    return served


def pin_attachment(attachment: Attachment) -> dict[str, Any]:
    path = pin(attachment.file).file.name
    return {"path": path, "size_bytes": attachment.file_size or 0, "name": attachment.filename}


PINNERS = {Picture: pin_picture, Recording: pin_media, Attachment: pin_attachment}


def pin_files(body: StreamValue) -> FilesOfVersion:
    """Pin every file that a module's body names. What the storage cannot give is logged and left out.

    It looks at a copy: a body whose blocks were looked at no longer says to the letter what is stored.
    """
    files: FilesOfVersion = {}
    copy = body.stream_block.to_python(body.stream_block.get_prep_value(body))
    for model, object_id, _model_path, _content_path in copy.stream_block.extract_references(copy):
        pinner = PINNERS.get(model)
        key = f"{model._meta.model_name}:{object_id}"
        if pinner is None or key in files:
            continue
        found = model.objects.filter(pk=object_id).first()
        try:
            if found is not None:
                files[key] = pinner(found)
        except DatabaseError:
            raise
        except Exception:  # each kind of storage has faults of its own
            logger.exception("%s could not be pinned.", key)
    return files


def _served_now(kept: dict[str, Any]) -> ServedFile:
    """A pinned file with its addresses as they are now: those of a bucket are signed, and end within the hour."""
    fields = {name: value for name, value in kept.items() if not name.endswith("path")}
    for name in ("", "captions_", "poster_"):
        if f"{name}path" in kept:
            fields[f"{name}url"] = default_storage.url(kept[f"{name}path"])
    return ServedFile(**fields)


class PinnedFiles:
    """A version's files; what was not pinned comes from the library."""

    def __init__(self, files: FilesOfVersion) -> None:
        self.files, self.live = files, LiveFiles()

    def picture(self, picture: Picture) -> ServedFile:
        kept = self.files.get(f"picture:{picture.pk}")
        return _served_now(kept) if kept else self.live.picture(picture)

    def media(self, media: Recording) -> ServedFile:
        kept = self.files.get(f"recording:{media.pk}")
        return _served_now(kept) if kept else self.live.media(media)

    def attachment(self, attachment: Attachment) -> ServedFile:
        kept = self.files.get(f"attachment:{attachment.pk}")
        return _served_now(kept) if kept else self.live.attachment(attachment)
