"""What a credential says, in plain values; `build_credential` writes it as an Open Badges 3.0 AchievementCredential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skills_graph.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS
from skills_graph.openbadges.dates import format_timestamp
from skills_graph.openbadges.status_list import StatusEntry
from skills_graph.openbadges.structure import check_open_badge

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"


@dataclass(frozen=True)
class Issuer:
    """Who answers for a credential; `did` is its identifier, with the keys behind it."""

    did: str
    name: str
    url: str = ""
    description: str = ""


@dataclass(frozen=True)
class Recipient:
    """Whom a credential is about: an identifier without meaning, and the name to compare with a passport or staff card."""

    identifier: str
    name: str = ""


@dataclass(frozen=True)
class Target:
    """A competency in a framework, which the achievement proves."""

    name: str
    url: str
    code: str = ""
    framework: str = ""
    description: str = ""


@dataclass(frozen=True)
class CitedEvidence:
    """Something that the issuer's decision rests on."""

    name: str
    narrative: str = ""
    genre: str = ""
    address: str = ""


@dataclass(frozen=True)
class Achievement:
    """What somebody must show to earn it."""

    address: str
    name: str
    description: str
    criteria: str
    kind: str = "Competency"
    language: str = ""
    version: str = ""
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Award:
    """One achievement of one person, from a moment until a moment."""

    address: str
    issuer: Issuer
    recipient: Recipient
    achievement: Achievement
    valid_from: datetime
    valid_until: datetime | None = None
    awarded_at: datetime | None = None
    evidence: tuple[CitedEvidence, ...] = ()
    status: StatusEntry | None = None


def build_credential(award: Award) -> dict[str, Any]:
    """The credential, not signed yet. Raises RefusedError when something that the standard asks for is missing."""
    document = _filled(
        {
            "@context": [CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS],
            "id": award.address,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": award.achievement.name,
            "issuer": _issuer(award.issuer),
            "validFrom": format_timestamp(award.valid_from),
            "validUntil": format_timestamp(award.valid_until) if award.valid_until else "",
            "awardedDate": format_timestamp(award.awarded_at) if award.awarded_at else "",
            "credentialSubject": {
                **_recipient(award.recipient),
                "achievement": _achievement(award.achievement, award.issuer),
            },
            "evidence": [_evidence(item) for item in award.evidence],
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
            "credentialStatus": award.status.as_document() if award.status else {},
        }
    )
    check_open_badge(document)
    return document


def build_achievement(achievement: Achievement, issuer: Issuer) -> dict[str, Any]:
    """An achievement by itself, as its address answers."""
    return {"@context": [CREDENTIALS_V2, OPEN_BADGES], **_achievement(achievement, issuer)}


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return _filled(
        {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
            "description": issuer.description,
        }
    )


def _recipient(recipient: Recipient) -> dict[str, Any]:
    name = {"type": "IdentityObject", "hashed": False, "identityHash": recipient.name, "identityType": "name"}
    return _filled(
        {
            "id": recipient.identifier,
            "type": ["AchievementSubject"],
            "identifier": [name] if recipient.name else [],
        }
    )


def _achievement(achievement: Achievement, issuer: Issuer) -> dict[str, Any]:
    return _filled(
        {
            "id": achievement.address,
            "type": ["Achievement"],
            "achievementType": achievement.kind,
            "name": achievement.name,
            "description": achievement.description,
            "criteria": _filled({"narrative": achievement.criteria}),
            "creator": _issuer(issuer),
            "inLanguage": achievement.language,
            "version": achievement.version,
            "alignment": [_target(target) for target in achievement.targets],
        }
    )


def _target(target: Target) -> dict[str, Any]:
    return _filled(
        {
            "type": ["Alignment"],
            "targetName": target.name,
            "targetUrl": target.url,
            "targetCode": target.code,
            "targetFramework": target.framework,
            "targetDescription": target.description,
            "targetType": "CFItem",
        }
    )


def _evidence(item: CitedEvidence) -> dict[str, Any]:
    return _filled(
        {
            "id": item.address,
            "type": ["Evidence"],
            "name": item.name,
            "narrative": item.narrative,
            "genre": item.genre,
        }
    )


def _filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Without what has no value: a signed credential holds no empty properties."""
    return {name: value for name, value in properties.items() if value not in ("", [], {})}
