"""What authors are stopped from forgetting."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from courses.questions import marking
from courses.questions.blocks import CheckStreamBlock, QuestionStreamBlock
from tests.factories import questions


def cleaned(question: dict[str, Any], *, is_draft: bool = False) -> Any:
    block = QuestionStreamBlock()
    value = block.to_python([question])
    return block.clean_deferred(value) if is_draft else block.clean(value)


def refusal(question: dict[str, Any]) -> dict[str, Any]:
    """The messages at the fields of one question."""
    with pytest.raises(ValidationError) as error:
        cleaned(question)
    return error.value.as_json_data()["blockErrors"][0]["blockErrors"]


@pytest.mark.parametrize("question", questions.every_kind(), ids=lambda question: question["type"])
def test_a_good_question_is_taken_and_keeps_its_ids_and_its_key(question):
    block = QuestionStreamBlock()
    stored = json.loads(json.dumps(block.get_prep_value(cleaned(question)), cls=DjangoJSONEncoder))[0]
    assert (stored["type"], stored["id"]) == (question["type"], question["id"])
    assert marking.key(stored) == marking.key(question)


def test_a_question_without_a_right_answer_is_refused_at_its_options():
    question = questions.single()
    question["value"]["options"][1]["value"]["right"] = False
    assert refusal(question)["options"]["messages"] == ["This question has no right answer. Tick the right one."]


def test_two_right_answers_are_refused_where_one_is_asked():
    question = questions.single()
    question["value"]["options"][0]["value"]["right"] = True
    assert "Only one answer can be right here" in refusal(question)["options"]["messages"][0]


def test_an_option_that_is_there_twice_is_refused_at_that_option():
    question = questions.multiple()
    question["value"]["options"][2]["value"]["text"] = " thumb "
    twice = refusal(question)["options"]["blockErrors"][2]["blockErrors"]["text"]
    assert twice["messages"] == ["This option is there twice."]


def test_fewer_than_two_options_are_refused():
    question = questions.single()
    question["value"]["options"] = question["value"]["options"][1:2]
    assert refusal(question)["options"]["messages"] == ["Give at least two options."]


def test_a_statement_needs_an_answer():
    assert refusal(questions.true_false(answer=""))["answer"]["messages"] == ["This field is required."]


def test_a_boolean_of_an_import_is_taken_as_an_answer():
    assert cleaned(questions.true_false(answer=False))[0].value["answer"] == "false"


def test_steps_that_are_equal_or_too_few_are_refused():
    question = questions.ordering()
    question["value"]["items"][3]["value"] = "WET"
    assert refusal(question)["items"]["blockErrors"][3]["messages"] == ["This step is there twice."]
    question["value"]["items"] = question["value"]["items"][:2]
    assert refusal(question)["items"]["messages"] == ["Give at least three steps."]


def test_a_negative_tolerance_is_refused():
    assert refusal(questions.numeric(tolerance="-1"))["tolerance"]["messages"] == ["A tolerance is 0 or more."]


@pytest.mark.parametrize("side", ["left", "right"])
def test_parts_of_pairs_that_are_equal_are_refused_at_that_part(side):
    question = questions.matching()
    pairs = question["value"]["pairs"]
    pairs[2]["value"][side] = pairs[0]["value"][side]
    messages = refusal(question)["pairs"]["blockErrors"][2]["blockErrors"][side]["messages"]
    assert messages == ["This is there twice. Make every part different."]


def test_a_draft_may_be_half():
    question = questions.single()
    question["value"]["options"] = []
    assert len(cleaned(question, is_draft=True)) == 1


def test_a_lesson_takes_at_most_one_practice_question_of_three_kinds():
    block = CheckStreamBlock()
    assert set(block.child_blocks) == {"single", "multiple", "true_false"}
    assert len(block.clean(block.to_python([]))) == 0
    assert len(block.clean(block.to_python([questions.single()]))) == 1
    with pytest.raises(ValidationError):
        block.clean(block.to_python([questions.single("one"), questions.single("two")]))


def test_questions_leave_by_neither_search_nor_api():
    block = QuestionStreamBlock()
    value = block.to_python(questions.every_kind())
    assert block.get_searchable_content(value) == []
    assert block.get_api_representation(value) == []
