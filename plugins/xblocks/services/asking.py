"""Takes what a frame asks to the learner's act or to the author's draft, and says what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from courses.api import (
    Act,
    Attempt,
    PluginFailedError,
    UnknownActivityError,
    VersionActivity,
    take_act,
)
from lxp import plugin_manager
from lxp.models import User
from lxp.plugin_budget import OverBudgetError
from plugins.xblocks.calls import BlockAnswer, BlockCall
from plugins.xblocks.exceptions import UnknownFrameError
from plugins.xblocks.models import Draft
from plugins.xblocks.packages import allowed_types, kind_of
from plugins.xblocks.services.drafts import call_draft
from plugins.xblocks.tokens import LearnerPass, Pass

PLUGIN = "xblocks"


@dataclass(frozen=True)
class Asked:
    """What a block answered, None where it failed; and whether something of the learner changed that the page shows."""

    answer: BlockAnswer | None
    is_changed: bool = False


def ask(frame_pass: Pass, call: BlockCall) -> Asked:
    """Raises UnknownFrameError where there is nothing (any more) for this person, and other LxpErrors with a reason that
    the person can read."""
    person = _person(frame_pass)
    if isinstance(frame_pass, LearnerPass):
        return _ask_as_learner(person, frame_pass, call)
    if PLUGIN not in plugin_manager.plugins_on(person.organisations):
        raise UnknownFrameError
    try:
        return Asked(
            call_draft(person=person, draft_uuid=frame_pass.draft, view=frame_pass.view, call=call), is_changed=False
        )
    except Draft.DoesNotExist as absence:
        raise UnknownFrameError from absence


def _person(frame_pass: Pass) -> User:
    person = User.objects.filter(uuid=frame_pass.person, is_active=True).first()
    if person is None:
        raise UnknownFrameError
    return person


def _ask_as_learner(person: User, frame_pass: LearnerPass, call: BlockCall) -> Asked:
    act = Act(uuid=uuid4(), language=frame_pass.language)
    try:
        taken = take_act(
            person=person,
            attempt_uuid=frame_pass.attempt,
            block_id=frame_pass.block_id,
            handler="ask",
            data={"call": call},
            act=act,
        )
    except (Attempt.DoesNotExist, UnknownActivityError) as absence:
        raise UnknownFrameError from absence
    except PluginFailedError as failure:
        _note(failure, call)
        return Asked(None)
    if not hasattr(taken.activity, "answer"):
        raise UnknownFrameError
    return Asked(taken.activity.answer, taken.activity.is_told)  # type: ignore[attr-defined]


def _note(failure: PluginFailedError, call: BlockCall) -> None:
    """An incident. What a handler raises counts for nobody: what was sent to it may be nonsense on purpose, and nobody shall
    switch off the blocks of a whole organisation. That it was too slow counts, and so does a view that fails."""
    counts = bool(call.view) or isinstance(failure.fault, OverBudgetError)
    whose = [failure.organisation] if counts else []
    where = f"{failure.where}:{call.view or call.handler}"[:120]
    plugin_manager.record_incident(failure.plugin, where, failure.fault, organisations=whose)


def type_of(frame_pass: Pass) -> str:
    """Which type of block a pass is for. Raises UnknownFrameError where that is gone."""
    person = _person(frame_pass)
    if not isinstance(frame_pass, LearnerPass):
        found = Draft.objects.filter(uuid=frame_pass.draft, person=person).values_list("block_type", flat=True).first()
        if found is None:
            raise UnknownFrameError
        return found
    attempt = Attempt.objects.select_related("organisation").filter(uuid=frame_pass.attempt, person=person).first()
    if attempt is None or PLUGIN not in plugin_manager.plugins_on([attempt.organisation]):
        raise UnknownFrameError
    row = VersionActivity.objects.filter(version=attempt.version_id, block_id=frame_pass.block_id).first()
    for each in allowed_types():
        if row is not None and kind_of(each) == row.kind:
            return each
    raise UnknownFrameError
