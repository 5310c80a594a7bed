"""Credentials to check, and the standards' own examples, which are never copied into the repository."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from skills_graph.openbadges.achievement import (
    Achievement,
    Award,
    CitedEvidence,
    Issuer,
    Recipient,
    Target,
    build_credential,
)
from skills_graph.openbadges.did import build_did_document, did_of_key, method_of_key
from skills_graph.openbadges.keys import SigningKey
from skills_graph.openbadges.proofs import sign
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import build_status_list
from skills_graph.openbadges.verdict import Verdict
from skills_graph.openbadges.verification import verify

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SHARED_DATA = Path(os.environ.get("LXP_SHARED_DATA", Path(__file__).parents[3].parent / "shared" / "data"))


@pytest.fixture
def shared_data() -> Path:
    """The folder with the W3C vectors and the samples of 1EdTech."""
    if not (SHARED_DATA / "w3c-vectors").is_dir():
        pytest.skip(f"The examples are not in {SHARED_DATA}; set LXP_SHARED_DATA to the folder with test data.")
    return SHARED_DATA


@pytest.fixture
def example_contexts(shared_data: Path) -> dict[str, Any]:
    """The context that only the examples of W3C use: it defines every term, so a real credential may not name it."""
    file = shared_data / "jsonld-contexts" / "credentials-examples-v2.jsonld"
    return {"https://www.w3.org/ns/credentials/examples/v2": json.loads(file.read_text(encoding="utf-8"))}


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def signing_key() -> SigningKey:
    return SigningKey(bytes(range(32)))


def award(issuer: str, **changes: Any) -> Award:
    """A credential that Maasdal gives to Sanne, valid around NOW."""
    values: dict[str, Any] = {
        "address": "https://lxp.example/credentials/3f1c",
        "issuer": Issuer(issuer, "Zorggroep Maasdal", url="https://maasdal.example/"),
        "recipient": Recipient("urn:uuid:7f2f1a54-3d1f-4a7c-b7a3-0b7f5d2f7f10", "Sanne Jacobs"),
        "achievement": Achievement(
            address="https://lxp.example/achievements/8",
            name="Blaaskatheter inbrengen bij een vrouw",
            description="Brengt zelfstandig een blaaskatheter in.",
            criteria="Toets gehaald en drie keer beoordeeld in de praktijk.",
            language="nl",
            targets=(Target("Katheteriseren", "https://lxp.example/competencies/12", code="VH-12"),),
        ),
        "valid_from": NOW - timedelta(days=10),
        "valid_until": NOW + timedelta(days=355),
        "evidence": (
            CitedEvidence("Toets", genre="test"),
            CitedEvidence("Beoordeling", "14 criteria", genre="assessment"),
        ),
    }
    return Award(**{**values, **changes})


@dataclass(frozen=True)
class Workshop:
    """Makes signed credentials of one issuer, and documents to check them with."""

    key: SigningKey
    did: str = "did:web:lxp.example:issuers:1"
    list_address: str = "https://lxp.example/status/1"

    @property
    def method(self) -> str:
        return f"{self.did}#key-1"

    @property
    def did_document(self) -> dict[str, Any]:
        return build_did_document(self.did, {"key-1": self.key.public})

    def sign(self, document: dict[str, Any], *, created: datetime = NOW) -> dict[str, Any]:
        return sign(document, key=self.key, verification_method=self.method, created=created)

    def credential(self, **changes: Any) -> dict[str, Any]:
        return self.sign(build_credential(award(self.did, **changes)))

    def status_list(self, *withdrawn: int, **changes: Any) -> dict[str, Any]:
        values: dict[str, Any] = {
            "address": self.list_address,
            "issuer": self.did,
            "valid_from": NOW - timedelta(hours=1),
        }
        return self.sign(build_status_list(**{**values, **changes}, withdrawn=withdrawn))

    def sources(self, *status_lists: dict[str, Any]) -> Sources:
        return Sources(issuers=[self.did_document], status_lists=status_lists, fetch=None)

    def verdict(self, document: dict[str, Any], *status_lists: dict[str, Any], now: datetime = NOW) -> Verdict:
        """What is said of a document, after it was written and read as a file."""
        return verify(json.dumps(document).encode(), sources=self.sources(*status_lists), now=now)


@pytest.fixture
def workshop(signing_key: SigningKey) -> Workshop:
    return Workshop(signing_key)


@pytest.fixture
def offline_workshop(signing_key: SigningKey) -> Workshop:
    """An issuer that is its own key: nothing has to be fetched."""
    return KeyWorkshop(signing_key, did=did_of_key(signing_key.public))


class KeyWorkshop(Workshop):
    @property
    def method(self) -> str:
        return method_of_key(self.key.public)

    def sources(self, *status_lists: dict[str, Any]) -> Sources:
        return Sources(status_lists=status_lists, fetch=None)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
