"""Learning itself: what a learner does in an activity is recorded once, folded into the state, and may complete the module."""

from __future__ import annotations

from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities import registry, runtime
from courses.activities.base import Activity, Scope, Usage
from courses.activities.stores import Act, RecordStore
from courses.exceptions import HandlerRefusedError, UnknownActivityError
from courses.models import ActivityState, Attempt, ModuleVersion, ProgressEvent, VersionActivity, VersionText
from courses.services.completion import complete_if_done, standing_of, tell_completion
from courses.services.requests import ask_for_assessment
from courses.services.versions import kept_activities
from lxp import plugin_manager
from lxp.models import Organisation, User
from lxp.plugin_budget import OverBudgetError, cut_after
from lxp.plugin_incidents import seconds_for

ANCHOR_CHARACTERS = 80
ACTIVE_WITHIN = timedelta(minutes=1)  # how precise "last active" is: not every answer writes it anew


@dataclass(frozen=True)
class Step:
    """One activity in the outline of an attempt, without its content."""

    block_id: UUID
    position: int
    kind: str
    title: str
    study_minutes: int
    is_required: bool
    is_completed: bool
    passed: bool | None
    score_percent: int | None
    icon: str
    is_available: bool  # False while its plugin is off or gone: it cannot be taken, and is not skipped


States = dict[UUID, ActivityState]


def states_of(attempt: Attempt, act: Act | None = None) -> States:
    """Where the learner stands in every activity that was touched: one query.

    With an act, each state says in `knows_act` whether that act is stored already.
    """
    states = ActivityState.objects.filter(person=attempt.person_id, attempt=attempt)
    if act is not None:
        known = ProgressEvent.objects.filter(person=attempt.person_id, uuid=act.uuid)
        states = states.annotate(knows_act=Exists(known))
    return {state.block_id: state for state in states}


def outline(attempt: Attempt, language: str, states: States | None = None) -> list[Step]:
    """All activities of an attempt with how they stand: one query, none where `states` are given; one more for a
    translation, and one for the first who opens a version."""
    states = states_of(attempt) if states is None else states
    titles = text_in(attempt.version, language).titles if language != attempt.version.language else {}
    steps = []
    for row in kept_activities(attempt.version):
        state = states.get(row.block_id)
        activity_class = registry.get(row.kind) if runtime.is_available(row.kind, attempt.organisation) else None
        steps.append(
            Step(
                row.block_id,
                row.position,
                row.kind,
                titles.get(str(row.block_id), row.title),
                row.study_minutes,
                row.is_required,
                state is not None and state.completed_at is not None,
                state.passed if state else None,
                state.score_percent if state else None,
                activity_class.public_icon if activity_class else "lock",
                activity_class is not None,
            )
        )
    return steps


def text_in(version: ModuleVersion, language: str) -> VersionText:
    """The latest words of a version in a language; empty words where there are none."""
    found = version.texts.filter(language=language).order_by("-number").first()
    return found or VersionText(version=version, language=version.language, title=version.title)


def open_activity(
    *,
    attempt: Attempt,
    row: VersionActivity,
    step_count: int,
    language: str,
    act: Act | None = None,
    states: States | None = None,
) -> Activity | None:
    """One activity of an attempt, ready to view or handle; None where its kind is not here or off. `states` are those
    of the attempt, where they were read already."""
    if not runtime.is_available(row.kind, attempt.organisation):
        return None
    content, title, content_language = row.content, row.title, attempt.version.language
    if language != content_language:
        text = text_in(attempt.version, language)
        translated = text.contents.get(str(row.block_id))
        if translated is not None:
            content, title, content_language = translated, text.titles[str(row.block_id)], language
    usage = Usage(
        block_id=row.block_id,
        title=title,
        position=row.position,
        step_count=step_count,
        language=language,
        content_language=content_language,
        attempt_uuid=attempt.uuid,
        handler_prefix=reverse("courses:handle", args=[attempt.uuid, row.block_id, "x"]).removesuffix("x/"),
        minutes=row.study_minutes,
    )
    schema = registry.kinds()[row.kind].schema
    store = RecordStore(attempt, row.block_id, row.kind, schema, act)
    if states is not None:
        store.use(states.get(row.block_id))
    return runtime.build(row.kind, deepcopy(content), usage, attempt.person, store)


@dataclass(frozen=True)
class Taken:
    """What an act led to: the attempt and its states as they are now, and the activity."""

    attempt: Attempt
    row: VersionActivity
    activity: Activity
    states: States


@transaction.atomic
def handle(*, person: User, attempt_uuid: UUID, block_id: UUID, handler: str, data: dict[str, Any], act: Act) -> Taken:
    """Call a handler of an activity for the learner, keep what it records, and complete what is complete.

    An act that was stored before changes nothing. Raises Attempt.DoesNotExist for what is not this person's,
    HandlerRefusedError for what cannot be taken, UnknownActivityError where the activity is gone or its kind is off,
    OutdatedVersionError where a safety change came after its version.
    """
    mine = Attempt.objects.locked().select_related("version", "organisation", "module")
    locked = mine.get(uuid=attempt_uuid, person=person)
    locked.person = person
    rows = kept_activities(locked.version)
    row = next((each for each in rows if each.block_id == block_id), None)
    if row is None:  # the attempt took up another version since the page was opened
        raise UnknownActivityError(_("This activity is no longer in the module. Go on with the next one."))
    states = states_of(locked, act)
    activity = open_activity(
        attempt=locked,
        row=row,
        step_count=len(rows),
        language=act.language or locked.version.language,
        act=act,
        states=states,
    )
    if activity is None:
        raise UnknownActivityError(_("This activity is off now. What you did is kept. Go on with the next one."))
    # Whoever acted here has a state here.
    is_known = any(state.knows_act for state in states.values())  # type: ignore[attr-defined]
    if not is_known:
        locked.check_current()
    before = standing_of(states.get(block_id))
    if not is_known and _take(activity, handler, data, attempt=locked, act=act):
        states[block_id] = state = activity.store.row  # type: ignore[attr-defined]
        tell_completion(attempt=locked, activity=row, state=state, before=before, assessment=None)
        known_active, locked.active_at = locked.active_at, timezone.now()
        is_completed = complete_if_done(attempt=locked, states=states.values()).completed_at is not None
        if not is_completed and locked.active_at - known_active >= ACTIVE_WITHIN:
            locked.save(update_fields=["active_at"])
    if activity.kind == "assignment" and activity.state.get("is_waiting"):
        ask_for_assessment(attempt=locked, row=row)
    return Taken(locked, row, activity, states)


def _take(activity: Activity, handler: str, data: dict[str, Any], *, attempt: Attempt, act: Act) -> bool:
    """Handle and keep; whether something changed. A refusal is for the learner; of a plugin any other fault becomes
    PluginFailedError, and so undoes all that it wrote."""
    store: RecordStore = activity.store  # type: ignore[assignment]
    owner = registry.owner_of(activity.kind)
    is_core = plugin_manager.is_core(owner)
    try:
        with nullcontext() if is_core else cut_after(seconds_for(f"{activity.kind}.{handler}")):
            activity.handle(handler, data)
        if store.has_new_events:
            keep_state(activity=activity, attempt=attempt, act=act)
    except HandlerRefusedError:
        raise
    except (Exception, SystemExit, OverBudgetError) as fault:
        if is_core:
            raise
        raise PluginFailedError(owner, f"{activity.kind}.{handler}"[:120], fault, attempt.organisation) from fault
    return store.has_new_events


class PluginFailedError(HandlerRefusedError):
    """A plugin's handler failed: the transaction is undone, the incident is recorded by who catches this."""

    def __init__(self, plugin: str, where: str, fault: BaseException, organisation: Organisation) -> None:
        super().__init__(_("This activity does not work now. What you did before is kept. Go on with the next one."))
        self.plugin, self.where, self.fault = plugin, where, fault
        self.organisation = organisation


def keep_state(*, activity: Activity, attempt: Attempt, act: Act) -> ActivityState:
    """Write the state of an activity after its events, in the transaction that stored them. Late events of a device are
    folded again in their own order."""
    store: RecordStore = activity.store  # type: ignore[assignment]
    row = store.state_row()
    if row is None:
        row = ActivityState(
            person_id=attempt.person_id, attempt=attempt, block_id=activity.usage.block_id, kind=activity.kind
        )
    data = activity.state
    seen = row.sequences.get(act.device, -1) if act.device else -1
    if act.device and act.sequence < seen:
        events = ProgressEvent.objects.filter(attempt=attempt, block_id=activity.usage.block_id)
        data = runtime.folded(activity, events)
        activity.scope_data(Scope.STATE).clear()
        activity.scope_data(Scope.STATE).update(data)
    row.data, row.schema, row.updated_at = runtime.checked_state(data), activity.schema, timezone.now()
    if act.device:
        row.sequences = {**row.sequences, act.device: max(seen, act.sequence)}
    result = runtime.result_of(activity)
    if result.is_completed and (row.completed_at is None or row.passed != result.passed):
        row.completed_at = row.updated_at  # passed after all counts from that day
    if result.is_completed:
        row.passed, row.score_percent = result.passed, result.score_percent
    row.save()
    store.use(row)
    return row


def note_position(*, attempt: Attempt, block_id: UUID, anchor: str = "") -> None:
    """Remember where a learner is, to resume at that spot; written only where it changed. An anchor that cannot be one
    counts as the top."""
    anchor = anchor if len(anchor) <= ANCHOR_CHARACTERS and anchor.isprintable() else ""
    if (attempt.resume_block_id, attempt.resume_anchor) == (block_id, anchor):
        return
    attempt.resume_block_id, attempt.resume_anchor, attempt.active_at = block_id, anchor, timezone.now()
    attempt.save(update_fields=["resume_block_id", "resume_anchor", "active_at"])


def _unchanged(attempt: Attempt, version: ModuleVersion) -> list[UUID]:
    """The activities of a later version that ask the same as in the attempt's. Once a safety change lies between them
    that is not enough: everybody must see what it says, so only what also reads the same stays done."""
    seen = (
        ("block_id", "graded_digest", "content") if attempt.safety_changes().exists() else ("block_id", "graded_digest")
    )
    before = {row[0]: row for row in attempt.version.activities.values_list(*seen)}
    return [row[0] for row in version.activities.values_list(*seen) if before.get(row[0]) == row]


@transaction.atomic
def move_to_current(*, attempt: Attempt) -> Attempt:
    """Take up the current version under way. What did not change keeps its state; the rest starts anew, with an event
    that says so, and its earlier events stay. Safe to repeat."""
    locked = Attempt.objects.locked().get(pk=attempt.pk)
    version = locked.module.current_version
    if version is None or version.pk == locked.version_id or not locked.is_open:
        return locked
    changed = locked.states.exclude(block_id__in=_unchanged(locked, version))
    ProgressEvent.objects.bulk_create(
        [
            ProgressEvent(
                uuid=uuid4(), person_id=locked.person_id, attempt=locked, block_id=block_id, name=runtime.RESTARTED
            )
            for block_id in changed.values_list("block_id", flat=True)
        ]
    )
    changed.update(completed_at=None, passed=None, score_percent=None, data={}, sequences={})
    locked.version = version
    locked.save(update_fields=["version"])
    return complete_if_done(attempt=locked)
