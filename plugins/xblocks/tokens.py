"""The addresses of frames: signed, of one person, one use and one sign-in (`visit`), and valid for a short time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from plugins.xblocks.exceptions import ExpiredFrameError, UnknownFrameError

SALT = "xblocks.frame"


@dataclass(frozen=True)
class LearnerPass:
    """One learner in one block of one attempt."""

    person: UUID
    attempt: UUID
    block_id: UUID
    language: str
    visit: int

    def as_values(self) -> list[str | int]:
        return ["learner", self.person.hex, self.attempt.hex, self.block_id.hex, self.language, self.visit]


@dataclass(frozen=True)
class DraftPass:
    """One author and one draft: to try it, or to change it."""

    person: UUID
    draft: UUID
    view: str
    language: str
    visit: int

    def as_values(self) -> list[str | int]:
        return ["draft", self.person.hex, self.draft.hex, self.view, self.language, self.visit]


Pass = LearnerPass | DraftPass


def address_of(frame_pass: Pass) -> str:
    """Where a frame is found, on the host of frames where there is one."""
    token = signing.dumps(frame_pass.as_values(), salt=SALT, compress=True)
    return f"{settings.XBLOCKS_ORIGIN}{reverse('xblocks:frame', args=[token])}"


def read_pass(token: str) -> Pass:
    """What an address stands for; whether its person is signed in still, `check_visit` asks. Raises ExpiredFrameError for one
    that is too old, UnknownFrameError for any other."""
    try:
        values = signing.loads(token, salt=SALT, max_age=settings.XBLOCKS_MINUTES * 60)
    except signing.SignatureExpired as age:
        message = _("This page was open for a long time. Open it again to go on; what you did before is kept.")
        raise ExpiredFrameError(message) from age
    except signing.BadSignature as forgery:
        raise UnknownFrameError(_("This address does not exist. Open the module again.")) from forgery
    return _pass_of(values)


def _pass_of(values: list[Any]) -> Pass:
    sort, person, first, second, language, visit = values
    if sort == "learner":
        return LearnerPass(UUID(person), UUID(first), UUID(second), language, visit)
    return DraftPass(UUID(person), UUID(first), second, language, visit)
