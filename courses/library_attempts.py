"""Loads `attempts/`: what the demo's people are in the middle of, by the same service as the player.

Who took up a module already, as the files say or by hand, is left alone: loading never begins a module anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from courses.activities.stores import Act
from courses.models import Attempt, Module, ModulePage, VersionActivity
from courses.questions import marking
from courses.services.attempts import handle
from courses.services.enrolment import start_module
from courses.services.versions import kept_activities
from lxp.exceptions import LxpError
from lxp.library import LibraryError
from lxp.library_names import organisation_named, person_named

NAMESPACE = UUID("5a0d5d0e-0c2e-4f0f-8d43-2f8c3c1f7b61")
Form = dict[str, list[str]]


def load_attempts(slug: str, data: dict[str, Any], path: Path) -> None:
    """One person's modules under way: so many parts done, and perhaps an assessor asked."""
    person = person_named(data["person"], path)
    for row in data["attempts"]:
        organisation = organisation_named(row["organisation"], path)
        module = _module(row["module"], path)
        if Attempt.objects.filter(person=person, module=module).exists():
            continue
        try:
            attempt = start_module(person=person, module=module, preferred=organisation)
            _learn(attempt, row)
        except LxpError as refusal:
            raise LibraryError(f"{path}: {row['module']}: {refusal}") from refusal


def _module(slug: str, path: Path) -> Module:
    page = ModulePage.objects.filter(slug=slug).select_related("module").first()
    if page is None:
        raise LibraryError(f"{path}: there is no module {slug}.")
    return page.module


def _learn(attempt: Attempt, row: dict[str, Any]) -> None:
    activities = kept_activities(attempt.version)
    for activity in activities[: row.get("done", 0)]:
        for handler, form in _acts(activity):
            _act(attempt, activity, handler, form)
    if row.get("asks_assessor"):
        for activity in activities:
            if activity.kind == "assignment":
                _act(attempt, activity, "request", {})


def _acts(activity: VersionActivity) -> list[tuple[str, Form]]:
    """What somebody sends who takes an activity and answers right."""
    content = activity.content
    if activity.kind == "lesson":
        return [*(("answer", _right_form(each)) for each in content.get("check") or []), ("finish", {})]
    if activity.kind == "quiz":
        return [
            ("answer", {"question": [each["id"]], "round": ["1"], **_right_form(each)}) for each in content["questions"]
        ]
    if activity.kind == "confirmation":
        return [("confirm", {"agree": ["on"]})]
    raise LxpError(f"“{activity.title}” is none of lesson, quiz or confirmation: let `done` end before it.")


def _right_form(question: dict[str, Any]) -> Form:
    key = marking.key(question)
    match question["type"]:
        case "ordering":
            return {marking.field_of(step): [str(place)] for place, step in enumerate(key, start=1)}
        case "matching":
            return {marking.field_of(pair): [marking.right_part_token(pair)] for pair in key}
        case "numeric":
            return {marking.FIELD: [key[0]]}
        case _:
            return {marking.FIELD: key["right"]}


def _act(attempt: Attempt, activity: VersionActivity, handler: str, form: Form) -> None:
    name = f"{attempt.person.uuid}:{activity.block_id}:{handler}:{form.get('question', [''])[0]}"
    handle(
        person=attempt.person,
        attempt_uuid=attempt.uuid,
        block_id=activity.block_id,
        handler=handler,
        data=form,
        act=Act(uuid=uuid5(NAMESPACE, name)),
    )
