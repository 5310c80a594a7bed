"""The activity of a module that is done in the skillslab: book there, come, and where that is asked, be signed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.log_actions import get_active_log_context

from courses.api import Activity, Content, Event, Result, State, handler
from lxp.models import User
from plugins.skillslab.services.choices.openings import openings_for, type_choices, type_named
from plugins.skillslab.services.day.practice import practised

NOTED = "noted"


def choices_of_author() -> list[tuple[str, str]]:
    """The types of the skillslabs of who edits now, as Wagtail knows them; all where nobody edits, as in a library."""
    author = get_active_log_context().user
    return type_choices(author if isinstance(author, User) and not author.is_superuser else None)


class SessionTypeBlock(blocks.ChoiceBlock):
    """Which type of session: by the short names of the skillslab and the type, which are the same on every installation."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(choices=choices_of_author, **keywords)

    def get_field(self, **keywords: Any) -> forms.Field:
        words = _("This type of session is not there any more. Choose another one.")
        return super().get_field(error_messages={"invalid_choice": words}, **keywords)


class SkillslabSession(Activity):
    """Completed when the list on which the learner was there is closed; where the type of session has assessors and serves an
    assignment, when that was signed. Nobody completes it alone."""

    kind = "skillslab_session"
    label = _("Skillslab session")
    description = _("Practise together in the skillslab. The learner books here; it is done when they were there.")
    icon = "calendar-alt"
    public_icon = "calendar-days"
    form = "skillslab"
    template = "skillslab/activities/session.html"

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        return [
            ("text", blocks.TextBlock(label=_("What to do there"), required=False)),
            ("session_type", SessionTypeBlock(label=_("What is practised?"))),
        ]

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return ("text",)

    @classmethod
    def graded(cls, content: Content) -> Any:
        return content.get("session_type")

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name != NOTED:
            return state
        is_signed = bool(state.get("is_signed")) or bool(event.payload.get("is_signed"))
        return {**state, **event.payload, "is_signed": is_signed}

    @handler
    def look(self, data: dict[str, Any]) -> None:
        """See whether attendance and signature are there: what nobody noted cannot be claimed, and what was taken off a list
        that was open is there no more."""
        if self.person is None or self.usage.attempt_uuid is None:
            return
        found = practised(person=self.person, attempt_uuid=self.usage.attempt_uuid, key=self.content["session_type"])
        if found is None and self.state.get("is_final") is False:
            found = {"session": "", "day": ""}
        if found is not None and {name: self.state.get(name) for name in found} != found:
            self.record(NOTED, found)

    def result(self) -> Result:
        was_there = bool(self.state.get("session"))
        is_signed = bool(self.state.get("is_signed")) or not self.state.get("needs_signature")
        return Result(is_completed=was_there and is_signed and self.state.get("is_final", True))

    def context(self) -> dict[str, Any]:
        """Without `value`: Wagtail would ask for the list of types that an author chooses from."""
        found = type_named(self.content.get("session_type") or "")
        position = self.usage.position
        here = reverse("courses:play", args=[self.usage.attempt_uuid, position]) if self.usage.attempt_uuid else ""
        person = None if self.usage.is_preview else self.person
        return {
            "activity": self,
            "text": self.content.get("text", ""),
            "state": self.state,
            "usage": self.usage,
            "result": self.result(),
            "session_type": found,
            "openings": openings_for(person=person, types=[found])
            if found is not None and person is not None
            else None,
            "here": here,
        }
