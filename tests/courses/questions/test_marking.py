"""Reading and marking answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.exceptions import HandlerRefusedError
from courses.questions import marking
from tests.factories import questions

KINDS = [question["type"] for question in questions.every_kind()]
BY_KIND = {question["type"]: question for question in questions.every_kind()}


def form_of(question: dict[str, Any], answer: Any) -> dict[str, list[str]]:
    """What a browser sends for an answer."""
    if question["type"] == "ordering":
        return {marking.field_of(step): [str(place)] for place, step in enumerate(answer, 1)}
    if question["type"] == "matching":
        return {marking.field_of(left): [marking.right_part_token(right)] for left, right in answer.items()}
    return {"answer": answer if isinstance(answer, list) else [answer]}


@pytest.mark.parametrize("kind", KINDS)
def test_the_right_answer_is_right_and_a_wrong_one_is_not(kind):
    question = BY_KIND[kind]
    assert marking.mark(question, questions.RIGHT_ANSWERS[kind]).is_right is True
    assert marking.mark(question, questions.WRONG_ANSWERS[kind]).is_right is False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answers", [questions.RIGHT_ANSWERS, questions.WRONG_ANSWERS])
def test_what_a_browser_sends_is_read_as_the_answer_that_is_stored(kind, answers):
    question = BY_KIND[kind]
    assert marking.read_answer(question, form_of(question, answers[kind])) == answers[kind]
    assert marking.fits(question, answers[kind]) is True


def test_a_mark_names_what_was_chosen_and_what_was_right():
    assert marking.mark(questions.single(), "a") == marking.Mark(False, ("a",), ("b",))
    assert marking.mark(questions.multiple(), ["m3", "m1"]) == marking.Mark(True, ("m3", "m1"), ("m1", "m3"))
    assert marking.mark(questions.true_false(), "true") == marking.Mark(False, ("true",), ("false",))
    assert marking.mark(questions.numeric(), "3") == marking.Mark(False, ("3",), ("2.5",))
    wrong = marking.mark(questions.matching(), questions.WRONG_ANSWERS["matching"])
    assert wrong == marking.Mark(False, ("p2", "p1", "p3"), ("p1", "p2", "p3"))


@pytest.mark.parametrize("chosen", [["m1"], ["m3"], ["m1", "m2", "m3"], ["m2"]])
def test_several_right_answers_are_right_only_as_exactly_that_set(chosen):
    assert marking.mark(questions.multiple(), chosen).is_right is False


@pytest.mark.parametrize("answer", [True, "true", "True"])
def test_a_statement_may_be_stored_as_a_boolean_or_as_text(answer):
    question = questions.true_false(answer=answer)
    assert marking.mark(question, "true").is_right is True
    assert marking.mark(question, "false").is_right is False


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_is_refused_with_words(kind):
    with pytest.raises(HandlerRefusedError) as refusal:
        marking.read_answer(BY_KIND[kind], {"answer": [""]})
    assert "first" in str(refusal.value) or "every" in str(refusal.value) or "number" in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("single", {"answer": ["forged"]}),
        ("single", {"answer": ["a", "b"]}),
        ("multiple", {"answer": ["m1", "forged"]}),
        ("true_false", {"answer": ["maybe"]}),
        ("ordering", {f"answer-s{place}": [str(place + 1)] for place in range(1, 5)}),
        ("ordering", {f"answer-s{place}": ["one"] for place in range(1, 5)}),
        ("ordering", {f"answer-s{place}": ["9" * 5000] for place in range(1, 5)}),
        ("ordering", {"answer-s1": ["1", "2"], "answer-s2": ["3"], "answer-s3": ["4"], "answer-s4": ["2"]}),
        ("numeric", {"answer": ["1", "2"]}),
        ("matching", {f"answer-p{number}": [f"p{number}"] for number in (1, 2, 3)}),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(kind, form):
    with pytest.raises(HandlerRefusedError, match="does not belong to this question"):
        marking.read_answer(BY_KIND[kind], form)


def test_two_steps_on_one_place_are_refused_and_the_place_is_named():
    form = form_of(questions.ordering(), ["s1", "s2", "s3", "s4"]) | {"answer-s4": ["2"]}
    with pytest.raises(HandlerRefusedError, match="Two steps have place 2"):
        marking.read_answer(questions.ordering(), form)


def test_one_right_part_for_two_lines_is_refused():
    form = form_of(questions.matching(), {"p1": "p1", "p2": "p1", "p3": "p3"})
    with pytest.raises(HandlerRefusedError, match="twice"):
        marking.read_answer(questions.matching(), form)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        (" 2,50 ", "2.5"),
        ("2,5 ml", "2.5"),
        ("2.5ML", "2.5"),
        ("+3", "3"),
        ("-0", "0"),
        ("\u22121", "-1"),
        ("0,125", "0.125"),
        ("1200", "1200"),
        ("1200,250", "1200.25"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, stored):
    assert marking.read_answer(questions.numeric(), {"answer": [typed]}) == stored


@pytest.mark.parametrize(
    "typed", ["1.200", "1,200", "1 200", "1\u00a0200", "1'200", "1.200,50", "1,200,000", "1.200 ml"]
)
def test_thousands_separators_are_refused_because_they_mean_two_things(typed):
    with pytest.raises(HandlerRefusedError, match="without dots, commas or spaces"):
        marking.read_answer(questions.numeric(answer="1200"), {"answer": [typed]})


def test_a_question_with_three_decimals_takes_three_decimals():
    question = questions.numeric(answer="1.125")
    assert marking.mark(question, marking.read_answer(question, {"answer": ["1,125"]})).is_right is True


@pytest.mark.parametrize("typed", ["two", "1e3", "NaN", "Infinity", "2,,5", "2.5.1", "1/2", "5 kg", "0x10", "--1"])
def test_a_text_that_is_no_number_is_refused(typed):
    with pytest.raises(HandlerRefusedError, match="not a number"):
        marking.read_answer(questions.numeric(), {"answer": [typed]})


def test_a_number_without_end_is_refused():
    with pytest.raises(HandlerRefusedError, match="too long"):
        marking.read_answer(questions.numeric(), {"answer": ["1" * 40]})


@pytest.mark.parametrize(
    ("given_number", "is_right"), [("2.4", True), ("2.6", True), ("2.39", False), ("2.61", False), ("2.5", True)]
)
def test_a_tolerance_includes_its_ends(given_number, is_right):
    assert marking.mark(questions.numeric(tolerance="0.1"), given_number).is_right is is_right


def test_numbers_are_counted_in_decimals_and_not_in_binary():
    assert marking.mark(questions.numeric(answer=0.3, tolerance=0.1), "0.4").is_right is True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "answer", [None, "", "forged", 1, [], ["forged"], [[]], {}, {"p1": []}, {"p1": "p1"}, ["m1", 2]]
)
def test_an_answer_that_fits_nothing_is_recognised(kind, answer):
    assert marking.fits(BY_KIND[kind], answer) is False


def test_the_key_has_no_words_and_changes_with_what_is_right():
    for question in questions.every_kind():
        words = str(marking.key(question))
        assert "secret" not in words
        assert question["value"]["prompt"] not in words
    changed = questions.single()
    changed["value"]["options"][0]["value"]["right"] = True
    assert marking.key(changed) != marking.key(questions.single())
    assert marking.key(questions.numeric(answer="2.50")) == marking.key(questions.numeric(answer=2.5))


@given(st.permutations(["s1", "s2", "s3", "s4"]))
def test_any_order_is_read_back_and_only_one_is_right(order):
    question = questions.ordering()
    answer = marking.read_answer(question, form_of(question, order))
    assert answer == order
    assert marking.mark(question, answer).is_right is (order == ["s1", "s2", "s3", "s4"])


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=2))
def test_any_number_survives_both_decimal_marks(number):
    question = questions.numeric(answer="0")
    typed = format(number, "f")
    assert marking.read_answer(question, {"answer": [typed]}) == marking.read_answer(
        question, {"answer": [typed.replace(".", ",")]}
    )
