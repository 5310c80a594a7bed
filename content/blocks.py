"""The blocks that lessons and pages are made of: text, picture, film, step, warning, file, quote, table."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtailmedia.blocks import VideoChooserBlock

from content.fields import OpenStreamField

TEXT_FEATURES = ["h2", "bold", "italic", "ol", "ul", "link", "superscript", "subscript"]
SHORT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class PictureBlock(blocks.StructBlock):
    """A picture with a text for who cannot see it."""

    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Text under the picture"), required=False, max_length=200)

    class Meta:
        description = _("A photo or drawing, with a text for who cannot see it.")
        label_format = "{caption}"
        icon = "image"
        label = _("Picture")
        template = "content/blocks/picture.html"


class VideoBlock(blocks.StructBlock):
    """A film of our own, with captions; never one of another site."""

    video = VideoChooserBlock(label=_("Film"))
    caption = blocks.CharBlock(label=_("Text under the film"), required=False, max_length=200)

    class Meta:
        description = _("A film of your own, with captions.")
        label_format = "{caption}"
        icon = "media"
        label = _("Film")
        template = "content/blocks/video.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        video = cleaned.get("video")
        if video is not None and not video.captions:
            message = _("This film has no captions. Open it under Media and add a .vtt file.")
            raise blocks.StructBlockValidationError(block_errors={"video": ValidationError(message)})
        return cleaned


class StepBlock(blocks.StructBlock):
    """One action of an instruction; steps that follow each other are numbered."""

    title = blocks.CharBlock(label=_("What to do"), max_length=120)
    text = blocks.RichTextBlock(label=_("Explanation"), features=SHORT_FEATURES, required=False)
    picture = ImageBlock(label=_("Picture"), required=False)

    class Meta:
        description = _("One action of an instruction. Steps that follow each other are numbered.")
        label_format = "{title}"
        icon = "list-ol"
        label = _("Step")
        template = "content/blocks/step.html"


class WarningBlock(blocks.StructBlock):
    """What must not be missed."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=SHORT_FEATURES, required=False)

    class Meta:
        description = _("What a reader must not miss.")
        label_format = "{title}"
        icon = "warning"
        label = _("Warning")
        template = "content/blocks/warning.html"


class FileBlock(blocks.StructBlock):
    """A file to download, with what it is."""

    file = DocumentChooserBlock(label=_("File"))
    text = blocks.CharBlock(label=_("What it is"), required=False, max_length=200)

    class Meta:
        description = _("A file to download.")
        label_format = "{text}"
        icon = "doc-full"
        label = _("File")
        template = "content/blocks/file.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said, with who."""

    text = blocks.TextBlock(label=_("Quote"), rows=3)
    source = blocks.CharBlock(label=_("Who said it"), required=False, max_length=120)

    class Meta:
        description = _("What somebody said.")
        label_format = "{text}"
        icon = "openquote"
        label = _("Quote")
        template = "content/blocks/quote.html"


class TableBlock(TypedTableBlock):
    """A table with a header row."""

    class Meta:
        description = _("Rows and columns, with a header.")
        icon = "table"
        label = _("Table")
        template = "content/blocks/table.html"


class ContentBlock(blocks.StreamBlock):
    """What can stand in a lesson or on a page."""

    text = blocks.RichTextBlock(
        label=_("Text"),
        features=TEXT_FEATURES,
        template="content/blocks/text.html",
        icon="pilcrow",
        description=_("Paragraphs, headings and lists."),
    )
    picture = PictureBlock()
    video = VideoBlock()
    step = StepBlock()
    warning = WarningBlock()
    file = FileBlock()
    quote = QuoteBlock()
    table = TableBlock([("text", blocks.TextBlock(label=_("Text"), rows=2, required=False))])

    class Meta:
        template = "content/blocks/stream.html"


class ContentField(OpenStreamField):
    """A page body of content blocks."""

    block_class = ContentBlock
