"""The lesson: text, pictures and films, with perhaps one practice question that is tried until it is right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import Block, StructValue

from content.api import ContentBlock
from courses.activities.base import Activity, Content, Event, NextAction, Result, State, handler
from courses.questions.blocks import CheckStreamBlock
from courses.questions.marking import key, mark, read_answer
from courses.questions.presentation import present


class Lesson(Activity):
    """Completed when the learner goes on; where there is a practice question, it must have been answered right first."""

    kind = "lesson"
    label = _("Lesson")
    description = _("Text, pictures and films; perhaps one practice question at the end.")
    icon = "doc-full"
    public_icon = "book-open"
    works_offline = True
    template = "courses/activities/lesson.html"
    print_template = "courses/activities/lesson_print.html"

    @classmethod
    def fields(cls) -> list[tuple[str, Block]]:
        return [
            ("content", ContentBlock(label=_("Content"), min_num=1)),
            ("check", CheckStreamBlock(label=_("Practice question"), required=False)),
        ]

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return ("content",)

    @classmethod
    def graded(cls, content: Content) -> Any:
        return [[question["id"], question["type"], key(question)] for question in content.get("check") or []] or None

    @property
    def question(self) -> dict[str, Any] | None:
        """The practice question as stored, or None."""
        return next(iter(self.content.get("check") or []), None)

    @property
    def is_check_right(self) -> bool:
        return self.question is None or bool(self.state.get("is_right"))

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name == "answered":
            question = next(
                (each for each in content.get("check") or [] if each["id"] == event.payload["question"]), None
            )
            if question is None or state.get("is_right"):
                return state
            is_right = mark(question, event.payload["answer"]).is_right
            return {
                **state,
                "answer": event.payload["answer"],
                "is_right": is_right,
                "tries": state.get("tries", 0) + 1,
            }
        if event.name == "finished":
            return {**state, "is_finished": True}
        return state

    @handler
    def answer(self, data: dict[str, Any]) -> None:
        """Try the practice question. After the right answer a try changes nothing, but late work finds its place."""
        if self.question is not None:
            self.record("answered", {"question": self.question["id"], "answer": read_answer(self.question, data)})

    @handler
    def finish(self, data: dict[str, Any]) -> None:
        """Go on. It counts once the practice question is right, also when that answer arrives later than this."""
        self.record("finished")

    def result(self) -> Result:
        return Result(is_completed=bool(self.state.get("is_finished")) and self.is_check_right)

    @property
    def next_action(self) -> NextAction | None:
        if not self.is_check_right:
            return NextAction("answer", _("Check"), "question-form")
        return NextAction("finish")

    def context(self) -> dict[str, Any]:
        question = None
        if self.question is not None:
            picture = self.value["check"][0].value.get("picture")
            question = present(self.question, self.usage.seed, self.state.get("answer"), picture=picture)
        return {**super().context(), "question": question}

    def fragment(self, request: HttpRequest, **extra: Any) -> Any:
        """After an answer only the question changes."""
        return super().learner_view(request, only_question=True, **extra)

    @classmethod
    def clean(cls, value: StructValue) -> None:
        """The blocks check themselves."""
