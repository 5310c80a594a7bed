"""Where activities keep what they remember: the database for learners, memory for previews."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.activities.base import Event, Scope, State
from courses.exceptions import HandlerRefusedError
from courses.models.records import ActivityPreference, ActivityState, ActivitySummary, Attempt, ProgressEvent


@dataclass(frozen=True)
class Act:
    """The identity that a browser gave to one act: the same uuid is the same act, however often it arrives."""

    uuid: UUID = field(default_factory=uuid4)
    device: str = ""
    sequence: int = 0
    client_time: datetime | None = None
    language: str = ""


class MemoryStore:
    """Forgets everything: for the preview beside the editor."""

    def __init__(self) -> None:
        self._scopes: dict[str, State] = {}

    def load(self, scope: str) -> State:
        return self._scopes.setdefault(scope, {})

    def save(self, scope: str, data: State) -> None:
        self._scopes[scope] = data

    def append(self, name: str, payload: dict[str, Any]) -> Event:
        return Event(name, payload, timezone.now())


class RecordStore:
    """The learner's own records. Reads lazily; events are inserted at once, state is written by the runtime."""

    def __init__(self, attempt: Attempt, block_id: UUID, kind: str, schema: int, act: Act | None = None) -> None:
        self.attempt, self.block_id, self.kind, self.schema, self.act = attempt, block_id, kind, schema, act
        self.row: ActivityState | None = None
        self.has_new_events = False
        self._is_loaded = False

    def use(self, row: ActivityState | None) -> RecordStore:
        """Take a state row that was read with others, so that a list of activities costs one query."""
        self.row, self._is_loaded = row, True
        return self

    def load(self, scope: str) -> State:
        if scope == Scope.PREFERENCES:
            preference = ActivityPreference.objects.filter(person=self.attempt.person_id, kind=self.kind).first()
            return preference.data if preference else {}
        if scope == Scope.SUMMARY:
            rows = ActivitySummary.objects.filter(**self._summary_key())
            if self.act is not None:  # inside an act: colleagues answer at the same moment, and each must count
                ActivitySummary.objects.get_or_create(**self._summary_key())
                rows = rows.select_for_update()
            summary = rows.first()
            return summary.data if summary else {}
        row = self.state_row()
        return dict(row.data) if row else {}

    def state_row(self) -> ActivityState | None:
        if not self._is_loaded:
            self.row = ActivityState.objects.filter(
                person=self.attempt.person_id, attempt=self.attempt, block_id=self.block_id
            ).first()
            self._is_loaded = True
        return self.row

    def save(self, scope: str, data: State) -> None:
        if scope == Scope.PREFERENCES:
            ActivityPreference.objects.update_or_create(
                person_id=self.attempt.person_id, kind=self.kind, defaults={"data": data}
            )
        elif scope == Scope.SUMMARY:
            ActivitySummary.objects.update_or_create(**self._summary_key(), defaults={"data": data})

    def append(self, name: str, payload: dict[str, Any]) -> Event:
        """Store one event. Raises HandlerRefusedError where this person sent the same act to another attempt."""
        act = self.act or Act()
        event = ProgressEvent(
            uuid=act.uuid,
            person_id=self.attempt.person_id,
            attempt=self.attempt,
            block_id=self.block_id,
            name=name,
            payload=payload,
            device=act.device,
            sequence=act.sequence,
            client_time=act.client_time,
            language=act.language,
        )
        try:
            event.save(force_insert=True)
        except IntegrityError as clash:
            raise HandlerRefusedError(_("This page is out of date. Open it again.")) from clash
        self.has_new_events = True
        return Event(name, payload, event.recorded_at)

    def _summary_key(self) -> dict[str, Any]:
        return {
            "module_id": self.attempt.module_id,
            "organisation_id": self.attempt.organisation_id,
            "block_id": self.block_id,
        }
