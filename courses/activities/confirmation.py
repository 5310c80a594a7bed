"""Read and confirm: a text, and a statement that the learner puts their name to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.api import ContentBlock
from courses.activities.base import Activity, Content, Event, NextAction, Result, State, handler
from courses.exceptions import HandlerRefusedError


class Confirmation(Activity):
    """Completed when the statement is ticked; the day is kept."""

    kind = "confirmation"
    label = _("Read and confirm")
    description = _("A text to read, and a statement to agree with.")
    icon = "check"
    public_icon = "file-check"
    works_offline = True
    template = "courses/activities/confirmation.html"
    print_template = "courses/activities/confirmation_print.html"

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        return [
            ("content", ContentBlock(label=_("Text to read"), min_num=1)),
            ("statement", blocks.CharBlock(label=_("Statement"), max_length=300)),
        ]

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return ("content", "statement")

    @classmethod
    def graded(cls, content: Content) -> Any:
        return "statement"

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name == "confirmed":
            at = event.at.isoformat()
            return {**state, "confirmed_at": min(at, state.get("confirmed_at", at))}
        return state

    @handler
    def confirm(self, data: dict[str, Any]) -> None:
        if not any(data.get("agree", [])):
            raise HandlerRefusedError(_("Tick the box when you have read the text and agree."))
        self.record("confirmed")

    def result(self) -> Result:
        return Result(is_completed="confirmed_at" in self.state)

    @property
    def next_action(self) -> NextAction | None:
        return NextAction("confirm", _("Confirm and go on"), "activity-form")
