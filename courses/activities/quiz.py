"""The quiz: one question at a time, marked by the server, in as many rounds as the author gives."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.base import Activity, Content, Event, NextAction, Result, State, handler
from courses.activities.quiz_rounds import Round, can_go_on, questions_of, rounds_of, with_answer, with_round
from courses.exceptions import HandlerRefusedError
from courses.questions import marking
from courses.questions.blocks import EXPLANATION_FEATURES, QuestionStreamBlock
from courses.questions.presentation import QuestionView, mixed, present

MAX_ROUNDS = 20
RETRY_FORM = "quiz-retry"  # the form of another try in the page; the template writes the same name


class Quiz(Activity):
    """Completed when a round is passed, or when the last round is over: then it is completed and not passed."""

    kind = "quiz"
    label = _("Quiz")
    description = _("Questions, one by one, with a score at the end.")
    icon = "help"
    public_icon = "list"
    has_score = True
    template = "courses/activities/quiz.html"
    result_template = "courses/activities/quiz_result.html"
    print_template = "courses/activities/quiz_print.html"

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        return [
            ("intro", blocks.RichTextBlock(label=_("Introduction"), required=False, features=EXPLANATION_FEATURES)),
            (
                "pass_percent",
                blocks.IntegerBlock(
                    label=_("Needed to pass"),
                    help_text=_("How many percent of the questions must be right."),
                    default=70,
                    min_value=0,
                    max_value=100,
                ),
            ),
            (
                "rounds",
                blocks.IntegerBlock(
                    label=_("Number of tries"),
                    help_text=_("How often the quiz can be done. 0 means: as often as needed."),
                    default=0,
                    min_value=0,
                    max_value=MAX_ROUNDS,
                ),
            ),
            (
                "shuffle",
                blocks.BooleanBlock(label=_("Mix questions and answers"), required=False, default=True),
            ),
            ("questions", QuestionStreamBlock(label=_("Questions"), min_num=1)),
        ]

    @classmethod
    def graded(cls, content: Content) -> Any:
        keys = {question["id"]: [question["type"], marking.key(question)] for question in questions_of(content)}
        return {
            "questions": keys,
            "pass_percent": content.get("pass_percent") or 0,
            "rounds": content.get("rounds") or 0,
        }

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name == "answered":
            return with_answer(state, event.payload, content)
        return with_round(state, event.payload) if event.name == "round_started" else state

    # ── how it stands ────────────────────────────────────────────────────────────────────────────────────────
    @property
    def rounds(self) -> list[Round]:
        return rounds_of(self.state, self.content)

    @property
    def round(self) -> Round:
        return self.rounds[-1]

    @property
    def can_retry(self) -> bool:
        return can_go_on(self.rounds, self.content)

    @property
    def tries_left(self) -> int | None:
        """How many rounds may still be begun; None where there is no limit."""
        limit = self.content.get("rounds") or 0
        return limit - len(self.rounds) if limit else None

    def result(self) -> Result:
        if not self.round.is_finished or self.can_retry:
            return Result()
        best = max(each.score_percent for each in self.rounds)
        return Result(is_completed=True, score_percent=best, passed=self.round.is_passed)

    # ── what a learner does ──────────────────────────────────────────────────────────────────────────────────
    @handler
    def answer(self, data: dict[str, Any]) -> None:
        """Answer one question. What was answered before, in this tab or another, stays as it is."""
        question = self.questions.get(single(data, "question"))
        if question is None:
            raise HandlerRefusedError(_("This question is not in the quiz. Open the page again."))
        number, round_ = round_number(data), self.round
        if number == round_.number and question["id"] not in round_.answers:
            answer = marking.read_answer(question, data)
            self.record("answered", {"round": number, "question": question["id"], "answer": answer})

    @handler
    def new_round(self, data: dict[str, Any]) -> None:
        """Begin the round that the form names, if it is the next one. Pressing twice begins one round."""
        number = round_number(data)
        if self.can_retry and number == self.round.number + 1:
            self.record("round_started", {"round": number})

    # ── views ────────────────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def questions(self) -> dict[str, dict[str, Any]]:
        return {question["id"]: question for question in questions_of(self.content)}

    @cached_property
    def pictures(self) -> dict[str, Any]:
        """Pictures by question; the costly values of all questions are made only where one has a picture."""
        if not any(question["value"].get("picture") for question in self.questions.values()):
            return {}
        return {child.id: child.value.get("picture") for child in self.value.get("questions") or []}

    def order(self, number: int) -> list[str]:
        """The ids of the questions in the order of one round."""
        return (
            mixed(self.questions, f"{self.usage.seed}:{number}") if self.content.get("shuffle") else [*self.questions]
        )

    def question_view(self, question_id: str, round_: Round, form: dict[str, Any] | None = None) -> QuestionView:
        return present(
            self.questions[question_id],
            f"{self.usage.seed}:{round_.number}",
            round_.answers.get(question_id, {}).get("answer"),
            is_final=True,
            shuffle=bool(self.content.get("shuffle")),
            form=form,
            picture=self.pictures.get(question_id),
        )

    def question_views(self, round_: Round) -> list[tuple[int, QuestionView]]:
        """(place, question) in the order of a round, places from 1."""
        return [(place, self.question_view(each, round_)) for place, each in enumerate(self.order(round_.number), 1)]

    @property
    def asked(self) -> str:
        """The id of the question that is to be answered now, "" when the round is finished."""
        round_ = self.round
        return next((each for each in self.order(round_.number) if each not in round_.answers), "")

    @property
    def next_action(self) -> NextAction | None:
        """Checking the question; after a round that was not passed another try, as long as there is one."""
        if not self.usage.handler_prefix:
            return None
        if self.asked:
            return NextAction("answer", _("Check"), form_id(self.asked))
        return NextAction("new_round", _("Try the quiz again"), RETRY_FORM) if self.can_retry else None

    def context(self) -> dict[str, Any]:
        round_ = self.round
        return {
            **super().context(),
            "round": round_,
            "name": f"quiz-{self.usage.block_id}",
            "answer_url": self.usage.handler_url("answer"),
            "retry_url": self.usage.handler_url("new_round") if self.can_retry else "",
            "next_round": round_.number + 1,
            "tries_left": self.tries_left,
            "event": uuid4(),
        }

    def learner_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """All that was answered in this round, and the question that is asked now; a preview shows every question."""
        views = self.question_views(self.round)
        return render_to_string(self.template, {**self.context(), **self.shown(views, views, **extra)}, request)

    def fragment(self, request: HttpRequest, **extra: Any) -> SafeString:
        """The questions from the one that was sent to the one that is asked now; another round is a new page."""
        posted, order = request.POST.get("question", ""), self.order(self.round.number)
        if posted not in order or request.POST.get("round") != str(self.round.number):
            return self.learner_view(request, has_focus=True, **extra)
        views = self.question_views(self.round)
        shown = self.shown(views, views[order.index(posted) :], focus_on=posted, **extra)
        return render_to_string("courses/activities/quiz_fragment.html", {**self.context(), **shown}, request)

    def shown(
        self, views: list[tuple[int, QuestionView]], answered: list[tuple[int, QuestionView]], **extra: Any
    ) -> dict[str, Any]:
        """The parts of a view: answered questions out of `answered`, what is asked now, and what went wrong.

        `typed` is a form that was refused; `error` says why.
        """
        asked = [(place, view) for place, view in views if not view.is_answered]
        if self.usage.handler_prefix:
            asked = [(place, self.refilled(view, extra.get("typed") or {})) for place, view in asked[:1]]
        return {
            "answered": [(place, view) for place, view in answered if view.is_answered],
            "asked": asked,
            "mistakes": [view for _place, view in views if view.is_answered and not view.is_right],
            **extra,
        }

    def refilled(self, view: QuestionView, typed: dict[str, Any]) -> QuestionView:
        """A question with what was sent and refused, so that nobody has to fill it in again."""
        return self.question_view(view.id, self.round, form=typed) if single(typed, "question") == view.id else view

    def result_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        views = [(place, view) for place, view in self.question_views(self.round) if view.is_answered]
        return super().result_view(request, answered=views, **extra)

    def print_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """The questions on paper, also for who answered them: without keys."""
        empty = Round(self.round.number, {}, self.round.question_count, self.round.pass_percent)
        return super().print_view(request, questions=self.question_views(empty), **extra)


def form_id(question_id: str) -> str:
    """The form of a question in the page; the template writes the same name."""
    return f"question-{question_id}-form"


def single(data: dict[str, Any], name: str) -> str:
    return "".join(marking.given(data, name)[:1])


def round_number(data: dict[str, Any]) -> int:
    text = single(data, "round")
    if not text.isdecimal() or len(text) > len(str(MAX_ROUNDS)) + 4:
        raise HandlerRefusedError(_("This page is out of date. Open it again."))
    return int(text)
