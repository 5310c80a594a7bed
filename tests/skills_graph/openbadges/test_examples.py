"""The examples of 1EdTech and W3C, judged by us."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from skills_graph.openbadges.did import build_did_document
from skills_graph.openbadges.keys import PublicKey
from skills_graph.openbadges.reading import read_credential
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.verdict import Outcome
from skills_graph.openbadges.verification import verify, verify_document
from tests.factories.verdicts import codes


def sample(folder: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((folder / "ob3" / "samples-1edtech" / name).read_text(encoding="utf-8")))


def issuer_document(document: dict[str, Any]) -> dict[str, Any]:
    """What the issuer of a sample would publish, with the key that the sample names."""
    issuer, _, fragment = document["proof"][0]["verificationMethod"].partition("#")
    return build_did_document(issuer, {fragment: PublicKey.from_multibase(fragment)})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("simple.json", []),
        ("simple-context-alias.json", []),
        ("simple-err-expired.json", ["expired"]),
        ("simple-err-proof-value.json", ["altered"]),
        ("complete.json", ["status_unknown"]),  # it names a list of 1EdTech's own kind
    ],
)
def test_the_samples_of_1edtech_are_judged(shared_data: Path, now: datetime, name: str, expected: list[str]) -> None:
    document = sample(shared_data, name)
    verdict = verify_document(document, sources=Sources(issuers=[issuer_document(document)], fetch=None), now=now)
    assert codes(verdict) == expected


@pytest.mark.parametrize("name", ["simple-json.png", "simple-json.svg"])
def test_a_baked_picture_is_read(shared_data: Path, now: datetime, name: str) -> None:
    data = (shared_data / "ob3" / "samples-1edtech" / name).read_bytes()
    sources = Sources(issuers=[issuer_document(read_credential(data))], fetch=None)
    verdict = verify(data, sources=sources, now=now)
    assert verdict.is_valid is True
    assert verdict.summary is not None
    assert verdict.summary.achievement == "Teamwork"


def test_a_jwt_is_said_to_be_of_a_form_that_we_do_not_check(shared_data: Path) -> None:
    verdict = verify((shared_data / "ob3/samples-1edtech/simple.jwt").read_bytes(), sources=Sources(fetch=None))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNREADABLE, ["jwt"])


def test_the_example_of_w3c_is_signed_by_another_than_its_issuer(shared_data: Path) -> None:
    data = (shared_data / "w3c-vectors/eddsa-rdfc-2022/signedDataInt.json").read_bytes()
    assert codes(verify(data, sources=Sources(fetch=None))) == ["no_open_badge"]
