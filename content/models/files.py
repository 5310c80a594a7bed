"""Pictures, films and attachments. Names on disk cannot be guessed, since a picture of a draft is not public."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia


def unguessable(name: str) -> str:
    """`photo.jpg` becomes `photo-8Hk2….jpg`: 96 random bits, so that an address is known only to who was given it."""
    path = PurePath(name)
    return f"{path.stem[:60]}-{secrets.token_urlsafe(12)}{path.suffix.lower()}"


def media_path(instance: models.Model, filename: str) -> str:
    return f"films/{unguessable(filename)}"


def captions_path(instance: models.Model, filename: str) -> str:
    return f"captions/{unguessable(filename)}"


class Picture(AbstractImage):
    """A picture or drawing, in the collection of its organisation."""

    licence = models.CharField(_("licence or maker"), max_length=200, blank=True)
    admin_form_fields = (*(name for name in Image.admin_form_fields if name != "tags"), "licence")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename: str) -> str:
        folder, _separator, name = super().get_upload_to(filename).rpartition("/")
        return f"{folder}/{unguessable(name)}"


class PictureRendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="content_picturerendition_once", fields=["image", "filter_spec", "focal_point_key"]
            )
        ]


class Attachment(AbstractDocument):
    """A file to download."""

    admin_form_fields = tuple(name for name in Document.admin_form_fields if name != "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")


class Recording(AbstractMedia):
    """A film or recording, with captions for who cannot hear it."""

    file = models.FileField(_("file"), upload_to=media_path)
    captions = models.FileField(
        _("captions (WebVTT)"),
        upload_to=captions_path,
        blank=True,
        validators=[FileExtensionValidator(["vtt"])],
        help_text=_("A film in a lesson needs captions, as a .vtt file."),
    )
    captions_language = models.CharField(_("language of the captions"), max_length=10, default="nl")
    admin_form_fields = (
        "title",
        "file",
        "collection",
        "duration",
        "width",
        "height",
        "captions",
        "captions_language",
        "thumbnail",
    )

    class Meta(AbstractMedia.Meta):
        verbose_name = _("film or recording")
        verbose_name_plural = _("films and recordings")
