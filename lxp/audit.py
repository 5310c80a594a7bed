"""Writing the audit: who did or saw what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lxp.models import AuditEvent, Organisation, User

SAME_LOOK = timedelta(hours=1)
BATCH = 500
Words = str | Promise


@dataclass(frozen=True)
class Subject:
    """What an event was about, for the person whose record it is: its name, their page of it, and the reason given."""

    title: str
    url: str = ""
    reason: str = ""


Subjects = Callable[[Sequence[AuditEvent]], dict[int, Subject]]  # by id of the event
_subjects: dict[str, Subjects] = {}
_words: dict[str, Words] = {
    "membership.added": _("gave you a place in the organisation"),
    "membership.changed": _("changed your place in the organisation"),
    "membership.roles_changed": _("changed your roles in the organisation"),
    "assessment.signed": _("signed your assessment"),
    "person.exported": _("downloaded your data"),
}


def record(
    action: str,
    *,
    by: User | None,
    about: models.Model | None = None,
    person: User | None = None,
    organisation: Organisation | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add one event, in the caller's transaction. `action` is object.verb ("module.published"); `detail` is JSON."""
    return AuditEvent.objects.create(
        action=action,
        actor=by,
        person=person,
        organisation=organisation,
        object_type=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        detail=detail,
    )


def record_looks(
    action: str,
    *,
    by: User,
    people: Iterable[int],
    organisation: Organisation,
    about: models.Model | None = None,
    **detail: Any,
) -> None:
    """Add one event for each of these people (ids) but the actor, in one statement for a whole list.

    Who turns a page or looks again within the hour is not written down again: the same look is one line for its reader.
    """
    kind = about._meta.label_lower if about is not None else ""
    key = str(about.pk) if about is not None else ""
    wanted = set(people) - {by.pk}
    same = AuditEvent.objects.filter(
        actor=by, action=action, object_type=kind, object_id=key, at__gt=timezone.now() - SAME_LOOK, person__in=wanted
    )
    wanted -= set(same.order_by().values_list("person", flat=True))
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                action=action,
                actor=by,
                person_id=person,
                organisation=organisation,
                object_type=kind,
                object_id=key,
                detail=detail,
            )
            for person in sorted(wanted)
        ],
        batch_size=BATCH,
    )


def describe(action: str, words: Words, subjects: Subjects | None = None) -> None:
    """Say what an action is, for the person whose record it was: what follows the name of the actor. `subjects` names
    what events of it were about, in one query for all of a page."""
    _words[action] = words
    if subjects is not None:
        _subjects[action] = subjects


def subjects_of(events: Iterable[AuditEvent]) -> dict[int, Subject]:
    """What these events were about, by id of the event, where their action can tell."""
    by_action: dict[str, list[AuditEvent]] = {}
    for event in events:
        by_action.setdefault(event.action, []).append(event)
    found: dict[int, Subject] = {}
    for action, same in by_action.items():
        if action in _subjects:
            found |= _subjects[action](same)
    return found


def words_of(action: str) -> Words:
    return _words.get(action, _("did something with your record"))
