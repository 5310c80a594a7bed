"""Drafts: a block beside the editor, to look at or to change. The page keeps what comes of it, when its author saves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from lxp.models import User
from plugins.xblocks.calls import BlockAnswer, BlockCall
from plugins.xblocks.models import Draft
from plugins.xblocks.services.hosting import answer_author


@transaction.atomic
def start_draft(*, person: User, block_type: str, content: dict[str, Any]) -> Draft:
    """A new draft with this content."""
    return Draft.objects.create(person=person, block_type=block_type, content=content)


@transaction.atomic
def draft_for_preview(*, person: User, block_type: str, content: dict[str, Any]) -> Draft:
    """The draft in which an author tries this content; the same one while the content stays the same."""
    mine = Draft.objects.filter(person=person, block_type=block_type).order_by("-pk")
    same = next((each for each in mine[:20] if each.content == content), None)
    return same or start_draft(person=person, block_type=block_type, content=content)


@transaction.atomic
def call_draft(*, person: User, draft_uuid: UUID, view: str, call: BlockCall) -> BlockAnswer:
    """Raises Draft.DoesNotExist for what is gone, or not this person's."""
    draft = Draft.objects.select_for_update().get(uuid=draft_uuid, person=person)
    return answer_author(draft=draft, view=view, call=call, person=person)
