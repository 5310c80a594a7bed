"""What a page shows of a question before and after it is answered."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.presentation import mixed, present
from tests.factories import questions

KINDS = [question["type"] for question in questions.every_kind()]
BY_KIND = {question["type"]: question for question in questions.every_kind()}
LEAKS = ("secret", "goed", "fout", "data-result", "option__mark", "was_right")


def rendered(template: str, **context: object) -> str:
    with translation.override("en"):
        return render_to_string(f"courses/questions/{template}.html", context)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", ["question", "print"])
def test_nothing_of_the_answer_is_in_a_question_that_is_asked(kind, template):
    html = rendered(template, question=present(BY_KIND[kind], "seed"))
    assert f"Prompt of q-{kind.replace('_', '-')}" in html
    assert [leak for leak in LEAKS if leak in html] == []


def test_the_number_asked_for_is_not_in_the_page():
    html = rendered("question", question=present(questions.numeric(answer="7341", tolerance="19"), "seed"))
    assert "7341" not in html
    assert "19" not in html


@given(st.text(max_size=20))
def test_pairs_cannot_be_told_from_the_names_in_a_page(seed):
    view = present(questions.matching(), seed)
    lefts, rights = {row.value for row in view.rows}, {part.value for part in view.parts}
    assert lefts == {"p1", "p2", "p3"}
    assert not any(left in right for left in lefts for right in rights)


@given(st.text(max_size=20), st.permutations(["s1", "s2", "s3", "s4"]))
def test_the_order_on_the_page_says_nothing_about_the_order_of_the_author(seed, order):
    assert mixed(order, seed) == mixed(sorted(order), seed)


@given(st.text(max_size=20))
def test_steps_and_pairs_never_start_in_the_right_order(seed):
    steps = [row.value for row in present(questions.ordering(), seed).rows]
    assert sorted(steps) == ["s1", "s2", "s3", "s4"]
    assert steps != ["s1", "s2", "s3", "s4"]
    view = present(questions.matching(), seed)
    rights = {"p1": "Healthy", "p2": "Clean it", "p3": "Call today"}
    assert [part.text for part in view.parts] != [rights[row.value] for row in view.rows]


@given(st.text(max_size=20))
def test_one_seed_gives_one_order_and_a_statement_is_never_mixed(seed):
    assert present(questions.single(), seed) == present(questions.single(), seed)
    assert [choice.value for choice in present(questions.true_false(), seed).choices] == ["true", "false"]


def test_other_seeds_give_other_orders():
    orders = {tuple(choice.value for choice in present(questions.single(), str(seed)).choices) for seed in range(40)}
    assert len(orders) == 6


def test_without_mixing_options_stand_as_the_author_wrote_them():
    assert [choice.value for choice in present(questions.single(), "seed", shuffle=False).choices] == ["a", "b", "c"]


def test_only_one_order_stays_as_it_is():
    assert mixed(["only"], "seed", never=["only"]) == ["only"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_at_the_end_shows_marks_and_the_explanation(kind):
    view = present(BY_KIND[kind], "seed", questions.WRONG_ANSWERS[kind], is_final=True)
    html = rendered("answered", question=view)
    assert f"secret explanation q-{kind.replace('_', '-')}" in html
    assert "Not yet." in html
    assert 'data-result="fout"' in html or kind == "multiple"
    assert "<input" not in html
    assert "<select" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_is_praised_in_a_region_that_speaks(kind):
    html = rendered("answered", question=present(BY_KIND[kind], "seed", questions.RIGHT_ANSWERS[kind], is_final=True))
    assert 'role="status"' in html
    assert "Well seen." in html
    assert 'data-result="fout"' not in html


def test_marks_say_what_was_chosen_what_was_missed_and_nothing_of_the_rest():
    view = present(questions.multiple(), "seed", ["m1", "m2"], is_final=True)
    states = {choice.value: (choice.verdict.state, choice.feedback) for choice in view.choices}
    assert states == {
        "m1": ("right", "secret feedback m1"),
        "m2": ("not_yet", "secret feedback m2"),
        "m3": ("was_right", "secret feedback m3"),
    }
    rest = present(questions.single(), "seed", "b", is_final=True)
    assert {choice.value: choice.verdict.state for choice in rest.choices} == {"a": "", "b": "right", "c": ""}
    assert [choice.feedback for choice in rest.feedback] == ["secret feedback b"]


def test_a_question_that_may_be_tried_again_tells_only_about_what_was_chosen():
    html = rendered("question", question=present(questions.single(), "seed", "a"))
    assert "secret feedback a" in html
    assert "Not yet. Try once more." in html
    assert "secret feedback b" not in html
    assert "secret explanation" not in html
    assert 'data-result="goed"' not in html
    assert html.count("checked") == 1


def test_a_question_that_was_tried_until_it_was_right_is_explained():
    html = rendered("question", question=present(questions.single(), "seed", "b"))
    assert "secret explanation" in html
    assert 'data-result="goed"' in html


def test_steps_are_shown_as_they_were_placed_with_the_right_place_of_each_mistake():
    view = present(questions.ordering(), "seed", ["s2", "s1", "s3", "s4"], is_final=True)
    rows = [(row.value, row.given, row.right, row.verdict.state) for row in view.rows]
    assert rows == [
        ("s2", "1", "2", "not_yet"),
        ("s1", "2", "1", "not_yet"),
        ("s3", "3", "3", "right"),
        ("s4", "4", "4", "right"),
    ]


def test_pairs_are_shown_with_what_was_given_and_what_was_right():
    view = present(questions.matching(), "seed", questions.WRONG_ANSWERS["matching"], is_final=True)
    rows = {row.text: (row.given, row.right, row.verdict.state) for row in view.rows}
    assert rows["Red"] == ("Clean it", "Healthy", "not_yet")
    assert rows["Black"] == ("Call today", "Call today", "right")


@pytest.mark.parametrize(("language", "shown"), [("nl", "2,5"), ("en", "2.5")])
def test_numbers_are_written_in_the_language_of_the_reader(language, shown):
    with translation.override(language):
        view = present(questions.numeric(), "seed", "3", is_final=True)
    assert view.right_number == shown


def test_what_was_sent_and_refused_is_filled_in_again():
    view = present(questions.multiple(), "seed", form={"answer": ["m1"]})
    assert [choice.value for choice in view.choices if choice.is_chosen] == ["m1"]
    assert present(questions.numeric(), "seed", form={"answer": ["1.200"]}).typed == "1.200"
    rows = present(questions.ordering(), "seed", form={"answer-s1": ["2"]}).rows
    assert {row.value: row.selected for row in rows} == {"s1": "2", "s2": "", "s3": "", "s4": ""}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_label_of_its_own_and_its_error_beside_it(kind):
    view = present(BY_KIND[kind], "seed")
    html = rendered("question", question=view, error="Choose an answer first.")
    assert "<legend>" in html
    assert f'id="{view.anchor}-error"' in html
    assert f"{view.anchor}-error" in html.partition("<legend>")[0]
    for row in view.rows:
        assert f'for="{view.anchor}-{row.value}"' in html
        assert f'id="{view.anchor}-{row.value}"' in html
    assert html.count('inputmode="decimal"') == (kind == "numeric")


def test_words_of_an_author_are_escaped():
    question = questions.single()
    question["value"]["prompt"] = "<script>alert(1)</script>\nand more"
    html = rendered("question", question=present(question, "seed"))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>and more" in html
