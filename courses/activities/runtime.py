"""Runs activities: builds them from a version, lets a plugin's fail without hurting the page, folds late events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, TypeVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.activities import registry
from courses.activities.base import Activity, Event, NextAction, Result, Store, Usage
from courses.activities.blocks import ActivityBlock
from courses.models.records import ProgressEvent
from lxp import plugin_manager
from lxp.models import Organisation, User
from lxp.plugin_answers import PluginAnswerError, checked_html

MAX_STATE_CHARACTERS = 200_000
RESTARTED = "restarted"  # our own event: the activity began anew, so that nothing from before it counts
Answer = TypeVar("Answer")


@cache
def block_of(kind: str) -> ActivityBlock:
    """The Wagtail block of a kind, made once in each process."""
    block = ActivityBlock(registry.kinds()[kind])
    block.set_name(kind)
    return block


def is_available(kind: str, organisation: Organisation) -> bool:
    """Whether a kind works for people of this organisation: a built-in one always, a plugin's where it is on."""
    owner = registry.owner_of(kind)
    if not owner:
        return False
    return plugin_manager.is_core(owner) or owner in plugin_manager.plugins_on([organisation])


def build(kind: str, content: dict[str, Any], usage: Usage, person: User | None, store: Store) -> Activity | None:
    """One activity, or None where its kind is not here or cannot be made."""
    activity_class = registry.get(kind)
    if activity_class is None:
        return None
    activity: Activity | None = None
    with plugin_manager.guard_unless_core(registry.owner_of(kind), f"{kind}.build"):
        current = activity_class.upgraded(content)
        activity = activity_class(block=block_of(kind), content=current, usage=usage, person=person, store=store)
    return activity


def view(activity: Activity | None, name: str, request: HttpRequest, **extra: Any) -> SafeString:
    """One view of an activity as safe HTML; a calm notice where it is not here or fails."""
    html: SafeString | None = None
    if activity is not None:
        with _guard(activity, name):
            html = checked_html(getattr(activity, name)(request, **extra))
    if html is None:
        html = mark_safe(render_to_string("courses/activities/missing.html", {"activity": activity}, request))  # noqa: S308 - our own template
    return html


def guarded(activity: Activity, name: str, call: Callable[[], Answer], default: Answer) -> Answer:
    """The answer of a plugin's method, or a default where it fails; our own kinds raise."""
    answer = default
    with _guard(activity, name):
        answer = call()
    return answer


def _guard(activity: Activity, name: str) -> AbstractContextManager[None]:
    """A fault counts for the organisations of the learner."""
    person = activity.person
    return plugin_manager.guard_unless_core(
        registry.owner_of(activity.kind),
        f"{activity.kind}.{name}",
        organisations=lambda: person.organisations if person is not None else (),
    )


def result_of(activity: Activity) -> Result:
    """How an activity stands; not completed where its kind fails, so that a fault never completes anything."""
    return guarded(activity, "result", lambda: checked_result(activity.result()), Result())


def checked_result(answer: Any) -> Result:
    """A kind's result. Raises PluginAnswerError for another type, or a score that is no percentage."""
    if not isinstance(answer, Result):
        raise PluginAnswerError(f"answered {type(answer).__name__}, where a Result is asked")
    score = answer.score_percent
    if score is not None and (type(score) is not int or not 0 <= score <= 100):
        raise PluginAnswerError(f"answered a score of {score!r}, where 0 to 100 or None is asked")
    if not isinstance(answer.is_completed, bool) or not (answer.passed is None or isinstance(answer.passed, bool)):
        raise PluginAnswerError("answered something else than yes or no")
    return answer


def checked_state(state: Any) -> dict[str, Any]:
    """A kind's state. Raises PluginAnswerError for what is no JSON object of a size that can be kept."""
    if not isinstance(state, dict):
        raise PluginAnswerError(f"reduced to {type(state).__name__}, where a dictionary is asked")
    try:
        size = len(json.dumps(state))
    except (TypeError, ValueError) as fault:
        raise PluginAnswerError(f"reduced to what is no JSON: {fault}") from fault
    if size > MAX_STATE_CHARACTERS:
        raise PluginAnswerError(f"reduced to {size} characters; at most {MAX_STATE_CHARACTERS} are kept")
    return state


def next_action_of(activity: Activity) -> NextAction | None:
    """The main button that a kind asks for, or None."""

    def ask() -> NextAction | None:
        action = activity.next_action
        if action is not None and not isinstance(action, NextAction):
            raise PluginAnswerError(f"answered {type(action).__name__}, where a NextAction is asked")
        return action

    return guarded(activity, "next_action", ask, None)


def folded(activity: Activity, rows: Iterable[ProgressEvent]) -> dict[str, Any]:
    """The state that follows from the events of an activity since it last began anew, whatever the order in which they
    arrived.

    Acts of one device stand in the order in which that device made them; acts of two devices by the time the server
    stored them.
    """
    everything = sorted(rows, key=lambda row: row.pk)
    restarts = [place for place, row in enumerate(everything, start=1) if row.name == RESTARTED]
    arrived = everything[restarts[-1] :] if restarts else everything
    queues: dict[str, list[ProgressEvent]] = {}
    for row in arrived:
        queues.setdefault(row.device, []).append(row)
    for device, queue in queues.items():
        if device:
            queue.sort(key=lambda row: (row.sequence, row.pk))
    state: dict[str, Any] = {}
    for slot in arrived:
        row = queues[slot.device].pop(0)
        state = activity.reduce(state, Event(row.name, row.payload, row.recorded_at), activity.content)
    return state
