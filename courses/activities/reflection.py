"""The reflection: a question to oneself. Only the learner ever sees the answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.base import Activity, Content, Event, NextAction, Result, State, StateField, handler
from courses.exceptions import HandlerRefusedError

MAX_CHARACTERS = 5000


class Reflection(Activity):
    """Completed when something was written. Private: no report, export to others or assessor shows the text."""

    kind = "reflection"
    label = _("Reflection")
    description = _("A question to think about. Only the learner sees the answer.")
    icon = "edit"
    public_icon = "pencil-line"
    template = "courses/activities/reflection.html"
    print_template = "courses/activities/reflection_print.html"
    text = StateField("")

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        return [("prompt", blocks.TextBlock(label=_("Question"), rows=3, max_length=600))]

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return ("prompt",)

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        return {**state, "text": event.payload["text"]} if event.name == "written" else state

    @handler
    def write(self, data: dict[str, Any]) -> None:
        text = " ".join(data.get("text", [])).replace("\x00", "").strip()
        if not text:
            raise HandlerRefusedError(_("Write a few words first. Only you can read them."))
        if len(text) > MAX_CHARACTERS:
            raise HandlerRefusedError(
                _("This is longer than %(limit)d characters. Make it a little shorter.") % {"limit": MAX_CHARACTERS}
            )
        self.record("written", {"text": text})

    def result(self) -> Result:
        return Result(is_completed=bool(self.text))

    @property
    def next_action(self) -> NextAction | None:
        return NextAction("write", _("Save and go on"), "activity-form")
