"""What an uploaded picture or film must be."""

from __future__ import annotations

import re
from typing import Any

import filetype
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

MEDIA_MAX_BYTES = 500 * 1024 * 1024
VIDEO_TYPES = {"video/mp4", "video/webm"}
AUDIO_TYPES = {"audio/mpeg", "audio/ogg", "audio/mp4", "audio/x-m4a", "audio/x-wav", "audio/aac"}
# What a browser records in: containers of films, which say near their beginning whether they hold pictures.
RECORDED_TYPES = {"video/mp4": re.compile(rb"vide"), "video/webm": re.compile(rb"V_(VP[89]|AV1|MPEG)")}
HEAD_BYTES = 4096
CAPTIONS_MAX_BYTES = 2 * 1024 * 1024
SVG_FORBIDDEN = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"}

SVG_INSIDE = re.compile(r"\s*(#|data:image/(png|jpe?g|gif|webp)[;,])", re.IGNORECASE)
SVG_FETCH = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|[\"']|\s|data:image/(png|jpe?g|gif|webp)[;,])", re.IGNORECASE)


def svg_problem(file: UploadedFile) -> str | None:
    """Why a drawing cannot be taken, or None: it may not run anything or fetch anything."""
    file.seek(0)
    try:
        root = ElementTree.fromstring(file.read(), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return str(_("This drawing is no valid SVG. Save it again, or save it as PNG."))
    finally:
        file.seek(0)
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2].lower()
        if name == "style" and SVG_FETCH.search(element.text or ""):
            return str(_("This drawing fetches or runs something. Save it as PNG."))
        if name in SVG_FORBIDDEN:
            return str(_("This drawing holds “%(name)s”, which is not allowed. Save it as PNG.") % {"name": name})
        for attribute, value in element.attrib.items():
            short = attribute.rpartition("}")[2].lower()
            outside = short == "href" and not SVG_INSIDE.match(value)
            if short.startswith("on") or outside or SVG_FETCH.search(value):
                return str(_("This drawing fetches or runs something. Save it as PNG."))
    return None


class PictureForm(BaseImageForm):
    """Wagtail's checks of size and format, and ours of drawings."""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile) and (file.name or "").lower().endswith(".svg"):
            problem = svg_problem(file)
            if problem:
                raise forms.ValidationError(problem)
        return file


def is_sound(kind: str | None, head: bytes) -> bool:
    """Whether a file of this kind, which begins so, is a recording without pictures."""
    return kind in AUDIO_TYPES or (kind in RECORDED_TYPES and not RECORDED_TYPES[kind].search(head))


class MediaForm(BaseMediaForm):
    """A film is a film, whatever its name says; captions are WebVTT."""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        if (file.size or 0) > MEDIA_MAX_BYTES:
            limit = MEDIA_MAX_BYTES // 1024 // 1024
            raise forms.ValidationError(_("This file is larger than %(limit)d MB. Make it smaller.") % {"limit": limit})
        head = file.read(HEAD_BYTES)
        kind = filetype.guess_mime(head)
        file.seek(0)
        if self.instance.type == "video" and kind not in VIDEO_TYPES:
            raise forms.ValidationError(_("This is no film that a browser can play. Save it as MP4 or WebM."))
        if self.instance.type == "audio" and not is_sound(kind, head):
            raise forms.ValidationError(_("This is no recording that a browser can play. Save it as MP3 or M4A."))
        return file

    def clean_captions(self) -> Any:
        captions = self.cleaned_data.get("captions")
        if isinstance(captions, UploadedFile):
            head = captions.read(16).lstrip(b"\xef\xbb\xbf")
            captions.seek(0)
            if not head.startswith(b"WEBVTT") or (captions.size or 0) > CAPTIONS_MAX_BYTES:
                raise forms.ValidationError(_("These are no captions: a caption file starts with the word WEBVTT."))
        return captions
