"""The verifier of Digital Bazaar (npm @digitalbazaar/vc) accepts what we sign, and refuses what was changed."""

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from skills_graph.openbadges.did import build_did_document
from skills_graph.openbadges.keys import SigningKey
from skills_graph.openbadges.status_list import StatusEntry
from tests.factories.verifier import Check, other_verifier


@pytest.fixture(scope="session")
def check() -> Check:
    return other_verifier()


@pytest.fixture
def today() -> dict[str, datetime]:
    """The other verifier looks at the clock of the machine."""
    now = datetime.now(UTC)
    return {"valid_from": now - timedelta(days=1), "valid_until": now + timedelta(days=1)}


def changed(document: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    result = copy.deepcopy(document)
    change(result)
    return result


def test_the_other_verifier_agrees_with_ours(check: Check, workshop, today: dict[str, datetime]) -> None:
    plain = workshop.credential(**today)
    twins = {**plain, "evidence": [{"type": ["Evidence"], "name": "Beoordeling"} for _ in range(4)]}
    twins["credentialSubject"] = {**plain["credentialSubject"], "creditsEarned": 0.5}
    twins["name"] = 'Zorg é "1" \\ \n\t😀 \u2028'
    stranger = SigningKey(bytes(32))
    entry = StatusEntry(workshop.list_address, 5)
    credentials = {
        "plain": plain,
        "signed twice": workshop.sign(plain, created=today["valid_from"]),
        "things that are alike, a fraction, strange characters": workshop.sign(
            {key: value for key, value in twins.items() if key != "proof"}
        ),
        "with a status": workshop.credential(status=entry, **today),
        "altered": changed(plain, lambda document: document["credentialSubject"]["achievement"].update(name="Alles")),
        "longer": changed(plain, lambda document: document.update(validUntil="2099-01-01T00:00:00Z")),
        "undefined word": changed(plain, lambda document: document["credentialSubject"].update(bevoegd="alles")),
        "other key": type(workshop)(stranger).credential(**today),
        "withdrawn": workshop.credential(status=StatusEntry(workshop.list_address, 6), **today),
        "expired": workshop.credential(**{**today, "valid_until": today["valid_from"]}),
    }
    status_list = workshop.status_list(6, valid_from=today["valid_from"])
    answers = check(*credentials.values(), documents=[workshop.did_document, status_list])
    others = {name: answer["verified"] for name, answer in zip(credentials, answers, strict=True)}
    ours = {
        name: workshop.verdict(document, status_list, now=datetime.now(UTC)).is_valid
        for name, document in credentials.items()
    }
    good = list(credentials)[:4]
    assert others == ours == {name: name in good for name in credentials}
    assert [answer["withdrawn"] for answer in answers] == [name == "withdrawn" for name in credentials]


def test_the_other_verifier_finds_the_key_that_the_document_of_the_issuer_has(
    check: Check, workshop, today: dict[str, datetime]
) -> None:
    other = build_did_document(workshop.did, {"key-1": SigningKey(bytes(32)).public})
    [answer] = check(workshop.credential(**today), documents=[other])
    assert answer["verified"] is False
