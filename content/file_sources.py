"""Where the picture, film or file of a block comes from: the library of today, or what a version pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import SimpleLazyObject

from content.models import Attachment, Picture, Recording

PICTURE_FILTER = "max-1200x1200|format-webp"
DRAWING_EXTENSION = ".svg"


@dataclass(frozen=True)
class ServedFile:
    """A file as a page shows it. Sizes in CSS pixels, 0 where unknown; `size_bytes` for downloads."""

    url: str
    width: int = 0
    height: int = 0
    size_bytes: int = 0
    name: str = ""
    captions_url: str = ""
    captions_language: str = ""
    poster_url: str = ""
    content_type: str = ""


class FileSource(Protocol):
    """Gives the served form of what a block names."""

    def picture(self, picture: Picture) -> ServedFile: ...

    def media(self, media: Recording) -> ServedFile: ...

    def attachment(self, attachment: Attachment) -> ServedFile: ...


class LiveFiles:
    """Files as they are in the library now: for pages, previews and drafts."""

    def picture(self, picture: Picture) -> ServedFile:
        if picture.is_svg():
            return ServedFile(picture.file.url, int(picture.width), int(picture.height))
        rendition = picture.get_rendition(PICTURE_FILTER)
        return ServedFile(rendition.url, rendition.width, rendition.height)

    def media(self, media: Recording) -> ServedFile:
        return ServedFile(
            url=media.file.url,
            width=media.width or 0,
            height=media.height or 0,
            captions_url=media.captions.url if media.captions else "",
            captions_language=media.captions_language,
            poster_url=media.thumbnail.url if media.thumbnail else "",
        )

    def attachment(self, attachment: Attachment) -> ServedFile:
        return ServedFile(url=attachment.url, size_bytes=attachment.file_size or 0, name=attachment.filename)


live_files = SimpleLazyObject(LiveFiles)
