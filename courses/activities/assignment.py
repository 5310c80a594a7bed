"""The workplace assignment: done at work, watched and signed by an assessor, criterion by criterion."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.activities.base import Activity, Content, Event, NextAction, Result, State, handler
from lxp.models import User

MET, NOT_MET, NOT_SEEN = "met", "not_met", "not_seen"


class CriterionBlock(blocks.StructBlock):
    """What an assessor looks at."""

    text = blocks.CharBlock(label=_("Criterion"), max_length=300)
    critical = blocks.BooleanBlock(
        label=_("Critical"), required=False, help_text=_("Without this one, nobody is competent.")
    )

    class Meta:
        label_format = "{text}"
        icon = "tick"
        label = _("Criterion")


class Assignment(Activity):
    """Completed when an assessor signed that the learner is competent; the learner cannot complete it alone."""

    kind = "assignment"
    label = _("Workplace assignment")
    description = _("Done at work; an assessor signs criteria, some of them critical.")
    icon = "clipboard-list"
    public_icon = "badge-check"
    form = "workplace"
    template = "courses/activities/assignment.html"
    print_template = "courses/activities/assignment_print.html"

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        return [
            ("instructions", blocks.RichTextBlock(label=_("What to do"), features=["bold", "italic", "ol", "ul"])),
            ("criteria", blocks.ListBlock(CriterionBlock(), label=_("Criteria"), min_num=1, max_num=30)),
        ]

    @classmethod
    def public_fields(cls) -> tuple[str, ...]:
        return ("instructions",)

    @classmethod
    def graded(cls, content: Content) -> Any:
        return [[each["id"], bool(each["value"].get("critical"))] for each in content.get("criteria", [])]

    @classmethod
    def clean(cls, value: blocks.StructValue) -> None:
        texts = [criterion["text"].strip().lower() for criterion in value["criteria"]]
        if len(set(texts)) < len(texts):
            message = _("Two criteria are the same. Change one, or remove it.")
            raise blocks.StructBlockValidationError(block_errors={"criteria": ValidationError(message)})

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        if event.name == "requested" and not state.get("is_competent"):
            return {**state, "requested_at": event.at.isoformat(), "is_waiting": True}
        if event.name == "assessed" and not state.get("is_competent"):
            kept = {name: event.payload[name] for name in ("is_competent", "scores", "feedback", "assessor")}
            return {**state, **kept, "assessed_at": event.at.isoformat(), "is_waiting": False}
        return state

    @handler
    def request(self, data: dict[str, Any]) -> None:
        """Ask for an assessor; asking twice is asking once."""
        if not self.state.get("is_waiting") and not self.state.get("is_competent"):
            self.record("requested")

    def result(self) -> Result:
        is_competent = bool(self.state.get("is_competent"))
        return Result(is_completed=is_competent, passed=True if is_competent else None)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The criteria with the assessor's last score: id, text, is_critical, score."""
        scores = self.state.get("scores", {})
        return [
            {
                "id": each["id"],
                "text": each["value"]["text"],
                "is_critical": bool(each["value"].get("critical")),
                "score": scores.get(each["id"], ""),
            }
            for each in self.content.get("criteria", [])
        ]

    @property
    def assessor_name(self) -> str:
        """Who judged, by the name of today: the record holds no name, so that a name can be forgotten."""
        assessor = User.objects.filter(uuid=self.state["assessor"]).first() if self.state.get("assessor") else None
        return assessor.get_full_name() if assessor is not None else ""

    @property
    def next_action(self) -> NextAction | None:
        if self.state.get("is_waiting"):
            return None
        return NextAction("request", _("Ask for an assessor"), "activity-form")
