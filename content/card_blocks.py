"""The blocks of an instruction card: what you need, steps, questions with pictures, sources."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtailmedia.blocks import VideoChooserBlock

from content.fields import OpenStreamField
from content.recording_chooser import RecordingBlock
from lxp import icons

MOST_STEPS = 10
MOST_QUESTIONS = 3
MOST_NEEDS = 8
USUAL_ICONS = [
    ("hand", _("hand")),
    ("hand-heart", _("helping hand")),
    ("clock", _("clock")),
    ("bed", _("bed")),
    ("bath", _("bath")),
    ("droplets", _("drops")),
    ("pill", _("pill")),
    ("bandage", _("plaster")),
    ("footprints", _("feet")),
    ("utensils", _("cutlery")),
    ("glasses", _("glasses")),
    ("smartphone", _("phone")),
    ("accessibility", _("person")),
    ("users", _("two people")),
    ("house", _("house")),
    ("notebook-pen", _("notebook")),
]


def icon_choices() -> list[tuple[str, Any]]:
    """The icons that people often need first, by a word; the rest by their name."""
    usual = {name for name, _word in USUAL_ICONS}
    return [*USUAL_ICONS, *((name, name) for name in icons.names() if name not in usual)]


class NeedBlock(blocks.StructBlock):
    """One thing to have at hand."""

    icon = blocks.ChoiceBlock(label=_("Icon"), choices=icon_choices, default="hand")
    text = blocks.CharBlock(label=_("What"), max_length=80)

    class Meta:
        icon = "tick"
        label = _("Thing")
        label_format = "{text}"


class NeedsBlock(blocks.StreamBlock):
    """What to have at hand before starting."""

    need = NeedBlock()

    class Meta:
        max_num = MOST_NEEDS


class NeedsField(OpenStreamField):
    """What somebody needs."""

    block_class = NeedsBlock


class CardStepBlock(blocks.StructBlock):
    """One action: a title, one sentence, a picture, somebody who reads it to you, and perhaps a film."""

    title = blocks.CharBlock(label=_("What to do"), max_length=80, help_text=_("As short as you can."))
    text = blocks.CharBlock(
        label=_("One sentence"), max_length=240, help_text=_("One thought. Aim at twelve words or fewer.")
    )
    picture = ImageBlock(
        label=_("Picture"),
        required=False,
        help_text=_("One action, without words in it. In other languages the picture of the first language is shown."),
    )
    audio = RecordingBlock(
        label=_("Recording of this step"), required=False, help_text=_("Somebody reads title and sentence.")
    )
    film = VideoChooserBlock(label=_("Film"), required=False, help_text=_("Short, with captions in this language."))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        label_format = "{title}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        film = cleaned.get("film")
        if film is not None and not film.captions:
            message = _("This film has no captions. Open it under Media and add a .vtt file.")
            raise blocks.StructBlockValidationError(block_errors={"film": ValidationError(message)})
        return cleaned


class CardStepsBlock(blocks.StreamBlock):
    """The steps of a card."""

    step = CardStepBlock()

    class Meta:
        max_num = MOST_STEPS


class CardStepsField(OpenStreamField):
    """The steps of a card, at most ten."""

    block_class = CardStepsBlock


class CheckOptionBlock(blocks.StructBlock):
    """One answer, with what a reader hears after choosing it."""

    text = blocks.CharBlock(label=_("Answer"), max_length=120)
    picture = ImageBlock(label=_("Picture"), required=False)
    right = blocks.BooleanBlock(label=_("This one is right"), required=False)
    feedback = blocks.CharBlock(
        label=_("Explanation"), max_length=240, help_text=_("Why it is right, or what would be better.")
    )

    class Meta:
        icon = "tick"
        label = _("Answer")
        label_format = "{text}"


class CheckQuestionBlock(blocks.StructBlock):
    """A question about what was read. There is no score."""

    prompt = blocks.CharBlock(label=_("Question"), max_length=160)
    options = blocks.ListBlock(CheckOptionBlock(), label=_("Answers"), min_num=2, max_num=3)

    class Meta:
        icon = "help"
        label = _("Question")
        label_format = "{prompt}"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if [bool(option["right"]) for option in cleaned["options"]].count(
            True
        ) != 1 and not self.is_deferred_validation:
            raise ValidationError(_("Mark one answer as the right one."))
        return cleaned


class CheckBlock(blocks.StreamBlock):
    """The questions of a card."""

    question = CheckQuestionBlock()

    class Meta:
        max_num = MOST_QUESTIONS


class CheckField(OpenStreamField):
    """What a reader can ask themselves, at most three questions."""

    block_class = CheckBlock


class SourceBlock(blocks.StructBlock):
    """Where the text comes from."""

    title = blocks.CharBlock(label=_("Source"), max_length=160)
    url = blocks.URLBlock(label=_("Web address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")
        label_format = "{title}"


class SourcesBlock(blocks.StreamBlock):
    """The sources of a card."""

    source = SourceBlock()


class SourcesField(OpenStreamField):
    """Where a card's text comes from."""

    block_class = SourcesBlock


class WordsInBlock(blocks.StructBlock):
    """The words that somebody searches with in one language."""

    language = blocks.ChoiceBlock(label=_("Language"), choices=settings.LANGUAGES)
    words = blocks.ListBlock(blocks.CharBlock(max_length=60), label=_("Words"), max_num=30)

    class Meta:
        icon = "search"
        label = _("Words in a language")
        label_format = "{language}"


class WordsInLanguagesBlock(blocks.StreamBlock):
    """The words of a card in other languages than its own."""

    language = WordsInBlock()


class WordsInField(OpenStreamField):
    """What somebody types who looks for this card in another language."""

    block_class = WordsInLanguagesBlock
