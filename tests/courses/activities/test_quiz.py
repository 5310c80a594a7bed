"""The quiz: its state from events, its result, its handlers and what its pages show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.blocks import StructBlock

from courses.activities.base import Event, Result, Scope, Usage
from courses.activities.quiz import Quiz
from courses.activities.quiz_rounds import percent, rounds_of
from courses.exceptions import HandlerRefusedError
from courses.questions import marking
from tests.factories import questions

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
BLOCK_ID = UUID("11111111-1111-4111-8111-111111111111")
ATTEMPT = UUID("22222222-2222-4222-8222-222222222222")
LEAKS = ("secret", "data-result", "option__mark", "callout--")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


class RememberingStore:
    """Keeps the events of one test."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        self.events: list[Event] = []
        self.state = state or {}

    def load(self, scope: str) -> dict[str, Any]:
        return self.state if scope == Scope.STATE else {}

    def save(self, scope: str, data: dict[str, Any]) -> None:
        raise AssertionError("a quiz saves nothing but events")

    def append(self, name: str, payload: dict[str, Any]) -> Event:
        self.events.append(Event(name, payload, timezone.now()))
        return self.events[-1]


def content_of(*found: dict[str, Any], **values: Any) -> dict[str, Any]:
    asked = list(found) or questions.every_kind()
    return {"intro": "", "pass_percent": 70, "rounds": 0, "shuffle": True, "questions": asked, **values}


def quiz_of(content: dict[str, Any], state: dict[str, Any] | None = None, *, is_preview: bool = False) -> Quiz:
    prefix = "" if is_preview else "/take/"
    usage = Usage(BLOCK_ID, "Quiz", 1, 3, "en", "en", None if is_preview else ATTEMPT, prefix)
    return Quiz(
        block=StructBlock(Quiz.fields()), content=content, usage=usage, person=None, store=RememberingStore(state)
    )


def answered(question: dict[str, Any], answer: Any, number: int = 1) -> Event:
    return Event("answered", {"round": number, "question": question["id"], "answer": answer}, NOW)


def round_started(number: int) -> Event:
    return Event("round_started", {"round": number}, NOW)


def whole_round(content: dict[str, Any], *, wrong: int = 0, number: int = 1) -> list[Event]:
    return [
        answered(each, (questions.WRONG_ANSWERS if place < wrong else questions.RIGHT_ANSWERS)[each["type"]], number)
        for place, each in enumerate(content["questions"])
    ]


def folded(events: list[Event], content: dict[str, Any]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for event in events:
        state = Quiz.reduce(state, event, content)
    return state


def sent(question: dict[str, Any], answer: Any, number: int = 1) -> dict[str, Any]:
    """The form of a question as the browser sends it."""
    form = {"round": [str(number)], "question": [question["id"]]}
    if question["type"] == "ordering":
        return form | {marking.field_of(step): [str(place)] for place, step in enumerate(answer, 1)}
    if question["type"] == "matching":
        return form | {marking.field_of(left): [marking.right_part_token(right)] for left, right in answer.items()}
    return form | {"answer": answer if isinstance(answer, list) else [answer]}


def post_of(form: dict[str, Any]) -> Any:
    data = QueryDict(mutable=True)
    for name, values in form.items():
        data.setlist(name, values)
    return RequestFactory().post("/take/answer/", data.urlencode(), "application/x-www-form-urlencoded")


# ── state ────────────────────────────────────────────────────────────────────────────────────────────────────


def acts() -> st.SearchStrategy[list[Event]]:
    """Two full rounds with right and wrong answers, one answer for each question of a round."""
    content = content_of()
    choice = st.booleans()

    def events(picks: list[bool]) -> list[Event]:
        known = [questions.RIGHT_ANSWERS if pick else questions.WRONG_ANSWERS for pick in picks]
        found = [round_started(2), round_started(3)]
        for number in (1, 2):
            for place, each in enumerate(content["questions"]):
                found.append(answered(each, known[place * number][each["type"]], number))
        return found

    return st.lists(choice, min_size=12, max_size=12).map(events)


@given(acts(), st.data())
def test_events_in_any_order_and_as_often_as_you_like_give_one_state(events, data):
    content = content_of()
    expected = folded(events, content)
    mixed_up = data.draw(st.permutations(events))
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=8))
    assert folded([*mixed_up, *repeats], content) == expected
    assert folded([*events, *events], content) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["answered", "round_started", "other"]),
            st.dictionaries(
                st.sampled_from(["round", "question", "answer"]),
                st.one_of(
                    st.none(),
                    st.integers(),
                    st.text(max_size=5),
                    st.just("q-single"),
                    st.just("b"),
                    st.lists(st.text(max_size=3)),
                ),
            ),
        )
    )
)
def test_events_that_make_no_sense_never_stop_a_quiz(pairs):
    content = content_of(questions.single(), questions.multiple())
    state = folded([Event(name, payload, NOW) for name, payload in pairs], content)
    assert rounds_of(state, content)[0].number == 1
    assert isinstance(quiz_of(content, state).result(), Result)


def test_the_first_answer_of_a_round_counts():
    content = content_of(questions.single())
    first, second = answered(questions.single(), "a"), answered(questions.single(), "b")
    state = folded([first, second, second], content)
    assert state == {"rounds": {"1": {"q-single": {"answer": "a", "is_right": False}}}}


def test_reduce_leaves_the_state_it_was_given_alone():
    content = content_of()
    before = folded(whole_round(content)[:2], content)
    copy = folded(whole_round(content)[:2], content)
    Quiz.reduce(before, whole_round(content)[2], content)
    Quiz.reduce(before, round_started(2), content)
    assert before == copy


def test_a_late_answer_lands_in_its_own_round_and_no_other():
    content = content_of(questions.single(), questions.numeric())
    events = [*whole_round(content, wrong=2), round_started(2), answered(questions.single(), "b", 1)]
    running = rounds_of(folded(events, content), content)[-1]
    assert (running.number, running.answers) == (2, {})


def test_a_round_nobody_could_begin_does_not_count():
    content = content_of(questions.single(), rounds=2)
    passed = folded([*whole_round(content), round_started(2)], content)
    assert [each.number for each in rounds_of(passed, content)] == [1]
    unfinished = folded([round_started(2)], content)
    assert [each.number for each in rounds_of(unfinished, content)] == [1]
    events = [
        event
        for number in (1, 2, 3)
        for event in [round_started(number), *whole_round(content, wrong=1, number=number)]
    ]
    assert [each.number for each in rounds_of(folded(events, content), content)] == [1, 2]


# ── result ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("right", "total", "expected"),
    [(1, 8, 13), (1, 3, 33), (2, 3, 67), (1, 200, 1), (0, 4, 0), (4, 4, 100), (5, 8, 63)],
)
def test_percents_are_whole_with_half_rounded_up(right, total, expected):
    assert percent(right, total) == expected


def test_a_quiz_that_is_not_finished_has_no_result():
    content = content_of()
    assert quiz_of(content, folded(whole_round(content)[:-1], content)).result() == Result()


def test_a_passed_round_completes():
    content = content_of(pass_percent=83)
    state = folded(whole_round(content, wrong=1), content)
    assert quiz_of(content, state).result() == Result(True, 83, True)


def test_a_round_that_was_not_passed_can_be_done_again_and_is_no_result():
    content = content_of(pass_percent=84)
    quiz = quiz_of(content, folded(whole_round(content, wrong=1), content))
    assert quiz.result() == Result()
    assert quiz.can_retry is True


def test_the_last_round_completes_without_passing_with_the_best_score():
    content = content_of(rounds=2)
    events = [*whole_round(content, wrong=2), round_started(2), *whole_round(content, wrong=4, number=2)]
    assert quiz_of(content, folded(events, content)).result() == Result(True, 67, False)


def test_a_quiz_without_questions_never_completes():
    content = content_of(questions=[])
    assert quiz_of(content).result() == Result()


# ── handlers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_answering_records_one_event_with_its_round():
    quiz = quiz_of(content_of(questions.single()))
    quiz.handle("answer", sent(questions.single(), "b"))
    assert [(event.name, event.payload) for event in quiz.store.events] == [
        ("answered", {"round": 1, "question": "q-single", "answer": "b"})
    ]
    assert quiz.result() == Result(True, 100, True)


def test_answering_twice_or_in_an_old_round_records_nothing_more():
    content = content_of(questions.single(), questions.numeric())
    quiz = quiz_of(content, folded([*whole_round(content, wrong=2), round_started(2)], content))
    quiz.handle("answer", sent(questions.single(), "b", 1))
    quiz.handle("answer", sent(questions.single(), "b", 3))
    quiz.handle("answer", sent(questions.single(), "b", 2))
    quiz.handle("answer", sent(questions.single(), "a", 2))
    assert [event.payload["answer"] for event in quiz.store.events] == ["b"]


@pytest.mark.parametrize(
    "form", [{}, {"question": ["unknown"], "round": ["1"]}, {"question": ["q-single"], "round": ["x"]}]
)
def test_a_form_that_is_none_of_ours_is_refused_and_leaves_nothing(form):
    quiz = quiz_of(content_of(questions.single()))
    with pytest.raises(HandlerRefusedError):
        quiz.handle("answer", form)
    assert quiz.store.events == []


def test_nothing_chosen_is_refused_and_leaves_nothing():
    quiz = quiz_of(content_of(questions.single()))
    with pytest.raises(HandlerRefusedError, match="Choose an answer first"):
        quiz.handle("answer", {"question": ["q-single"], "round": ["1"]})
    assert quiz.store.events == []


def test_pressing_try_again_twice_begins_one_round():
    content = content_of(questions.single())
    quiz = quiz_of(content, folded(whole_round(content, wrong=1), content))
    quiz.handle("new_round", {"round": ["2"]})
    quiz.handle("new_round", {"round": ["2"]})
    assert [event.payload for event in quiz.store.events] == [{"round": 2}]
    assert (quiz.round.number, quiz.asked) == (2, "q-single")


@pytest.mark.parametrize("name", ["result", "graded", "record", "round_number"])
def test_only_handlers_can_be_called_by_a_form(name):
    with pytest.raises(HandlerRefusedError):
        quiz_of(content_of()).handle(name, {})


# ── order ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_order_is_the_same_on_every_device_and_another_in_another_round():
    content = content_of(*(questions.single(f"q{number}") for number in range(12)))
    first, again = quiz_of(content), quiz_of(content)
    assert first.order(1) == again.order(1)
    assert first.order(1) != first.order(2)
    assert sorted(first.order(1)) == sorted(first.questions)
    assert quiz_of({**content, "shuffle": False}).order(1) == [f"q{number}" for number in range(12)]


# ── what is graded ───────────────────────────────────────────────────────────────────────────────────────────


def test_words_may_change_and_keys_may_not():
    content, edited, other = content_of(), content_of(), content_of()
    edited["questions"][0]["value"]["prompt"] = "Other words"
    edited["questions"][0]["value"]["options"][0]["value"]["text"] = "Other words"
    other["questions"][0]["value"]["options"][0]["value"]["right"] = True
    assert Quiz.graded_digest(edited) == Quiz.graded_digest(content)
    assert Quiz.graded_digest(other) != Quiz.graded_digest(content)
    assert Quiz.graded_digest({**content, "pass_percent": 71}) != Quiz.graded_digest(content)
    assert "secret" not in str(Quiz.graded(content))


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────


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
    html = quiz_of(content, folded(whole_round(content, wrong=2), content)).learner_view(RequestFactory().get("/"))
    text = " ".join(html.split())
    assert "Not passed yet" in text
    assert "You answered 4 of 6 questions right. 5 are needed." in text
    assert "You can try 1 more time." in text
    assert 'action="/take/new_round/"' in text
    assert 'href="#question-q-single"' in text


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
