"""Who owns a key: `did:key`, which is the key itself, and documents of issuers (`did:web`, or an https address)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from skills_graph.openbadges.dates import parse_timestamp
from skills_graph.openbadges.exceptions import RefusedError, UnavailableError
from skills_graph.openbadges.keys import KEY_BYTES, PublicKey
from skills_graph.openbadges.sets import members

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
DID_KEY = "did:key:"
DID_WEB = "did:web:"
WEB_SEGMENT = re.compile(r"[A-Za-z0-9._-]+(%3A[0-9]{1,5})?", re.IGNORECASE)


def did_of_key(key: PublicKey) -> str:
    """The identifier that is the key itself; nothing has to be fetched to check it."""
    return DID_KEY + key.multibase


def method_of_key(key: PublicKey) -> str:
    """The address of the one key of a `did:key`."""
    return f"{DID_KEY}{key.multibase}#{key.multibase}"


def did_of_web(host: str, *path: str) -> str:
    """The identifier of who is at a host: `did_of_web("lxp.example", "issuers", "42")` is `did:web:lxp.example:issuers:42`."""
    return DID_WEB + ":".join([quote(host, safe=""), *path])


def address_of_web_did(did: str) -> str:
    """Where the document of a `did:web` lies. Raises UnavailableError when the identifier is none."""
    host, *path = did.removeprefix(DID_WEB).split(":")
    if not did.startswith(DID_WEB) or not all(WEB_SEGMENT.fullmatch(part) for part in (host, *path)):
        raise UnavailableError("issuer_unknown", issuer=did)
    if any(set(part) == {"."} for part in path):
        raise UnavailableError("issuer_unknown", issuer=did)
    return f"https://{unquote(host)}/{'/'.join(path) if path else '.well-known'}/did.json"


def build_did_document(did: str, keys: Mapping[str, PublicKey], *, signs_with: str | None = None) -> dict[str, Any]:
    """The document of an issuer, with its keys by fragment (`{"key-1": …}`).

    Every key counts for what it signed, also one that signs no more: leave out only a key that somebody else may have.
    With `signs_with` the other keys are listed behind that one.
    """
    order = sorted(keys, key=lambda fragment: (fragment != signs_with, fragment))
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "verificationMethod": [
            {
                "id": f"{did}#{fragment}",
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": keys[fragment].multibase,
            }
            for fragment in order
        ],
        "assertionMethod": [f"{did}#{fragment}" for fragment in order],
    }


def key_of_did_key(method: str) -> PublicKey:
    """The key that a `did:key` address of a key is. Raises RefusedError when it is no Ed25519 key, or names another."""
    name, _, fragment = method.removeprefix(DID_KEY).partition("#")
    if fragment != name:
        raise RefusedError("key_unknown", key=method)
    try:
        return PublicKey.from_multibase(name)
    except ValueError as error:
        raise RefusedError("key_unknown", key=method) from error


def key_of_document(document: Mapping[str, Any], method: str, *, now: datetime) -> PublicKey:
    """The key at this address, when the document of its owner says that it signs claims (`assertionMethod`).

    Raises RefusedError when the key is not there, belongs to somebody else, may not sign claims, or was revoked.
    """
    owner = method.partition("#")[0]
    entry = _assertion_key(document, method)
    if entry is None:
        raise RefusedError("key_unknown", key=method)
    if entry.get("controller") != owner or document.get("id") != owner:
        raise RefusedError("foreign_key", key=method)
    for name in ("revoked", "expires"):
        if name in entry and not _lies_ahead(entry[name], now):
            raise RefusedError("key_revoked", key=method)
    try:
        return _public_key(entry)
    except (ValueError, TypeError, AttributeError) as error:
        raise RefusedError("key_unknown", key=method) from error


def _assertion_key(document: Mapping[str, Any], method: str) -> Mapping[str, Any] | None:
    """The key as the document describes it, inside `assertionMethod` or named there."""
    named = members(document.get("assertionMethod"))
    for entry in named:
        if isinstance(entry, Mapping) and _is_same(entry.get("id"), method):
            return entry
    if not any(_is_same(entry, method) for entry in named):
        return None
    for entry in members(document.get("verificationMethod")):
        if isinstance(entry, Mapping) and _is_same(entry.get("id"), method):
            return entry
    return None


def _is_same(name: Any, method: str) -> bool:
    """A document may name its own keys in short: `#key-1`."""
    return name == method or (isinstance(name, str) and name.startswith("#") and method.endswith(name))


def _public_key(entry: Mapping[str, Any]) -> PublicKey:
    if "publicKeyMultibase" in entry:
        return PublicKey.from_multibase(entry["publicKeyMultibase"])
    jwk = entry.get("publicKeyJwk")
    if not isinstance(jwk, Mapping) or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise ValueError("Not an Ed25519 key.")
    try:
        raw = base64.urlsafe_b64decode(jwk["x"] + "=")
    except (KeyError, binascii.Error) as error:
        raise ValueError("Not an Ed25519 key.") from error
    if len(raw) != KEY_BYTES:
        raise ValueError("Not an Ed25519 key.")
    return PublicKey(raw)


def _lies_ahead(text: Any, now: datetime) -> bool:
    moment = parse_timestamp(text)
    return moment is not None and moment > now
