"""The activity: a question with options, and how the colleagues answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from courses.api import (
    Activity,
    Content,
    Event,
    HandlerRefusedError,
    NextAction,
    Result,
    Scope,
    State,
    StateField,
    handler,
)
from lxp_testdummy.faults import answer


class Poll(Activity):
    """Completed by choosing. Schema 2 gave each option a hint; in schema 1 an option was only its text."""

    kind = "testdummy_poll"
    schema = 2
    label = _("Poll")
    description = _("A question without a wrong answer. Afterwards you see how colleagues answered.")
    icon = "radio-full"
    public_icon = "chart-column"
    template = "testdummy/poll.html"
    result_template = "testdummy/poll_result.html"
    choice = StateField("")
    tally = StateField({}, Scope.SUMMARY)
    hides_tally = StateField(False, Scope.PREFERENCES)

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        option = blocks.StructBlock(
            [
                ("text", blocks.CharBlock(label=pgettext_lazy("of a poll", "Option"), max_length=200)),
                ("hint", blocks.CharBlock(label=_("Hint"), max_length=200, required=False)),
            ]
        )
        return answer(
            "poll.fields",
            [
                ("question", blocks.CharBlock(label=_("Question"), max_length=300)),
                ("options", blocks.ListBlock(option, label=pgettext_lazy("of a poll", "Options"), min_num=2)),
                ("afterthought", blocks.TextBlock(label=_("Shown after the answer"), required=False)),
            ],
        )

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return answer("poll.public_fields", ("question",))

    @classmethod
    def clean(cls, value: blocks.StructValue) -> None:
        answer("poll.clean", None)

    @classmethod
    def upgrade(cls, content: Content, from_schema: int) -> Content:
        if from_schema < 2:
            for item in content["options"]:
                item["value"] = {"text": item["value"], "hint": ""}
        return answer("poll.upgrade", content)

    @classmethod
    def graded(cls, content: Content) -> Any:
        return answer("poll.graded", [item["id"] for item in content["options"]])

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name == "voted":
            state = {**state, "choice": event.payload["option"]}
        return answer("poll.reduce", state)

    @handler
    def vote(self, data: dict[str, Any]) -> None:
        option = "".join(data.get("option", []))
        if option not in {item["id"] for item in self.content["options"]}:
            raise HandlerRefusedError(_("Choose one of the options."))
        tally = dict(self.tally)
        if self.choice:
            tally[self.choice] = tally.get(self.choice, 1) - 1
        tally[option] = tally.get(option, 0) + 1
        self.record("voted", {"option": option})
        self.tally = tally
        answer("poll.vote", None)

    @handler
    def show_or_hide(self, data: dict[str, Any]) -> None:
        self.hides_tally = not self.hides_tally

    def result(self) -> Result:
        return answer("poll.result", Result(is_completed=bool(self.choice)))

    @property
    def next_action(self) -> NextAction | None:
        return answer("poll.next_action", NextAction("vote", _("Give my answer"), "activity-form"))

    def context(self) -> dict[str, Any]:
        options = [
            {"id": item["id"], **item["value"], "count": self.tally.get(item["id"], 0)}
            for item in self.content["options"]
        ]
        return {**super().context(), "options": options}

    def learner_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        return answer("poll.learner_view", super().learner_view(request, **extra))

    def result_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        return answer("poll.result_view", super().result_view(request, **extra))

    def print_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        return answer("poll.print_view", super().print_view(request, **extra))
