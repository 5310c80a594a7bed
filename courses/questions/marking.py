"""How the server reads and marks an answer. Pure: a question is its stored JSON, no database is asked.

A question is `{"type", "id", "value"}`; an answer is what an event keeps, in ids and never in words, so that a
translation or a corrected typing error leaves it standing:

- single, true_false: the id of the option ("true" or "false")
- multiple: a list of ids of options
- ordering: the ids of the steps in the order that was given
- numeric: the number as text, with a point
- matching: id of the pair whose left part it is → id of the pair whose right part was chosen
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from courses.exceptions import HandlerRefusedError
from courses.questions import numbers

Question = dict[str, Any]
Answer = str | list[str] | dict[str, str]
Form = Mapping[str, Any]

FIELD = "answer"
TRUE, FALSE = "true", "false"


@dataclass(frozen=True)
class Mark:
    """`chosen` and `right` have the same form: ids of options, of steps in order, of right parts, or one number."""

    is_right: bool
    chosen: tuple[str, ...]
    right: tuple[str, ...]


def items(question: Question, name: str) -> list[tuple[str, Any]]:
    """(id, value) of each item of a list in a question."""
    return [(str(item["id"]), item["value"]) for item in question["value"].get(name) or []]


def field_of(item_id: str) -> str:
    """The name of the form field of one step or one pair."""
    return f"{FIELD}-{item_id}"


def given(form: Form, field: str) -> list[str]:
    """What a form holds in a field, without what was left empty; a QueryDict's lists and plain values both serve."""
    value = form.get(field)
    values = value if isinstance(value, list | tuple) else [value]
    return [each for each in values if isinstance(each, str) and each.strip()]


def right_part_token(pair_id: str) -> str:
    """Names a right part in a page: its pair's id would give the answer away, this only the server can lead back."""
    return salted_hmac("courses.questions.right_part", pair_id, algorithm="sha256").hexdigest()[:16]


def not_of_this_question() -> HandlerRefusedError:
    return HandlerRefusedError(_("This answer does not belong to this question. Open the page again."))


class Kind:
    """One kind of question: read an answer from a form, say whether a stored one fits, and give the key."""

    def read(self, question: Question, form: Form) -> Answer:
        raise NotImplementedError

    def fits(self, question: Question, answer: Any) -> bool:
        raise NotImplementedError

    def mark(self, question: Question, answer: Any) -> Mark:
        raise NotImplementedError

    def key(self, question: Question) -> Any:
        """What being right depends on, as JSON without words."""
        raise NotImplementedError


class Single(Kind):
    def options(self, question: Question) -> list[str]:
        return [option_id for option_id, _option in items(question, "options")]

    def right(self, question: Question) -> tuple[str, ...]:
        return tuple(option_id for option_id, option in items(question, "options") if option.get("right"))

    def read(self, question: Question, form: Form) -> Answer:
        chosen = given(form, FIELD)
        if not chosen:
            raise HandlerRefusedError(_("Choose an answer first."))
        if len(chosen) > 1 or not self.fits(question, chosen[0]):
            raise not_of_this_question()
        return chosen[0]

    def fits(self, question: Question, answer: Any) -> bool:
        return isinstance(answer, str) and answer in self.options(question)

    def mark(self, question: Question, answer: Any) -> Mark:
        right = self.right(question)
        return Mark(answer in right, (answer,), right)

    def key(self, question: Question) -> Any:
        return {"options": sorted(self.options(question)), "right": sorted(self.right(question))}


class TrueFalse(Single):
    def options(self, question: Question) -> list[str]:
        return [TRUE, FALSE]

    def right(self, question: Question) -> tuple[str, ...]:
        return (str(question["value"].get("answer")).lower(),)


class Multiple(Single):
    def read(self, question: Question, form: Form) -> Answer:
        chosen = list(dict.fromkeys(given(form, FIELD)))
        if not chosen:
            raise HandlerRefusedError(_("Choose one or more answers first."))
        if not self.fits(question, chosen):
            raise not_of_this_question()
        return sorted(chosen)

    def fits(self, question: Question, answer: Any) -> bool:
        return is_list_of_text(answer) and bool(answer) and set(answer) <= set(self.options(question))

    def mark(self, question: Question, answer: Any) -> Mark:
        right = self.right(question)
        return Mark(set(answer) == set(right), tuple(answer), right)


class Ordering(Kind):
    def right(self, question: Question) -> tuple[str, ...]:
        return tuple(item_id for item_id, _text in items(question, "items"))

    def read(self, question: Question, form: Form) -> Answer:
        steps = self.right(question)
        places: dict[int, str] = {}
        for step in steps:
            chosen = given(form, field_of(step))
            if not chosen:
                raise HandlerRefusedError(_("Give every step a place."))
            place = int(chosen[0]) if chosen[0].isdecimal() and len(chosen[0]) < numbers.MAX_DIGITS else 0
            if len(chosen) > 1 or not 1 <= place <= len(steps):
                raise not_of_this_question()
            if place in places:
                raise HandlerRefusedError(
                    _("Two steps have place %(place)d. Give each step its own place.") % {"place": place}
                )
            places[place] = step
        return [places[place] for place in sorted(places)]

    def fits(self, question: Question, answer: Any) -> bool:
        return is_list_of_text(answer) and sorted(answer) == sorted(self.right(question))

    def mark(self, question: Question, answer: Any) -> Mark:
        right = self.right(question)
        return Mark(tuple(answer) == right, tuple(answer), right)

    def key(self, question: Question) -> Any:
        return list(self.right(question))


class Numeric(Kind):
    def read(self, question: Question, form: Form) -> Answer:
        value = question["value"]
        typed = given(form, FIELD)
        if len(typed) > 1:
            raise not_of_this_question()
        places = numbers.decimal_places(numbers.stored(value.get("answer")))
        return numbers.plain(numbers.read_number("".join(typed), unit=value.get("unit") or "", places=places))

    def fits(self, question: Question, answer: Any) -> bool:
        return numbers.is_plain(answer)

    def mark(self, question: Question, answer: Any) -> Mark:
        value = question["value"]
        right, tolerance = numbers.stored(value.get("answer")), numbers.stored(value.get("tolerance"))
        is_right = abs(numbers.stored(answer) - right) <= tolerance
        return Mark(is_right, (answer,), (numbers.plain(right),))

    def key(self, question: Question) -> Any:
        value = question["value"]
        return [numbers.plain(numbers.stored(value.get(name))) for name in ("answer", "tolerance")]


class Matching(Kind):
    def pairs(self, question: Question) -> list[str]:
        return [pair_id for pair_id, _pair in items(question, "pairs")]

    def read(self, question: Question, form: Form) -> Answer:
        pairs = self.pairs(question)
        parts = {right_part_token(pair): pair for pair in pairs}
        answer: dict[str, str] = {}
        for pair in pairs:
            chosen = given(form, field_of(pair))
            if not chosen:
                raise HandlerRefusedError(_("Choose something for every line."))
            if len(chosen) > 1 or chosen[0] not in parts:
                raise not_of_this_question()
            answer[pair] = parts[chosen[0]]
        if len(set(answer.values())) < len(pairs):
            raise HandlerRefusedError(_("You chose the same thing twice. Each one belongs to one line."))
        return answer

    def fits(self, question: Question, answer: Any) -> bool:
        pairs = set(self.pairs(question))
        if not isinstance(answer, dict) or not is_list_of_text([*answer, *answer.values()]):
            return False
        return set(answer) == pairs and set(answer.values()) <= pairs

    def mark(self, question: Question, answer: Any) -> Mark:
        pairs = tuple(self.pairs(question))
        chosen = tuple(answer[pair] for pair in pairs)
        return Mark(chosen == pairs, chosen, pairs)

    def key(self, question: Question) -> Any:
        return sorted(self.pairs(question))


def is_list_of_text(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)


KINDS: dict[str, Kind] = {
    "single": Single(),
    "multiple": Multiple(),
    "true_false": TrueFalse(),
    "ordering": Ordering(),
    "numeric": Numeric(),
    "matching": Matching(),
}


def read_answer(question: Question, form: Form) -> Answer:
    """The answer in a form. Raises HandlerRefusedError, with words for the learner, for nothing and for nonsense."""
    return KINDS[question["type"]].read(question, form)


def fits(question: Question, answer: Any) -> bool:
    """Whether a stored answer can be an answer to this question."""
    return KINDS[question["type"]].fits(question, answer)


def mark(question: Question, answer: Any) -> Mark:
    """Mark an answer that fits. Several right answers: right is exactly all of them. A number: within the tolerance."""
    return KINDS[question["type"]].mark(question, answer)


def key(question: Question) -> Any:
    """What being right depends on, as JSON without words: an editorial change may not differ in it."""
    return KINDS[question["type"]].key(question)
