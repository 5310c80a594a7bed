"""Template tags that turn a chosen picture, film or file into what the page shows."""

from __future__ import annotations

from typing import Any

from django import template

from content.file_sources import FileSource, ServedFile, live_files
from content.models import Attachment, Picture, Recording

register = template.Library()


def _source(context: dict[str, Any]) -> FileSource:
    """The version's pinned files where a player set them, else the library."""
    return context.get("files") or live_files


@register.simple_tag(takes_context=True)
def served_picture(context: dict[str, Any], picture: Picture) -> ServedFile:
    return _source(context).picture(picture)


@register.simple_tag(takes_context=True)
def served_media(context: dict[str, Any], media: Recording) -> ServedFile:
    return _source(context).media(media)


@register.simple_tag(takes_context=True)
def served_attachment(context: dict[str, Any], attachment: Attachment) -> ServedFile:
    return _source(context).attachment(attachment)
