"""The quiz: its state from events, its result and its handlers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.activities.base import Event, Result
from courses.activities.quiz import Quiz
from courses.activities.quiz_rounds import percent, rounds_of
from courses.exceptions import HandlerRefusedError
from tests.factories import questions
from tests.factories.quizzes import NOW, answered, content_of, folded, quiz_of, round_started, sent, whole_round


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


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
