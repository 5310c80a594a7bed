"""Data Integrity proofs with `eddsa-rdfc-2022` (W3C Data Integrity EdDSA Cryptosuites 1.0, 3.2): making and checking one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from skills_graph.openbadges.canonical import canonicalise
from skills_graph.openbadges.dates import format_timestamp
from skills_graph.openbadges.keys import PublicKey, SigningKey
from skills_graph.openbadges.multibase import decode_base58, encode_base58

PROOF_TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
SIGNATURE_BYTES = 64


def unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without its proofs: what each of them signs."""
    return {key: value for key, value in document.items() if key != "proof"}


def proof_configuration(document: Mapping[str, Any], proof: Mapping[str, Any]) -> dict[str, Any]:
    """What a proof says about itself, with the contexts of its document."""
    configuration = {key: value for key, value in proof.items() if key not in {"proofValue", "@context"}}
    return {**configuration, "@context": document["@context"]}


def data_to_sign(canonical_document: str, canonical_configuration: str) -> bytes:
    """The 64 bytes that are signed: the hash of the configuration, then that of the document."""
    parts = (canonical_configuration, canonical_document)
    return b"".join(hashlib.sha256(part.encode("utf-8")).digest() for part in parts)


def sign(
    document: Mapping[str, Any], *, key: SigningKey, verification_method: str, created: datetime
) -> dict[str, Any]:
    """The document with one proof more; `proof` is always an array.

    `verification_method` is the address of the key in its owner's document, such as `did:web:host#key-1`.
    Raises RefusedError when something in the document has no defined meaning: it could not be signed.
    """
    plain = unsecured(document)
    proof = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": format_timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": PURPOSE,
    }
    data = data_to_sign(canonicalise(plain), canonicalise(proof_configuration(plain, proof)))
    existing = document.get("proof", [])
    proofs = list(existing) if isinstance(existing, list) else [existing]
    return {**plain, "proof": [*proofs, {**proof, "proofValue": encode_base58(key.sign(data))}]}


def is_signed_by(key: PublicKey, *, proof_value: str, canonical_document: str, canonical_configuration: str) -> bool:
    """Whether the value of a proof is the signature of this key under the document."""
    try:
        signature = decode_base58(proof_value)
    except ValueError:
        return False
    data = data_to_sign(canonical_document, canonical_configuration)
    return len(signature) == SIGNATURE_BYTES and key.verifies(signature, data)
