"""Checking a credential: its structure, its dates, its signatures and whose keys they are, and whether it was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from skills_graph.openbadges.dates import format_timestamp, parse_timestamp
from skills_graph.openbadges.did import DID_KEY, key_of_did_key, key_of_document
from skills_graph.openbadges.exceptions import OpenBadgesError, RefusedError, UnavailableError, UnreadableError
from skills_graph.openbadges.keys import PublicKey
from skills_graph.openbadges.proofs import (
    CRYPTOSUITE,
    PROOF_TYPE,
    PURPOSE,
    is_signed_by,
    proof_configuration,
    unsecured,
)
from skills_graph.openbadges.reading import read_credential
from skills_graph.openbadges.sandbox import canonicalise_in_sandbox
from skills_graph.openbadges.sets import members
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import (
    CREDENTIAL_TYPE,
    LIST_TYPE,
    REVOCATION,
    StatusEntry,
    read_bit,
    read_entry,
)
from skills_graph.openbadges.structure import check_open_badge
from skills_graph.openbadges.verdict import Outcome, Reason, Verdict

MOST_PROOFS = 4
MOST_STATUS_ENTRIES = 4
MOST_LISTS = 2  # that are asked for: each may cost a fetch and a check of its own
# Clocks differ: what begins, or was signed, in the next minutes is of now.
CLOCK_SKEW = timedelta(minutes=5)
SUSPENSION = "suspension"
REFRESH = "refresh"  # says that a newer one can be had, and nothing about this one
VOCABULARY = "https://www.w3.org/2018/credentials#"
# What the verdict rests on must stand where it is read; elsewhere under the same address it would be signed, and not be seen.
IN_SIGHT = ("issuer", "validFrom", "validUntil", "credentialSubject", "credentialStatus")


def verify(data: bytes, *, sources: Sources, now: datetime | None = None) -> Verdict:
    """The verdict about the credential in a file (JSON, or a PNG or SVG with the credential baked in)."""
    try:
        document = read_credential(data)
    except UnreadableError as error:
        return Verdict(Outcome.UNREADABLE, (Reason.of(error),))
    return verify_document(document, sources=sources, now=now)


def verify_document(document: Mapping[str, Any], *, sources: Sources, now: datetime | None = None) -> Verdict:
    """The verdict about a credential that was read already."""
    now = now or datetime.now(UTC)
    reasons: list[Reason] = []
    try:
        check_open_badge(document)
        reasons += _date_reasons(document, now)
        check_proofs(document, sources=sources, now=now)
        reasons += _status_reasons(document, sources, now)
    except OpenBadgesError as error:
        reasons.append(Reason.of(error))
    return Verdict(Outcome.NOT_VALID if reasons else Outcome.VALID, tuple(reasons), document)


def check_proofs(document: Mapping[str, Any], *, sources: Sources, now: datetime) -> None:
    """Raise an OpenBadgesError unless the issuer has signed this document, and every proof in it is good."""
    proofs = members(document.get("proof"))
    if "@context" not in document:
        raise RefusedError("no_version_2")
    if not proofs:
        raise RefusedError("no_proof")
    if len(proofs) > MOST_PROOFS:
        raise RefusedError("too_complex")
    for proof in proofs:
        _check_proof_form(document, proof, now)
    configurations = [proof_configuration(document, proof) for proof in proofs]
    canonical, *canonical_configurations = canonicalise_in_sandbox([unsecured(document), *configurations])
    _check_in_sight(document, canonical)
    for proof, configuration in zip(proofs, canonical_configurations, strict=True):
        key = _key_of_issuer(document, proof["verificationMethod"], sources, now)
        if not is_signed_by(
            key,
            proof_value=proof["proofValue"],
            canonical_document=canonical,
            canonical_configuration=configuration,
        ):
            raise RefusedError("altered")


def _check_proof_form(document: Mapping[str, Any], proof: Any, now: datetime) -> None:
    if not isinstance(proof, Mapping):
        raise RefusedError("broken_proof")
    if (proof.get("type"), proof.get("cryptosuite")) != (PROOF_TYPE, CRYPTOSUITE) or "previousProof" in proof:
        raise RefusedError("unsupported_proof", kind=str(proof.get("cryptosuite") or proof.get("type")))
    if proof.get("proofPurpose") != PURPOSE:
        raise RefusedError("wrong_purpose")
    if not all(isinstance(proof.get(name), str) for name in ("proofValue", "verificationMethod")):
        raise RefusedError("broken_proof")
    if proof.get("@context", document["@context"]) != document["@context"]:
        raise RefusedError("broken_proof")
    for name in {"created", "expires"} & proof.keys():
        if parse_timestamp(proof[name]) is None:
            raise RefusedError("broken_proof")
    created, expires = parse_timestamp(proof.get("created")), parse_timestamp(proof.get("expires"))
    if created is not None and created > now + CLOCK_SKEW:
        raise RefusedError("made_in_future")
    if expires is not None and expires <= now:
        raise RefusedError("proof_expired", moment=format_timestamp(expires))


def _check_in_sight(document: Mapping[str, Any], canonical: str) -> None:
    """Refuse a document with a second object under its own address that carries, say, the end date."""
    identifier = document.get("id")
    if identifier is None:
        return
    for name in IN_SIGHT:
        signed = sum(line.startswith(f"<{identifier}> <{VOCABULARY}{name}> ") for line in canonical.splitlines())
        if signed != len(members(document.get(name))):
            raise RefusedError("hidden_property", property=name)


def _key_of_issuer(document: Mapping[str, Any], method: str, sources: Sources, now: datetime) -> PublicKey:
    owner = method.partition("#")[0]
    if owner != _issuer_of(document):
        raise RefusedError("foreign_key", key=method)
    if owner.startswith(DID_KEY):
        return key_of_did_key(method)
    return key_of_document(sources.issuer(owner), method, now=now)


def _issuer_of(document: Mapping[str, Any]) -> Any:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, Mapping) else issuer


def _date_reasons(document: Mapping[str, Any], now: datetime) -> list[Reason]:
    begin, end = parse_timestamp(document.get("validFrom")), parse_timestamp(document.get("validUntil"))
    reasons = []
    if begin is not None and begin > now + CLOCK_SKEW:
        reasons.append(Reason("not_yet_valid", {"moment": format_timestamp(begin)}))
    if end is not None and end <= now:
        reasons.append(Reason("expired", {"moment": format_timestamp(end)}))
    return reasons


def _status_reasons(document: Mapping[str, Any], sources: Sources, now: datetime) -> list[Reason]:
    """Whether it was withdrawn; what cannot be known counts as if it was."""
    entries = members(document.get("credentialStatus"))
    try:
        if len(entries) > MOST_STATUS_ENTRIES:
            raise UnavailableError("status_unsupported")
        codes = {REVOCATION: "withdrawn", SUSPENSION: "suspended"}
        found = [read_entry(entry) for entry in entries]
        asked = [entry for entry in found if entry.purpose != REFRESH]
        if len(asked) > MOST_LISTS or any(entry.purpose not in codes for entry in asked):
            raise UnavailableError("status_unsupported")
        return [Reason(codes[entry.purpose]) for entry in asked if _is_set(entry, document, sources, now)]
    except OpenBadgesError as error:
        return [Reason("status_unknown", cause=Reason.of(error))]


def _is_set(entry: StatusEntry, document: Mapping[str, Any], sources: Sources, now: datetime) -> bool:
    """The bit of this credential, in a list that its own issuer has signed and that is of today."""
    status_list = sources.status_list(entry.list_address)
    subject = status_list.get("credentialSubject")
    if not isinstance(subject, Mapping) or not isinstance(subject.get("encodedList"), str):
        raise UnavailableError("status_list_broken")
    if CREDENTIAL_TYPE not in members(status_list.get("type")) or LIST_TYPE not in members(subject.get("type")):
        raise UnavailableError("status_list_broken")
    if _issuer_of(status_list) != _issuer_of(document) or entry.purpose not in members(subject.get("statusPurpose")):
        raise UnavailableError("status_list_foreign")
    if any(parse_timestamp(status_list[name]) is None for name in ("validFrom", "validUntil") if name in status_list):
        raise UnavailableError("status_list_broken")
    if _date_reasons(status_list, now):
        raise UnavailableError("status_list_expired")
    check_proofs(status_list, sources=sources, now=now)
    return read_bit(subject["encodedList"], entry.index)
