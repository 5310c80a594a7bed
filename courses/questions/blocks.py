"""The blocks of six kinds of questions, with what an author must not forget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.images.blocks import ImageBlock

EXPLANATION_FEATURES = ["bold", "italic", "ol", "ul", "link"]
MIN_OPTIONS, MAX_OPTIONS = 2, 8
MIN_STEPS, MAX_STEPS = 3, 10
MIN_PAIRS, MAX_PAIRS = 2, 6

Errors = dict[str, ValidationError]


def explanation_block() -> blocks.RichTextBlock:
    return blocks.RichTextBlock(
        label=_("Explanation"),
        features=EXPLANATION_FEATURES,
        required=False,
        help_text=_("Why this is the right answer. Shown after answering, also when the answer was right."),
    )


def feedback_block() -> blocks.CharBlock:
    return blocks.CharBlock(
        label=_("Feedback"),
        required=False,
        max_length=300,
        help_text=_("Shown to who chooses this. Say kindly why it is right, or why not yet."),
    )


def repeated(texts: Iterable[str]) -> list[int]:
    """The places of texts that stood there before, whatever their capitals."""
    seen: set[str] = set()
    places = []
    for place, text in enumerate(texts):
        key = " ".join(text.split()).casefold()
        if key in seen:
            places.append(place)
        seen.add(key)
    return places


def count_error(found: int, least: int, most: int, too_few: Any, too_many: Any) -> list[Any]:
    if found < least:
        return [ValidationError(too_few)]
    return [ValidationError(too_many)] if found > most else []


class QuestionBlock(blocks.StructBlock):
    """What every question has. Its cross-field rules wait until the author is done: a draft may be half."""

    prompt = blocks.CharBlock(label=_("Question"), max_length=300)
    picture = ImageBlock(label=_("Picture"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        errors = {} if self.is_deferred_validation else self.mistakes(cleaned)
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return cleaned

    def mistakes(self, value: Any) -> Errors:
        """Field name → what is wrong with it."""
        return {}


class OptionBlock(blocks.StructBlock):
    """An answer to choose from."""

    text = blocks.CharBlock(label=_("Answer"), max_length=200)
    right = blocks.BooleanBlock(label=_("This answer is right"), required=False)
    feedback = feedback_block()

    class Meta:
        label_format = "{text}"
        icon = "radio-empty"
        label = _("Option")


class ChoiceQuestionBlock(QuestionBlock):
    """What questions with options share."""

    def mistakes(self, value: Any) -> Errors:
        options = value["options"]
        wrong = {
            place: blocks.StructBlockValidationError({"text": ValidationError(_("This option is there twice."))})
            for place in repeated(option["text"] for option in options)
        }
        too_few, too_many = _("Give at least two options."), _("Give at most eight options.")
        general = count_error(len(options), MIN_OPTIONS, MAX_OPTIONS, too_few, too_many)
        general += self.key_mistakes(sum(bool(option["right"]) for option in options))
        return {"options": ListBlockValidationError(wrong, general)} if wrong or general else {}

    def key_mistakes(self, right_count: int) -> list[ValidationError]:
        return [ValidationError(_("This question has no right answer. Tick the right one."))] if not right_count else []


class SingleChoiceBlock(ChoiceQuestionBlock):
    """One right answer."""

    options = blocks.ListBlock(OptionBlock(), label=_("Options"), help_text=_("Tick the one right answer."))
    explanation = explanation_block()

    def key_mistakes(self, right_count: int) -> list[ValidationError]:
        if right_count > 1:
            message = _("Only one answer can be right here. For more, use a question with several right answers.")
            return [ValidationError(message)]
        return super().key_mistakes(right_count)

    class Meta:
        label_format = "{prompt}"
        icon = "radio-full"
        label = _("One right answer")


class MultipleChoiceBlock(ChoiceQuestionBlock):
    """Several right answers; right is who finds exactly these."""

    options = blocks.ListBlock(OptionBlock(), label=_("Options"), help_text=_("Tick every right answer."))
    explanation = explanation_block()

    class Meta:
        label_format = "{prompt}"
        icon = "tick-inverse"
        label = _("Several right answers")


class TruthBlock(blocks.ChoiceBlock):
    """True or not true, with no answer filled in beforehand: a forgotten tick would be a wrong key."""

    choices = (("true", _("True")), ("false", _("Not true")))

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).lower() if isinstance(value, bool) else value)


class TrueFalseBlock(QuestionBlock):
    """A statement that is true or not."""

    answer = TruthBlock(label=_("This statement is"))
    explanation = explanation_block()

    class Meta:
        label_format = "{prompt}"
        icon = "check"
        label = _("True or not true")


class OrderingBlock(QuestionBlock):
    """Steps to put in the right order."""

    items = blocks.ListBlock(
        blocks.CharBlock(label=_("Step"), max_length=200),
        label=_("Steps"),
        help_text=_("In the right order. The learner sees them mixed."),
    )
    explanation = explanation_block()

    def mistakes(self, value: Any) -> Errors:
        items = value["items"]
        wrong = {place: ValidationError(_("This step is there twice.")) for place in repeated(items)}
        # A question never starts in the right order, so two steps would always stand the wrong way round.
        too_few, too_many = _("Give at least three steps."), _("Give at most ten steps.")
        general = count_error(len(items), MIN_STEPS, MAX_STEPS, too_few, too_many)
        return {"items": ListBlockValidationError(wrong, general)} if wrong or general else {}

    class Meta:
        label_format = "{prompt}"
        icon = "list-ol"
        label = _("Put in order")


class NumericBlock(QuestionBlock):
    """A number to calculate."""

    answer = blocks.DecimalBlock(label=_("Right number"), max_digits=15, decimal_places=6)
    tolerance = blocks.DecimalBlock(
        label=_("Tolerance"),
        required=False,
        default=0,
        max_digits=15,
        decimal_places=6,
        help_text=_("How far off is still right. 0 means: exactly this number."),
    )
    unit = blocks.CharBlock(
        label=_("Unit"), required=False, max_length=30, help_text=_("Shown behind the number, such as ml.")
    )
    explanation = explanation_block()

    def mistakes(self, value: Any) -> Errors:
        if (value["tolerance"] or 0) < 0:
            return {"tolerance": ValidationError(_("A tolerance is 0 or more."))}
        return {}

    class Meta:
        label_format = "{prompt}"
        icon = "decimal"
        label = _("A number")


class PairBlock(blocks.StructBlock):
    """Two things that belong together."""

    left = blocks.CharBlock(label=_("This"), max_length=200)
    right = blocks.CharBlock(label=_("belongs to this"), max_length=200)

    class Meta:
        label_format = "{left} – {right}"
        icon = "link"
        label = _("Pair")


class MatchingBlock(QuestionBlock):
    """Pairs to find."""

    pairs = blocks.ListBlock(
        PairBlock(), label=_("Pairs"), help_text=_("What belongs together. The learner sees the second part mixed.")
    )
    explanation = explanation_block()

    def mistakes(self, value: Any) -> Errors:
        pairs = value["pairs"]
        wrong: dict[int, Any] = {}
        for side in ("left", "right"):
            for place in repeated(pair[side] for pair in pairs):
                wrong.setdefault(place, {})[side] = ValidationError(
                    _("This is there twice. Make every part different.")
                )
        errors = {place: blocks.StructBlockValidationError(sides) for place, sides in wrong.items()}
        too_few, too_many = _("Give at least two pairs."), _("Give at most six pairs.")
        general = count_error(len(pairs), MIN_PAIRS, MAX_PAIRS, too_few, too_many)
        return {"pairs": ListBlockValidationError(errors, general)} if errors or general else {}

    class Meta:
        label_format = "{prompt}"
        icon = "link"
        label = _("Find the pairs")


class ConfidentialStreamBlock(blocks.StreamBlock):
    """Questions never leave the server by search or API: they carry their own answers."""

    def get_searchable_content(self, value: Any) -> list[str]:
        return []

    def get_api_representation(self, value: Any, context: Any = None) -> list[Any]:
        return []


class QuestionStreamBlock(ConfidentialStreamBlock):
    """The questions of a quiz."""

    single = SingleChoiceBlock()
    multiple = MultipleChoiceBlock()
    true_false = TrueFalseBlock()
    ordering = OrderingBlock()
    numeric = NumericBlock()
    matching = MatchingBlock()


class CheckStreamBlock(ConfidentialStreamBlock):
    """At most one practice question, at the end of a lesson."""

    single = SingleChoiceBlock()
    multiple = MultipleChoiceBlock()
    true_false = TrueFalseBlock()

    class Meta:
        required = False
        max_num = 1
