"""The kinds of activity that host blocks: one class for each type of block that is allowed here.

`kinds.poll` is the class of the block `poll`, made when it is first asked for. Imported only where the library is installed.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from xblock.core import XBlock

from courses.api import Activity, Content, Event, HandlerRefusedError, Result, State
from lxp.models import User
from plugins.xblocks import content as block_content
from plugins.xblocks.calls import AUTHOR_VIEW, BlockAnswer, BlockCall
from plugins.xblocks.packages import PREFIX, allowed_types, kind_of
from plugins.xblocks.services.drafts import draft_for_preview
from plugins.xblocks.services.hosting import CallReport, answer_learner
from plugins.xblocks.services.visits import visit_of
from plugins.xblocks.tokens import DraftPass, LearnerPass, address_of
from plugins.xblocks.widgets import BlockContentBlock

HOSTED = "hosted"
COMPLETE = 1.0


class HostedBlock(Activity):
    """An XBlock in a frame. Its handlers are called by the frame, never by a form of the player."""

    block_type: ClassVar[str]
    block_class: ClassVar[type[XBlock]]
    description = _("An activity made for Open edX, shown in a frame of its own.")
    icon = "form"
    public_icon = "sparkles"
    template = "xblocks/activity.html"
    answer: BlockAnswer  # to the last call
    is_told: bool  # whether that call counted something
    visit = 0  # the sign-in in which it is shown

    @classmethod
    def fields(cls) -> list[tuple[str, blocks.Block]]:
        fields: list[tuple[str, blocks.Block]] = [("config", BlockContentBlock(cls.block_type, cls.block_class))]
        if cls.has_score:
            words = _("With this score or a higher one, in percent, it is done.")
            mark = blocks.IntegerBlock(label=_("Pass mark"), help_text=words, min_value=0, max_value=100, default=100)
            fields.append(("pass_percent", mark))
        return fields

    @classmethod
    def graded(cls, content: Content) -> Any:
        """All of it: a host cannot know which words of a block are the question."""
        return [cls.block_type, content.get("config", ""), content.get("pass_percent")]

    @classmethod
    def clean(cls, value: blocks.StructValue) -> None:
        try:
            block_content.parsed(value["config"])
        except block_content.ContentError as refusal:
            raise blocks.StructBlockValidationError(block_errors={"config": ValidationError(str(refusal))}) from refusal

    # ── for learners ─────────────────────────────────────────────────────────────────────────────────────────
    @property
    def usage_id(self) -> UUID | None:
        """Under which its values are kept; None before it was opened, and again once a new version begins it anew."""
        return UUID(self.state["usage"]) if "usage" in self.state else None

    def learner_view(self, request: HttpRequest, **extra: Any) -> SafeString:
        """A preview has no learner: it is tried by who looks at it, in a draft of their own."""
        if self.usage.is_preview and isinstance(request.user, User):
            self.person = request.user
        self.visit = visit_of(request)
        return super().learner_view(request, **extra)

    @cached_property
    def frame_url(self) -> str:
        """The address of the frame, for this learner or for who previews it; "" where nobody is there to show it to."""
        usage = self.usage
        if usage.attempt_uuid is not None and self.person is not None:
            where = LearnerPass(self.person.uuid, usage.attempt_uuid, usage.block_id, usage.language, self.visit)
            return address_of(where)
        if self.person is None:
            return ""
        values = block_content.parsed(self.content.get("config", ""))
        draft = draft_for_preview(person=self.person, block_type=self.block_type, content=values)
        return address_of(DraftPass(self.person.uuid, draft.uuid, AUTHOR_VIEW, usage.language, self.visit))

    def handle(self, name: str, data: dict[str, Any]) -> None:
        """Only the views of frames make a call; what a form of the player sends is none."""
        call = data.get("call")
        if not isinstance(call, BlockCall) or self.person is None or self.usage.attempt_uuid is None:
            raise HandlerRefusedError(f"{self.kind} has no handler {name}.")
        usage_id = self.usage_id or uuid4()
        values = block_content.parsed(self.content.get("config", ""))
        self.answer, report = answer_learner(
            call=call,
            block_type=self.block_type,
            content=values,
            usage_id=usage_id,
            block_id=self.usage.block_id,
            attempt_uuid=self.usage.attempt_uuid,
            person=self.person,
        )
        self._record(usage_id, report)

    def _record(self, usage_id: UUID, report: CallReport) -> None:
        """One event for one call, and only where something became known."""
        told: dict[str, Any] = {}
        if self.has_score and report.score_percent is not None:
            told["score"] = report.score_percent
        if report.completion is not None:
            told["completion"] = report.completion
        if report.is_closed and not self.state.get("is_closed"):
            told["is_closed"] = True
        self.is_told = bool(told)
        if told or self.usage_id is None:
            self.record(HOSTED, {"usage": str(usage_id), **told})

    @staticmethod
    def reduce(state: State, event: Event, content: Content) -> State:
        """The highest score and the furthest completion count: what was done stays done."""
        if event.name != HOSTED:
            return state
        told = event.payload
        kept = {**state, "usage": state.get("usage", told["usage"])}
        for name in ("score", "completion"):
            if name in told:
                kept[name] = max(told[name], state.get(name, 0))
        return {**kept, "is_closed": True} if told.get("is_closed") else kept

    def result(self) -> Result:
        """Done: by its score where it has one, or when no attempt is left; else when the block says so."""
        is_complete = self.state.get("completion", 0) >= COMPLETE
        if not self.has_score:
            return Result(is_completed=is_complete)
        score = self.state.get("score")
        passed = score is not None and score >= self.content.get("pass_percent", 100)
        is_closed = bool(self.state.get("is_closed"))
        return Result(is_completed=passed or is_closed or is_complete, score_percent=score, passed=passed)


def _label_of(block_type: str, block_class: type[XBlock]) -> str:
    """What authors read in the list of activities: the name of the entry point, in words."""
    return capfirst(block_type.replace("-", " ").replace("_", " "))


@cache
def kind_class(block_type: str) -> type[HostedBlock]:
    """The class for one type of block. Raises whatever its package raises on import."""
    block_class = XBlock.load_class(block_type)
    attributes = {
        "__module__": __name__,
        "__doc__": f"The block {block_type}.",
        "block_type": block_type,
        "block_class": block_class,
        "kind": kind_of(block_type),
        "label": _label_of(block_type, block_class),
        "has_score": bool(getattr(block_class, "has_score", False)),
    }
    return type(kind_of(block_type).removeprefix(PREFIX), (HostedBlock,), attributes)


def __getattr__(name: str) -> type[HostedBlock]:
    for block_type in allowed_types():
        if kind_of(block_type).removeprefix(PREFIX) == name:
            return kind_class(block_type)
    raise AttributeError(f"{sys.modules[__name__].__name__} has no {name}: no such block is allowed here.")
