"""Proofs: the vectors of W3C byte for byte, the signatures of 1EdTech, and the keys themselves."""

import json
from pathlib import Path
from typing import Any

import pytest

from skills_graph.openbadges.canonical import canonicalise
from skills_graph.openbadges.keys import PublicKey, SigningKey
from skills_graph.openbadges.multibase import decode_base58, decode_base64url, encode_base58, encode_base64url
from skills_graph.openbadges.proofs import data_to_sign, is_signed_by, proof_configuration, unsecured


@pytest.fixture
def vectors(shared_data: Path) -> Path:
    return shared_data / "w3c-vectors" / "eddsa-rdfc-2022"


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_the_vectors_of_w3c_come_out_byte_for_byte(vectors: Path, example_contexts: dict[str, Any]) -> None:
    pair = json.loads(text(vectors.parent / "keyPair.json"))
    key = SigningKey.from_multibase(pair["privateKeyMultibase"])
    signed = json.loads(text(vectors / "signedDataInt.json"))

    document = canonicalise(json.loads(text(vectors.parent / "unsigned.json")), extra_contexts=example_contexts)
    configuration = proof_configuration(signed, signed["proof"])
    canonical_configuration = canonicalise(configuration, extra_contexts=example_contexts)
    data = data_to_sign(document, canonical_configuration)
    signature = key.sign(data)

    assert key.public.multibase == pair["publicKeyMultibase"]
    assert document == text(vectors / "canonDocDataInt.txt")
    assert configuration == json.loads(text(vectors / "proofConfigDataInt.json"))
    assert canonical_configuration == text(vectors / "proofCanonDataInt.txt")
    assert data[:32].hex() == text(vectors / "proofHashDataInt.txt")
    assert data[32:].hex() == text(vectors / "docHashDataInt.txt")
    assert data.hex() == text(vectors / "combinedHashDataInt.txt")
    assert signature.hex() == text(vectors / "sigHexDataInt.txt")
    assert encode_base58(signature) == text(vectors / "sigBTC58DataInt.txt") == signed["proof"]["proofValue"]
    assert unsecured(signed) == json.loads(text(vectors.parent / "unsigned.json"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("simple", True),
        ("complete", True),
        ("simple-context-alias", True),
        ("simple-err-expired", True),
        ("simple-err-proof-value", False),
    ],
)
def test_the_signatures_of_1edtech_are_judged_as_they_should(shared_data: Path, name: str, expected: bool) -> None:
    sample = json.loads(text(shared_data / "ob3" / "samples-1edtech" / f"{name}.json"))
    [proof] = sample["proof"]
    signed = is_signed_by(
        PublicKey.from_multibase(proof["verificationMethod"].partition("#")[2]),
        proof_value=proof["proofValue"],
        canonical_document=canonicalise(unsecured(sample)),
        canonical_configuration=canonicalise(proof_configuration(sample, proof)),
    )
    assert signed is expected


def test_a_key_survives_being_written_down(signing_key: SigningKey) -> None:
    again = SigningKey.from_multibase(signing_key.secret_multibase)
    assert again == signing_key
    assert PublicKey.from_multibase(again.public.multibase).verifies(signing_key.sign(b"data"), b"data") is True
    assert again.public.verifies(signing_key.sign(b"data"), b"other") is False
    assert again.public.verifies(b"short", b"data") is False
    assert "raw" not in repr(signing_key)


def test_two_new_keys_differ() -> None:
    assert SigningKey.generate().public != SigningKey.generate().public


@pytest.mark.parametrize("wrong", ["", "z", "6Mk", "z0OIl", "z6Mk", "z" + "1" * 300, "mAAAA"])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"Not .*"):
        PublicKey.from_multibase(wrong)


def test_multibase_goes_both_ways() -> None:
    for data in (b"", b"\0\0\1", b"hello", bytes(range(64))):
        assert decode_base58(encode_base58(data)) == data
        assert decode_base64url(encode_base64url(data)) == data
    assert encode_base58(b"hello") == "zCn8eVZg"
    assert encode_base64url(b"\xff\xfe") == "u__4"


@pytest.mark.parametrize("wrong", ["", "aGk", "uaGk=", "u a", "uaGk\n", "uA"])
def test_what_is_no_base64url_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="Not base64url"):
        decode_base64url(wrong)
