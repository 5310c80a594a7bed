"""What an Open Badge must have: the classes of Open Badges 3.0 with their required properties and the kinds of values.

The table follows the JSON Schema of the standard (ob_v3p0_achievementcredential_schema). Where that asks for an array, one
value alone is accepted too: in JSON-LD both mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from skills_graph.openbadges.contexts import CREDENTIALS_V2
from skills_graph.openbadges.dates import parse_timestamp
from skills_graph.openbadges.exceptions import RefusedError
from skills_graph.openbadges.sets import members

OPEN_BADGE_TYPES = frozenset({"AchievementCredential", "OpenBadgeCredential"})
OPEN_BADGES_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json")
COMPACT_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

# Per class: the required properties, then the kind of each property with a rule of its own. A property that is not named
# here is text when it is in TEXTS, and free otherwise: issuers may add properties, and the contexts say what they mean.
REQUIRED = {
    "Credential": ("@context", "id", "type", "credentialSubject", "issuer", "validFrom"),
    "EndorsementCredential": ("@context", "id", "type", "name", "credentialSubject", "issuer", "validFrom"),
    "AchievementSubject": ("type", "achievement"),
    "EndorsementSubject": ("id", "type"),
    "Achievement": ("id", "type", "criteria", "description", "name"),
    "Profile": ("id", "type"),
    "Alignment": ("type", "targetName", "targetUrl"),
    "Evidence": ("type",),
    "Result": ("type",),
    "ResultDescription": ("id", "type", "name", "resultType"),
    "RubricCriterionLevel": ("id", "type", "name"),
    "Related": ("id", "type"),
    "Address": ("type",),
    "GeoCoordinates": ("type", "latitude", "longitude"),
    "IdentityObject": ("type", "hashed", "identityHash", "identityType"),
    "IdentifierEntry": ("type", "identifier", "identifierType"),
    "Image": ("id", "type"),
    "Status": ("id", "type"),
    "CredentialSchema": ("id", "type"),
    "RefreshService": ("id", "type"),
    "TermsOfUse": ("type",),
    "Criteria": (),
    "Proof": ("type",),
}
# What the `type` of an object must contain, when it is not simply the name of its class; None: anything.
TYPE_NAMES: dict[str, str | None] = {
    "Credential": "VerifiableCredential",
    "Status": None,
    "CredentialSchema": None,
    "RefreshService": None,
    "TermsOfUse": None,
    "Criteria": None,
    "Proof": None,
}
CREDENTIAL_KINDS = {
    "image": "Image",
    "credentialSubject": "AchievementSubject",
    "endorsement": "EndorsementCredential",
    "endorsementJwt": "jwt",
    "evidence": "Evidence",
    "issuer": "issuer",
    "validFrom": "timestamp",
    "validUntil": "timestamp",
    "awardedDate": "timestamp",
    "credentialSchema": "CredentialSchema",
    "credentialStatus": "Status",
    "refreshService": "RefreshService",
    "termsOfUse": "TermsOfUse",
    "proof": "Proof",
}
KINDS: dict[str, dict[str, str]] = {
    "Credential": CREDENTIAL_KINDS,
    "EndorsementCredential": {**CREDENTIAL_KINDS, "credentialSubject": "EndorsementSubject"},
    "AchievementSubject": {
        "achievement": "Achievement",
        "activityStartDate": "timestamp",
        "activityEndDate": "timestamp",
        "creditsEarned": "number",
        "identifier": "IdentityObject",
        "image": "Image",
        "result": "Result",
        "source": "Profile",
    },
    "Achievement": {
        "alignment": "Alignment",
        "creator": "Profile",
        "creditsAvailable": "number",
        "criteria": "Criteria",
        "endorsement": "EndorsementCredential",
        "endorsementJwt": "jwt",
        "image": "Image",
        "otherIdentifier": "IdentifierEntry",
        "related": "Related",
        "resultDescription": "ResultDescription",
    },
    "Profile": {
        "endorsement": "EndorsementCredential",
        "endorsementJwt": "jwt",
        "image": "Image",
        "address": "Address",
        "otherIdentifier": "IdentifierEntry",
        "parentOrg": "Profile",
        "dateOfBirth": "date",
    },
    "Result": {"alignment": "Alignment"},
    "ResultDescription": {"alignment": "Alignment", "rubricCriterionLevel": "RubricCriterionLevel"},
    "RubricCriterionLevel": {"alignment": "Alignment"},
    "Address": {"geo": "GeoCoordinates"},
    "GeoCoordinates": {"latitude": "number", "longitude": "number"},
    "IdentityObject": {"hashed": "boolean"},
}
_TEXT_PROPERTIES = """
    id type name description caption narrative genre audience term role licenseNumber achievementType fieldOfStudy humanCode
    inLanguage specialization tag version targetCode targetDescription targetName targetFramework targetType targetUrl
    identifier identifierType identityHash identityType salt url phone email official familyName givenName additionalName
    addressCountry addressCountryCode addressRegion addressLocality streetAddress postOfficeBoxNumber postalCode
    achievedLevel status value allowedValue requiredLevel requiredValue resultType valueMax valueMin level points
    endorsementComment cryptosuite proofPurpose proofValue verificationMethod created
"""
TEXTS = frozenset(_TEXT_PROPERTIES.split())
# These hold one value, whatever the table says of arrays: which of two would count?
SINGLE = frozenset({"id", "issuer", "validFrom", "validUntil", "credentialSubject", "achievement", "criteria"})


def check_open_badge(document: Mapping[str, Any]) -> None:
    """Raise RefusedError, naming the property, when this has not the structure of an Open Badges 3.0 credential."""
    contexts = members(document.get("@context"))
    types = members(document.get("type"))
    if contexts[:1] != [CREDENTIALS_V2] or "VerifiableCredential" not in types:
        raise RefusedError("no_version_2")
    if not OPEN_BADGE_TYPES.intersection(name for name in types if isinstance(name, str)):
        raise RefusedError("no_open_badge")
    if len(contexts) < 2 or not OPEN_BADGES_CONTEXT.fullmatch(str(contexts[1])):
        raise RefusedError("no_open_badge")
    _check_object("Credential", document, "")


def _check_object(name: str, value: Any, path: str) -> None:
    if not isinstance(value, Mapping):
        raise RefusedError("wrong_kind", property=path or "credential")
    for required in REQUIRED[name]:
        if value.get(required) in (None, "", [], {}):
            raise RefusedError("missing_property", property=_join(path, required))
    expected = TYPE_NAMES.get(name, name)
    if expected is not None and expected not in members(value["type"]):
        raise RefusedError("wrong_kind", property=_join(path, "type"))
    kinds = KINDS.get(name, {})
    for key, content in value.items():
        if key == "@context":
            continue
        if key in SINGLE and isinstance(content, list):
            raise RefusedError("wrong_kind", property=_join(path, key))
        kind = kinds.get(key) or ("text" if key in TEXTS else "")
        for item in members(content):
            _check_value(kind, item, _join(path, key))


def _check_value(kind: str, value: Any, path: str) -> None:
    if kind in REQUIRED:
        _check_object(kind, value, path)
    elif kind == "issuer":
        if not isinstance(value, str):
            _check_object("Profile", value, path)
    elif kind and not _is_of_kind(kind, value):
        raise RefusedError("wrong_kind", property=path)


def _is_of_kind(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "timestamp":
        return parse_timestamp(value) is not None
    if not isinstance(value, str):
        # Text with its language is an object: only a name or a description has one.
        return kind == "text" and isinstance(value, Mapping) and set(value) == {"@value", "@language"}
    patterns = {"date": DATE, "jwt": COMPACT_JWT}
    return kind == "text" or patterns[kind].fullmatch(value) is not None


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
