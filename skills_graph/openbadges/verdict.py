"""The answer about a credential: valid, not valid or unreadable, with reasons that a reader understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lxp.wording import full_moment
from skills_graph.openbadges.dates import parse_timestamp
from skills_graph.openbadges.exceptions import OpenBadgesError
from skills_graph.openbadges.reasons import SENTENCES


class Outcome(StrEnum):
    VALID = "valid"
    NOT_VALID = "not_valid"
    UNREADABLE = "unreadable"


LONGEST_DETAIL = 200
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"
EXIT_CODES = {Outcome.VALID: 0, Outcome.NOT_VALID: 1, Outcome.UNREADABLE: 2}


@dataclass(frozen=True)
class Reason:
    """Why a credential is not valid: a code for programs, a sentence for people, and what lies behind it."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)
    cause: Reason | None = None

    @classmethod
    def of(cls, error: OpenBadgesError) -> Reason:
        return cls(error.code, {name: _shown(text) for name, text in error.details.items()})

    @property
    def full_code(self) -> str:
        """The code, with that of what lies behind it."""
        return f"{self.code}: {self.cause.full_code}" if self.cause else self.code

    @property
    def sentence(self) -> str:
        """In the language of the reader of this moment."""
        details = dict(self.details)
        moment = parse_timestamp(details.get("moment"))
        if moment is not None:
            details["moment"] = full_moment(moment)
        own = str(SENTENCES[self.code]) % details
        return f"{own} {self.cause.sentence}" if self.cause else own


@dataclass(frozen=True)
class Summary:
    """What a credential says about whom. It is true only when the verdict is valid."""

    achievement: str
    description: str
    issuer: str
    issuer_name: str
    recipient_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    can_be_withdrawn: bool


@dataclass(frozen=True)
class Verdict:
    """What was found out about one credential."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    credential: Mapping[str, Any] | None = None

    @property
    def is_valid(self) -> bool:
        return self.outcome is Outcome.VALID

    @property
    def exit_code(self) -> int:
        """0 valid, 1 not valid, 2 unreadable."""
        return EXIT_CODES[self.outcome]

    @property
    def summary(self) -> Summary | None:
        """What the credential says, when it says it in the form of the standard."""
        if self.credential is None:
            return None
        issuer, subject = self.credential.get("issuer"), _mapping(self.credential.get("credentialSubject"))
        achievement = _mapping(subject.get("achievement"))
        return Summary(
            achievement=_text(achievement.get("name")) or _text(self.credential.get("name")),
            description=_text(achievement.get("description")),
            issuer=_text(_mapping(issuer).get("id") or issuer),
            issuer_name=_text(_mapping(issuer).get("name")),
            recipient_name=_name(subject.get("identifier")),
            valid_from=parse_timestamp(self.credential.get("validFrom")),
            valid_until=parse_timestamp(self.credential.get("validUntil")),
            can_be_withdrawn="credentialStatus" in self.credential,
        )


def _shown(text: str) -> str:
    """What a stranger wrote, as it may stand in a sentence or on a terminal: printable, and not long."""
    plain = "".join(character if character.isprintable() else UNPRINTABLE for character in text)
    return plain if len(plain) <= LONGEST_DETAIL else f"{plain[:LONGEST_DETAIL]}…"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """A text, also one that says what language it is in."""
    if isinstance(value, Mapping):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _name(identifiers: Any) -> str:
    for identifier in identifiers if isinstance(identifiers, list) else [identifiers]:
        entry = _mapping(identifier)
        if entry.get("identityType") == "name" and entry.get("hashed") is False:
            return _text(entry.get("identityHash"))
    return ""
