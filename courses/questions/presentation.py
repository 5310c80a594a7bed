"""What a page shows of a question. Before it is answered nothing of the answer is in it: no key, feedback, explanation.

The order on the page follows from a seed and from ids alone, never from the order of the author: a seed is no secret,
and who knows it could otherwise turn the mixing back, and read the right order of the steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.rich_text import RichText

from courses.questions import marking
from courses.questions.marking import Answer, Form, Mark, Question

RIGHT, NOT_YET, MISSED = "right", "not_yet", "was_right"
WORDS = {RIGHT: gettext_lazy("Right"), NOT_YET: gettext_lazy("Not yet"), MISSED: gettext_lazy("This was right")}
TONES = {RIGHT: "goed", NOT_YET: "fout", MISSED: "goed"}  # the values of data-result in the stylesheet


@dataclass(frozen=True)
class Verdict:
    """How one part of an answer was: `state` is "right", "not_yet", "was_right", or "" for nothing to say."""

    state: str = ""

    @property
    def words(self) -> Any:
        return WORDS.get(self.state, "")

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")


@dataclass(frozen=True)
class ChoiceView:
    """An answer to choose; `feedback` only where the learner may see it."""

    value: str
    text: str
    is_chosen: bool = False
    verdict: Verdict = Verdict()
    feedback: str = ""


@dataclass(frozen=True)
class RowView:
    """A step to place or a left part to match. `given` and `right` are words, there only after answering."""

    value: str
    field_name: str
    text: str
    selected: str = ""
    verdict: Verdict = Verdict()
    given: str = ""
    right: str = ""


@dataclass(frozen=True)
class QuestionView:
    """One question for a template. `is_final`: the right answer is shown, and there is nothing more to try."""

    id: str
    kind: str
    prompt: str
    picture: Any = None
    choices: Sequence[ChoiceView] = ()
    rows: Sequence[RowView] = ()
    parts: Sequence[ChoiceView] = ()  # what a row can be given: places, or right parts
    unit: str = ""
    typed: str = ""
    right_number: str = ""
    is_answered: bool = False
    is_right: bool = False
    is_final: bool = False
    explanation: RichText = field(default_factory=lambda: RichText(""))

    @property
    def is_multiple(self) -> bool:
        return self.kind == "multiple"

    @property
    def anchor(self) -> str:
        return f"question-{self.id}"

    @property
    def hint(self) -> str:
        """How to answer, where the form alone does not say it."""
        hints = {
            "multiple": _("More than one answer can be right."),
            "ordering": _("Choose a place for every step."),
            "matching": _("Choose what belongs to every line."),
        }
        return hints.get(self.kind, "")

    @property
    def headline(self) -> str:
        """The words that a screen reader hears first after an answer."""
        if self.is_right:
            return _("Well seen.")
        return _("Not yet.") if self.is_final else _("Not yet. Try once more.")

    @property
    def feedback(self) -> list[ChoiceView]:
        """The choices that there is something to say about."""
        return [choice for choice in self.choices if choice.feedback]


@dataclass(frozen=True)
class Situation:
    """What is known of the learner's answer while a view is made."""

    seed: str
    shuffle: bool
    answer: Answer | None
    mark: Mark | None
    is_final: bool
    form: Form

    def verdict(self, chosen: bool, right: bool) -> Verdict:
        """Of one thing to choose. Before the end only what was chosen gets a verdict."""
        if self.mark is None:
            return Verdict()
        if chosen:
            return Verdict(RIGHT if right else NOT_YET)
        return Verdict(MISSED if right and self.is_final else "")


def mixed(ids: Iterable[str], seed: str, *, never: Sequence[str] | None = None) -> list[str]:
    """The ids in an order that follows from the seed, and that is not the order `never` where there is another."""
    order = sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())
    return [*order[1:], order[0]] if never is not None and order == list(never) and len(order) > 1 else order


def present(
    question: Question,
    seed: str,
    answer: Answer | None = None,
    mark: Mark | None = None,
    *,
    is_final: bool = False,
    shuffle: bool = True,
    form: Form | None = None,
    picture: Any = None,
) -> QuestionView:
    """A question as a template shows it.

    Without `answer` it is a question to answer, and what was sent before in `form` (and refused) is filled in again.
    With `answer` it is answered; `mark` is worked out when it is not given. A question may be tried until it is right:
    a wrong answer then shows its own feedback only. `is_final` is for a question that is asked once: key and
    explanation come with any answer.
    `picture` is the block's picture, which only Wagtail's value of the question has.
    """
    if answer is not None and mark is None:
        mark = marking.mark(question, answer)
    is_final = mark is not None and (is_final or mark.is_right)
    situation = Situation(seed, shuffle, answer, mark, is_final, form or {})
    value = question["value"]
    return QuestionView(
        id=str(question["id"]),
        kind=question["type"],
        prompt=value["prompt"],
        picture=picture,
        is_answered=mark is not None,
        is_right=mark is not None and mark.is_right,
        is_final=is_final,
        explanation=RichText(value.get("explanation") if is_final else ""),
        **DETAILS[question["type"]](question, situation),
    )


def choice_details(question: Question, situation: Situation) -> dict[str, Any]:
    options = dict(marking.items(question, "options"))
    order = mixed(options, situation.seed) if situation.shuffle else list(options)
    return {"choices": [choice_view(each, options[each], situation) for each in order]}


def true_false_details(question: Question, situation: Situation) -> dict[str, Any]:
    texts = {marking.TRUE: _("True"), marking.FALSE: _("Not true")}
    return {"choices": [choice_view(each, {"text": text}, situation) for each, text in texts.items()]}


def choice_view(option_id: str, option: dict[str, Any], situation: Situation) -> ChoiceView:
    if situation.mark is None:
        is_chosen = option_id in marking.given(situation.form, marking.FIELD)
        return ChoiceView(option_id, option["text"], is_chosen)
    is_chosen = option_id in situation.mark.chosen
    verdict = situation.verdict(is_chosen, option_id in situation.mark.right)
    return ChoiceView(option_id, option["text"], is_chosen, verdict, (verdict.state and option.get("feedback")) or "")


def ordering_details(question: Question, situation: Situation) -> dict[str, Any]:
    steps = dict(marking.items(question, "items"))
    places = [str(place) for place in range(1, len(steps) + 1)]
    parts = [ChoiceView(place, place) for place in places]
    if situation.mark is None:
        order = mixed(steps, situation.seed, never=list(steps))
        return {"parts": parts, "rows": [open_row(each, steps[each], situation) for each in order]}
    chosen, right = situation.mark.chosen, situation.mark.right
    rows = []
    for place, step in zip(places, chosen, strict=True):
        right_place = places[right.index(step)]
        verdict = situation.verdict(chosen=True, right=place == right_place)
        shown = right_place if situation.is_final else ""
        rows.append(RowView(step, marking.field_of(step), steps[step], place, verdict, place, shown))
    return {"parts": parts, "rows": rows}


def matching_details(question: Question, situation: Situation) -> dict[str, Any]:
    pairs = dict(marking.items(question, "pairs"))
    lefts = mixed(pairs, f"{situation.seed}:left")
    rights = mixed(pairs, f"{situation.seed}:right", never=lefts)
    parts = [ChoiceView(marking.right_part_token(each), pairs[each]["right"]) for each in rights]
    if situation.mark is None:
        return {"parts": parts, "rows": [open_row(each, pairs[each]["left"], situation) for each in lefts]}
    chosen = dict(zip(situation.mark.right, situation.mark.chosen, strict=True))
    rows = []
    for pair in lefts:
        given, verdict = chosen[pair], situation.verdict(chosen=True, right=chosen[pair] == pair)
        shown = pairs[pair]["right"] if situation.is_final else ""
        token, name = marking.right_part_token(given), marking.field_of(pair)
        rows.append(RowView(pair, name, pairs[pair]["left"], token, verdict, pairs[given]["right"], shown))
    return {"parts": parts, "rows": rows}


def open_row(item_id: str, text: str, situation: Situation) -> RowView:
    name = marking.field_of(item_id)
    return RowView(item_id, name, text, selected="".join(marking.given(situation.form, name)))


def numeric_details(question: Question, situation: Situation) -> dict[str, Any]:
    unit = question["value"].get("unit") or ""
    if situation.mark is None:
        return {"unit": unit, "typed": "".join(marking.given(situation.form, marking.FIELD))}
    right = localised(situation.mark.right[0]) if situation.is_final else ""
    return {"unit": unit, "typed": localised(situation.mark.chosen[0]), "right_number": right}


def localised(number: str) -> str:
    """A number with the decimal mark of the reader's language, and nothing between thousands."""
    return number_format(Decimal(number), force_grouping=False)


DETAILS: dict[str, Callable[[Question, Situation], dict[str, Any]]] = {
    "single": choice_details,
    "multiple": choice_details,
    "true_false": true_false_details,
    "ordering": ordering_details,
    "numeric": numeric_details,
    "matching": matching_details,
}
