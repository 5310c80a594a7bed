"""Calls a block for a learner or an author, keeps what it wrote, and says what it published."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from courses.api import Attempt
from lxp.models import User
from plugins.xblocks.calls import STUDIO_VIEW, BlockAnswer, BlockCall, Published
from plugins.xblocks.hosting.fields import ScopedFieldData, Shelf
from plugins.xblocks.hosting.runtime import BlockRuntime, answer, build, has_used_all_attempts
from plugins.xblocks.hosting.services import Reader
from plugins.xblocks.models import Draft
from plugins.xblocks.services.shelves import DraftShelf, LearnerShelf

PSEUDONYM_CHARACTERS = 32


@dataclass(frozen=True)
class CallReport:
    """What became known in a call: a score in percent, how far it is completed (0 to 1), whether no attempt is left."""

    score_percent: int | None = None
    completion: float | None = None
    is_closed: bool = False


def reader_of(person: User, block_type: str) -> Reader:
    """The same pseudonym for a person in all blocks; name and address only for types that the operator named."""
    pseudonym = salted_hmac("xblocks.reader", str(person.uuid), algorithm="sha256").hexdigest()[:PSEUDONYM_CHARACTERS]
    if block_type not in settings.XBLOCKS_WITH_NAMES:
        return Reader(pseudonym)
    return Reader(pseudonym, person.get_full_name(), person.email)


def answer_learner(
    *,
    call: BlockCall,
    block_type: str,
    content: dict[str, Any],
    usage_id: UUID,
    block_id: UUID,
    attempt_uuid: UUID,
    person: User,
) -> tuple[BlockAnswer, CallReport]:
    """Inside the transaction of the learner's act, which holds the attempt. Raises whatever the block raises."""
    attempt = Attempt.objects.get(uuid=attempt_uuid, person=person)
    shelf = LearnerShelf(person, attempt, block_id, block_type, usage_id, content)
    said, published, is_closed = _call(shelf, call, block_type, usage_id, person, may_write_content=False)
    return said, CallReport(_percent(published.grade), published.completion, is_closed)


def answer_author(*, draft: Draft, view: str, call: BlockCall, person: User) -> BlockAnswer:
    """Inside a transaction that holds the draft. Content is written only in the view for writing it."""
    may_write = view == STUDIO_VIEW
    return _call(DraftShelf(draft), call, draft.block_type, draft.uuid, person, may_write_content=may_write)[0]


def _call(
    shelf: Shelf, call: BlockCall, block_type: str, usage_id: UUID, person: User, *, may_write_content: bool
) -> tuple[BlockAnswer, Published, bool]:
    fields = ScopedFieldData(shelf, may_write_content=may_write_content)
    runtime = BlockRuntime(fields=fields, reader=reader_of(person, block_type), prefix=call.prefix)
    block = build(block_type, usage_id, runtime)
    said = answer(block, call)
    is_closed = has_used_all_attempts(block)
    fields.keep()
    return said, runtime.published, is_closed


def _percent(share: float | None) -> int | None:
    """Whole percents, rounded half up."""
    return None if share is None else floor(Fraction(share).limit_denominator(10**6) * 100 + Fraction(1, 2))
