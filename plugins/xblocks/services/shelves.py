"""Shelves for the values of blocks: a learner's in the tables, an author's in a draft."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.api import Attempt, HandlerRefusedError
from lxp.models import User
from plugins.xblocks.hosting.fields import CONTENT, PREFERENCES, SUMMARY, USER_INFO, USER_STATE
from plugins.xblocks.models import Draft, LearnerState, Preference, Summary

MAX_CHARACTERS = 200_000


def checked(data: dict[str, Any]) -> dict[str, Any]:
    """Values that both databases can keep. Raises HandlerRefusedError for too much, or for what no database takes."""
    words = json.dumps(data, allow_nan=False)
    if len(words) > MAX_CHARACTERS or "\\u0000" in words:
        raise HandlerRefusedError(_("This is too much to keep, or holds signs that cannot be kept. Make it shorter."))
    return data


@dataclass
class LearnerShelf:
    """The values of one learner in one block. Rows that others write too are locked until the call is over: it runs inside
    the transaction of the act, which holds the attempt."""

    person: User
    attempt: Attempt
    block_id: UUID
    block_type: str
    usage_id: UUID
    content: dict[str, Any]
    rows: dict[str, Any] = field(default_factory=dict)

    def load(self, scope: str) -> dict[str, Any]:
        if scope == CONTENT:
            return self.content
        row: LearnerState | Preference | Summary | None
        if scope == USER_STATE:
            row = LearnerState.objects.filter(usage=self.usage_id, person=self.person).first()
        else:
            row = self._locked(scope)
        self.rows[scope] = row
        return row.data if row is not None else {}

    def _locked(self, scope: str) -> Preference | Summary:
        if scope == SUMMARY:
            key = {"module_id": self.attempt.module_id, "organisation_id": self.attempt.organisation_id}
            of_block = {**key, "block_id": self.block_id}
            Summary.objects.get_or_create(**of_block, defaults={"block_type": self.block_type})
            return Summary.objects.select_for_update().get(**of_block)
        block_type = {PREFERENCES: self.block_type, USER_INFO: ""}[scope]
        Preference.objects.get_or_create(person=self.person, block_type=block_type)
        return Preference.objects.select_for_update().get(person=self.person, block_type=block_type)

    def put(self, scope: str, data: dict[str, Any]) -> None:
        row = self.rows[scope]
        if row is None:
            row = LearnerState(
                usage=self.usage_id,
                person=self.person,
                attempt=self.attempt,
                block_id=self.block_id,
                block_type=self.block_type,
            )
        row.data = checked(data)
        row.save()


@dataclass
class DraftShelf:
    """Everything in one draft, that its caller has locked: what an author tries concerns nobody else."""

    draft: Draft

    def load(self, scope: str) -> dict[str, Any]:
        if scope == CONTENT:
            return dict(self.draft.content)
        return dict(self.draft.tried.get(scope, {}))

    def put(self, scope: str, data: dict[str, Any]) -> None:
        if scope == CONTENT:
            self.draft.content = checked(data)
        else:
            self.draft.tried = checked({**self.draft.tried, scope: data})
        self.draft.save(update_fields=["content", "tried"])
