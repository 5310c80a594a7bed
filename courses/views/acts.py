"""What the browser says of one act: its identity, its values, and the act that waits for signing in or a new version."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from courses.activities.stores import Act

UNSENT_KEY = "unsent_act"
MAX_UNSENT_CHARACTERS = 20_000
MAX_SHOWN_CHARACTERS = 100_000
MAX_DEVICE_CHARACTERS = 40
MAX_SEQUENCE_DIGITS = 9
RESERVED = {"csrfmiddlewaretoken", "event", "device", "sequence", "client_time", "person"}

Values = dict[str, list[str]]


def values_of(post: QueryDict) -> Values:
    return dict(post.lists())


def data_of(values: Values) -> Values:
    """What the activity gets: everything but what only identifies the act."""
    return {name: given for name, given in values.items() if name not in RESERVED}


def shown_again(data: Values) -> Values:
    """What was refused, to fill in again; nothing where it is more than anybody types, which no page could hold."""
    return data if sum(len(each) for given in data.values() for each in given) <= MAX_SHOWN_CHARACTERS else {}


def act_of(values: Values, handler: str, language: str) -> Act:
    """The identity of an act as the browser sent it; what is malformed counts as not sent."""
    device, sequence = _last(values, "device"), _last(values, "sequence")
    is_counted = sequence.isascii() and sequence.isdecimal() and len(sequence) <= MAX_SEQUENCE_DIGITS
    has_device = is_counted and 0 < len(device) <= MAX_DEVICE_CHARACTERS and device.isprintable()
    return Act(
        uuid=_identity(_last(values, "event"), handler, data_of(values)),
        device=device if has_device else "",
        sequence=int(sequence) if has_device else 0,
        client_time=_moment(_last(values, "client_time")),
        language=language,
    )


def _last(values: Values, name: str) -> str:
    return (values.get(name) or [""])[-1]


def _identity(event: str, handler: str, data: Values) -> UUID:
    """The same event with the same values is the same act, however often it arrives. With other values it is another
    one: the back button brings a form back with its old event, and what somebody writes there then is new."""
    try:
        return uuid5(UUID(event), json.dumps([handler, data], sort_keys=True))
    except ValueError:
        return uuid4()


def _moment(text: str) -> datetime | None:
    """A time with its zone; None for nonsense, and for a time so far off that it fits no calendar in UTC."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class UnsentAct:
    """An act of somebody whose session was over. With `is_shown_only` the version was replaced since: what was filled in
    is shown again, and only the learner sends it."""

    attempt: str
    block: str
    handler: str
    values: Values
    is_shown_only: bool = False


def keep_unsent(session: SessionBase, act: UnsentAct) -> None:
    """Keep an act in the new session, where it is not too long for that."""
    if len(str(act.values)) <= MAX_UNSENT_CHARACTERS:
        session[UNSENT_KEY] = asdict(act)


def take_unsent(session: SessionBase, attempt: UUID, block: UUID) -> UnsentAct | None:
    """The act that waits for this activity of this attempt, once."""
    kept: dict[str, Any] | None = session.get(UNSENT_KEY)
    if not kept or (kept["attempt"], kept["block"]) != (str(attempt), str(block)):
        return None
    del session[UNSENT_KEY]
    return UnsentAct(**kept)
