"""What the pages of a quiz show, and what they keep to themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import RequestFactory
from django.utils import translation

from tests.factories import questions
from tests.factories.quizzes import (
    BLOCK_ID,
    content_of,
    folded,
    post_of,
    quiz_of,
    round_started,
    sent,
    whole_round,
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


LEAKS = ("secret", "data-result", "option__mark", "callout--")


def test_a_page_before_any_answer_asks_one_question_and_gives_nothing_away():
    html = quiz_of(content_of()).learner_view(RequestFactory().get("/"))
    assert html.count("<fieldset") == 1
    assert [leak for leak in LEAKS if leak in html] == []
    assert 'action="/take/answer/"' in html
    assert re.search(r'name="event" value="[0-9a-f-]{36}"', html)
    assert html.count("csrfmiddlewaretoken") == 1


@pytest.mark.parametrize("question", questions.every_kind(), ids=lambda question: question["type"])
def test_no_kind_of_question_gives_its_answer_away(question):
    content = content_of(question)
    html = quiz_of(content).learner_view(RequestFactory().get("/"))
    preview = quiz_of(content, is_preview=True).learner_view(RequestFactory().get("/"))
    printed = quiz_of(content).print_view(RequestFactory().get("/"))
    for page in (html, preview, printed):
        assert [leak for leak in LEAKS if leak in page] == []
        assert question["value"]["prompt"] in page


def test_answered_questions_stay_above_the_one_that_is_asked():
    content = content_of(shuffle=False)
    quiz = quiz_of(content, folded(whole_round(content, wrong=1)[:2], content))
    html = quiz.learner_view(RequestFactory().get("/"))
    ids = re.findall(r'class="panel" id="question-([a-z-]+)"', html)
    assert ids == ["q-single", "q-multiple", "q-true-false"]
    assert html.count('id="nu"') == 1
    assert html.index("question-q-multiple") < html.index('id="nu"') < html.index("question-q-true-false")
    assert "secret explanation q-multiple" in html
    assert "secret explanation q-true-false" not in html
    assert quiz.next_action.form_id == "question-q-true-false-form"
    assert f'id="{quiz.next_action.form_id}"' in html


def test_after_an_answer_only_the_answered_and_the_next_question_are_sent():
    content = content_of(shuffle=False)
    quiz = quiz_of(content, folded(whole_round(content)[:1], content))
    form = sent(questions.multiple(), ["m1"])
    quiz.handle("answer", form)
    html = quiz.fragment(post_of(form))
    top = re.findall(r'<(?:article|div) class="panel" id="([^"]+)" data-append="([^"]+)"', html)
    name = f"quiz-{BLOCK_ID}"
    assert top == [
        ("question-q-multiple", f"{name}-questions"),
        ("question-q-true-false", f"{name}-questions"),
    ]
    assert html.count("data-focus") == 1
    assert html.index("data-focus") < html.index("question-q-true-false")
    assert f'id="{name}-outcome"' in html
    assert "question-q-single" not in html


def test_a_refused_answer_comes_back_with_its_error_and_what_was_typed():
    content = content_of(questions.numeric())
    quiz = quiz_of(content)
    form = sent(questions.numeric(), "1.200")
    html = quiz.fragment(post_of(form), error="Write it otherwise.", typed=form)
    assert "Write it otherwise." in html
    assert 'value="1.200"' in html
    assert html.count("data-focus") == 1
    assert [leak for leak in LEAKS if leak in html] == []


def test_a_form_of_an_old_round_gets_the_whole_quiz():
    content = content_of(questions.single())
    quiz = quiz_of(content, folded([*whole_round(content, wrong=1), round_started(2)], content))
    html = quiz.fragment(post_of(sent(questions.single(), "b", 1)))
    assert f'<section class="flow" id="quiz-{BLOCK_ID}">' in html
    assert [leak for leak in LEAKS if leak in html] == []


def test_the_end_says_what_is_needed_and_offers_another_try():
    content = content_of(rounds=2, pass_percent=80)
    quiz = quiz_of(content, folded(whole_round(content, wrong=2), content))
    html = quiz.learner_view(RequestFactory().get("/"), is_open=True, next_url="/next/")
    text = " ".join(html.split())
    assert "Not passed yet" in text
    assert "You answered 4 of 6 questions right. 5 are needed." in text
    assert "You can try 1 more time." in text
    assert 'id="quiz-retry" method="post" action="/take/new_round/"' in text
    assert (quiz.next_action.handler, quiz.next_action.form_id) == ("new_round", "quiz-retry")
    assert "<button" not in html
    assert 'href="/next/"' in html
    assert 'href="#question-q-single"' in text


def test_another_try_has_a_button_of_its_own_where_the_attempt_is_finished():
    content = content_of(rounds=2)
    html = quiz_of(content, folded(whole_round(content, wrong=4), content)).learner_view(RequestFactory().get("/"))
    assert html.count("Try the quiz again") == 1


def test_the_end_of_the_last_try_offers_no_other():
    content = content_of(rounds=1)
    quiz = quiz_of(content, folded(whole_round(content, wrong=4), content))
    html = quiz.learner_view(RequestFactory().get("/"))
    assert "This was the last try." in html
    assert "new_round" not in html
    assert quiz.next_action is None


def test_passing_is_said_in_words():
    content = content_of()
    html = quiz_of(content, folded(whole_round(content), content)).learner_view(RequestFactory().get("/"))
    assert "Passed" in html
    assert "Try the quiz again" not in html


def test_looking_back_explains_mistakes_only():
    content = content_of()
    html = quiz_of(content, folded(whole_round(content, wrong=1), content)).result_view(RequestFactory().get("/"))
    assert "secret explanation q-single" in html
    assert "secret explanation q-multiple" not in html
    assert "<form" not in html


def test_a_preview_shows_every_question_and_sends_nothing():
    quiz = quiz_of(content_of(), is_preview=True)
    html = quiz.learner_view(RequestFactory().get("/"))
    assert html.count("<fieldset") == 6
    assert "<form" not in html
    assert quiz.next_action is None
