"""What is marked has its key in the book; what has none is never marked."""

import pytest

from courses.cnxml import LossKind

CHOICE = """<exercise id="e1"><problem id="pr"><para id="p1">Which is safe?</para><list id="l1"><item>Guess</item>
<item>Check</item></list></problem>{}</exercise>"""


@pytest.mark.parametrize("answer", ["B", "b.", "(B)", "B. Because you check.", "Check"])
def test_a_question_with_a_key_in_the_book_becomes_a_single_choice(converted, answer):
    module, _pieces, report = converted(CHOICE.format(f"<solution id='s'><para id='p2'>{answer}</para></solution>"))
    quiz = module["activities"][-1]
    assert (quiz["kind"], quiz["id"]) == ("quiz", "practice")
    question = quiz["questions"][0]
    assert (question["type"], question["id"], question["prompt"]) == ("single", "e1", "Which is safe?")
    assert [(option["text"], option.get("right", False)) for option in question["options"]] == [
        ("Guess", False),
        ("Check", True),
    ]
    assert all(option["feedback"] for option in question["options"])
    assert question["explanation"] == f"<p>{answer}</p>"
    assert report.counts().get(LossKind.QUESTION_WITHOUT_KEY, 0) == 0


@pytest.mark.parametrize("solution", ["", "<solution id='s'><para id='p2'>E</para></solution>", "<solution id='s'/>"])
def test_a_question_without_a_key_is_practice_text_and_never_marked(converted, solution):
    module, pieces, report = converted(CHOICE.format(solution))
    assert [activity["kind"] for activity in module["activities"]] == ["lesson"]
    assert pieces[0]["text"] == "<p>Which is safe?</p>"
    assert "<li>Check</li>" in str(pieces)
    assert [str(loss) for loss in report.places(LossKind.QUESTION_WITHOUT_KEY)] == ["m1#e1"]


def calculation(items, answers):
    lists = ["".join(f"<item>{item}</item>" for item in part) for part in (items, answers)]
    return (
        f"<exercise id='e1'><problem id='p'><para id='p1'>Work it out.</para><list id='l1'>{lists[0]}</list></problem>"
        f"<solution id='s'><list id='l2'>{lists[1]}</list></solution></exercise>"
    )


def test_calculations_with_answers_become_numeric_questions(converted):
    module, _pieces, _report = converted(
        calculation(["1 g = ___ mg", "4 Tbsp = ___ mL", "Give ___ tablets"], ["1,000 mg", "60 mL", "0.5 tablets"])
    )
    questions = module["activities"][-1]["questions"]
    assert [(q["id"], q["answer"], q["tolerance"], q["unit"]) for q in questions] == [
        ("e1-1", 1000, 0, "mg"),
        ("e1-2", 60, 1.2, "mL"),
        ("e1-3", 0.5, 0, "tablets"),
    ]
    assert questions[0]["prompt"] == "Work it out. 1 g = ___ mg"


@pytest.mark.parametrize("answers", [["1 mg"], ["about 1 mg", "2 mg"], ["1 kg", "2 mg"]])
def test_answers_that_do_not_pair_with_their_calculations_are_not_marked(converted, answers):
    module, _pieces, report = converted(calculation(["a ___ mg", "b ___ mg"], answers))
    assert [activity["kind"] for activity in module["activities"]] == ["lesson"]
    assert report.counts()[LossKind.QUESTION_WITHOUT_KEY] == 1


def test_a_formula_with_other_numbers_than_its_question_is_not_marked(converted):
    formula = "<m:math><m:mn>{}</m:mn><m:mo>×</m:mo><m:mn>60</m:mn><m:mo>=</m:mo><m:mi>X</m:mi></m:math>".format
    module, pieces, report = converted(
        calculation(
            [f"3 mg each minute: {formula(3)} mg", f"3 mg each minute: {formula('2.5')} mg"], ["180 mg", "150 mg"]
        )
    )
    assert [question["id"] for question in module["activities"][-1]["questions"]] == ["e1-1"]
    assert "Take care." in str(pieces)
    assert [str(loss) for loss in report.places(LossKind.ANSWER_IN_DOUBT)] == ["m1#e1 (2: 150 mg)"]


def test_questions_in_the_publishers_bank_become_a_look_back(converted):
    module, _pieces, report = converted(
        """<section id="s1"><title>Last</title><para id="p1">Text.</para>
        <section class="chapter-summary" id="s2"><para id="p2">In short.</para></section>
        <section class="review-questions" id="s3"><title>Review</title><exercise id="e1"><problem id="pr"><para id="p3">
        <link class="os-embed" url="#exercise/ABC_1"/></para></problem></exercise></section></section>"""
    )
    assert [(a["kind"], a["id"]) for a in module["activities"]] == [("lesson", "s1"), ("reflection", "s3")]
    assert "Only you see this" in module["activities"][-1]["prompt"]
    assert [str(loss) for loss in report.places(LossKind.QUESTION_ELSEWHERE)] == ["m1#e1 (ABC_1)"]


def test_a_prompt_is_one_line_of_sentences_and_a_long_one_stays_text(converted):
    ordered = "<emphasis effect='italics'>Ordered:</emphasis> 4 mg<newline/>Available: 2 mg<newline/>How many mL?"
    module, pieces, report = converted(calculation([ordered, f"{'word ' * 100} mL"], ["2 mL", "9 mL"]))
    prompts = [question["prompt"] for question in module["activities"][-1]["questions"]]
    assert prompts == ["Work it out. Ordered: 4 mg. Available: 2 mg. How many mL?"]
    assert "The book gives 9 mL." in str(pieces)
    assert [str(loss) for loss in report.places(LossKind.QUESTION_TOO_LONG)] == ["m1#e1 (2)"]
