"""The rounds of a quiz: what its events add up to, and what that is worth. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.questions import marking

State = dict[str, Any]
Content = dict[str, Any]

FIRST = 1


@dataclass(frozen=True)
class Round:
    """One time through the questions. `answers`: id of a question → {"answer", "is_right"}."""

    number: int
    answers: dict[str, dict[str, Any]]
    question_count: int
    pass_percent: int

    @property
    def is_finished(self) -> bool:
        return bool(self.question_count) and len(self.answers) == self.question_count

    @property
    def right_count(self) -> int:
        return sum(bool(answer["is_right"]) for answer in self.answers.values())

    @property
    def needed_count(self) -> int:
        """How many right answers are enough."""
        counts = range(self.question_count + 1)
        return next(count for count in counts if percent(count, self.question_count) >= self.pass_percent)

    @property
    def score_percent(self) -> int:
        return percent(self.right_count, self.question_count)

    @property
    def is_passed(self) -> bool:
        return self.is_finished and self.score_percent >= self.pass_percent


def percent(count: int, total: int) -> int:
    """Whole percents, half rounded up; 100 of nothing, since nothing is missing."""
    return (200 * count + total) // (2 * total) if total else 100


def questions_of(content: Content) -> list[dict[str, Any]]:
    return content.get("questions") or []


def with_answer(state: State, payload: dict[str, Any], content: Content) -> State:
    """The state with an answer in its round. The first answer to a question in a round is the one that counts."""
    number = payload.get("round")
    question = next((each for each in questions_of(content) if each["id"] == payload.get("question")), None)
    if not isinstance(number, int) or question is None or not marking.fits(question, payload.get("answer")):
        return state
    rounds = state.get("rounds", {})
    answers = rounds.get(str(number), {})  # JSON keeps names, not numbers
    if question["id"] in answers:
        return state
    answer = {"answer": payload["answer"], "is_right": marking.mark(question, payload["answer"]).is_right}
    return {**state, "rounds": {**rounds, str(number): {**answers, question["id"]: answer}}}


def with_round(state: State, payload: dict[str, Any]) -> State:
    """The state with a further round begun. Whether that round counts is decided when the rounds are read."""
    number = payload.get("round")
    return {**state, "started": sorted({*state.get("started", []), number})} if isinstance(number, int) else state


def rounds_of(state: State, content: Content) -> list[Round]:
    """The rounds that count, the running one last: each after one that was finished and not passed, within the limit.

    Answers and beginnings are kept whatever the order in which they came, so that late work finds its place.
    """
    found = [_round(FIRST, state, content)]
    while can_go_on(found, content) and found[-1].number + 1 in state.get("started", []):
        found.append(_round(found[-1].number + 1, state, content))
    return found


def can_go_on(rounds: list[Round], content: Content) -> bool:
    """Whether another round may follow these. A limit of 0 is no limit."""
    limit = content.get("rounds") or 0
    last = rounds[-1]
    return last.is_finished and not last.is_passed and (not limit or len(rounds) < limit)


def _round(number: int, state: State, content: Content) -> Round:
    known = [question["id"] for question in questions_of(content)]
    stored = state.get("rounds", {}).get(str(number), {})
    answers = {question_id: stored[question_id] for question_id in known if question_id in stored}
    return Round(number, answers, len(known), content.get("pass_percent") or 0)
