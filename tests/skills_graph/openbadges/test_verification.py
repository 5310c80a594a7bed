"""Checking credentials: honest ones of ours and of 1EdTech, and those that somebody has worked on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from skills_graph.openbadges.did import build_did_document, did_of_key, method_of_key
from skills_graph.openbadges.exceptions import UnavailableError
from skills_graph.openbadges.keys import SigningKey
from skills_graph.openbadges.proofs import sign
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import StatusEntry
from skills_graph.openbadges.verdict import Outcome, Reason, Verdict
from skills_graph.openbadges.verification import verify_document
from tests.factories.verdicts import codes


def test_what_we_sign_is_valid(workshop) -> None:
    verdict = workshop.verdict(workshop.credential())
    assert codes(verdict) == []
    assert verdict.outcome is Outcome.VALID
    assert verdict.exit_code == 0
    assert verdict.summary is not None
    assert verdict.summary.achievement == "Blaaskatheter inbrengen bij een vrouw"
    assert verdict.summary.issuer_name == "Zorggroep Maasdal"
    assert verdict.summary.recipient_name == "Sanne Jacobs"
    assert verdict.summary.can_be_withdrawn is False


def test_an_issuer_that_is_its_key_needs_no_document(offline_workshop) -> None:
    verdict = offline_workshop.verdict(offline_workshop.credential())
    assert verdict.is_valid is True
    assert offline_workshop.credential()["issuer"]["id"].startswith("did:key:z6Mk")


def test_dates_are_those_of_the_moment_of_the_check(workshop, now: datetime) -> None:
    document = workshop.credential(valid_from=now, valid_until=now + timedelta(seconds=10))
    second, skew = timedelta(seconds=1), timedelta(minutes=5)
    assert codes(workshop.verdict(document, now=now - skew - second)) == ["not_yet_valid", "made_in_future"]
    assert workshop.verdict(document, now=now - skew).is_valid is True  # a clock that is behind
    assert workshop.verdict(document, now=now).is_valid is True
    assert workshop.verdict(document, now=now + 9 * second).is_valid is True
    expired = workshop.verdict(document, now=now + 10 * second)
    assert codes(expired) == ["expired"]
    assert expired.reasons[0].sentence.startswith("This credential ended on Friday 20 November")


def test_the_key_of_another_issuer_is_refused(workshop) -> None:
    stranger = SigningKey(bytes(32))
    unsigned = {key: value for key, value in workshop.credential().items() if key != "proof"}
    forged = sign(
        unsigned,
        key=stranger,
        verification_method=method_of_key(stranger.public),
        created=datetime.fromisoformat("2026-11-20T12:00:00Z"),
    )
    assert codes(workshop.verdict(forged)) == ["foreign_key"]
    same_name = sign(
        unsigned,
        key=stranger,
        verification_method=workshop.method,
        created=datetime.fromisoformat("2026-11-20T12:00:00Z"),
    )
    assert codes(workshop.verdict(same_name)) == ["altered"]


def test_two_proofs_of_the_same_issuer_may_both_be_good(workshop, now: datetime) -> None:
    twice = workshop.sign(workshop.credential(), created=now - timedelta(days=1))
    assert len(twice["proof"]) == 2
    assert workshop.verdict(twice).is_valid is True


def test_an_issuer_that_cannot_be_asked_makes_it_not_valid(workshop, now: datetime) -> None:
    verdict = verify_document(workshop.credential(), sources=Sources(fetch=None), now=now)
    assert codes(verdict) == ["not_given"]
    assert verdict.exit_code == 1


def without_assertion(document: dict[str, Any]) -> None:
    document["assertionMethod"] = []


def of_other_controller(document: dict[str, Any]) -> None:
    document["verificationMethod"][0]["controller"] = "did:web:evil.example"


def revoked_key(document: dict[str, Any]) -> None:
    document["verificationMethod"][0]["revoked"] = "2026-11-20T11:00:00Z"


def key_of_another_kind(document: dict[str, Any]) -> None:
    document["verificationMethod"][0]["publicKeyMultibase"] = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"


def key_as_number(document: dict[str, Any]) -> None:
    document["verificationMethod"][0]["publicKeyMultibase"] = 7


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (without_assertion, "key_unknown"),
        (of_other_controller, "foreign_key"),
        (revoked_key, "key_revoked"),
        (key_of_another_kind, "key_unknown"),
        (key_as_number, "key_unknown"),
    ],
)
def test_the_document_of_the_issuer_decides_about_the_key(
    workshop, now: datetime, change: Callable[[dict[str, Any]], None], expected: str
) -> None:
    document = workshop.did_document
    change(document)
    verdict = verify_document(workshop.credential(), sources=Sources(issuers=[document], fetch=None), now=now)
    assert codes(verdict) == [expected]


def test_a_key_that_signs_no_more_still_proves_what_it_signed(workshop, now: datetime) -> None:
    """A lost key is replaced; credentials that it signed stay valid as long as the issuer lists it."""
    new_key = SigningKey(bytes(32))
    keys = {"key-1": workshop.key.public, "key-2": new_key.public}
    document = build_did_document(workshop.did, keys, signs_with="key-2")
    assert document["assertionMethod"] == [f"{workshop.did}#key-2", f"{workshop.did}#key-1"]
    assert (
        verify_document(workshop.credential(), sources=Sources(issuers=[document], fetch=None), now=now).is_valid
        is True
    )


STATUS = StatusEntry("https://lxp.example/status/1", 94_567)


def test_a_withdrawn_credential_is_not_valid(workshop) -> None:
    document = workshop.credential(status=STATUS)
    standing = workshop.verdict(document, workshop.status_list(94_566, 94_568))
    assert standing.is_valid is True
    assert standing.summary is not None
    assert standing.summary.can_be_withdrawn is True
    verdict = workshop.verdict(document, workshop.status_list(94_567))
    assert codes(verdict) == ["withdrawn"]
    assert verdict.reasons[0].sentence == "The issuer has withdrawn this credential."


def test_many_status_lists_are_not_asked_for_and_one_that_fails_is_asked_for_once(workshop, now: datetime) -> None:
    asked: list[str] = []

    def away(address: str) -> bytes:
        asked.append(address)
        raise UnavailableError("fetch_failed", host="lxp.example")

    def verdict_of(*addresses: str) -> Verdict:
        entries = [StatusEntry(address, 7).as_document() for address in addresses]
        unsigned = {**workshop.credential(), "credentialStatus": entries}
        del unsigned["proof"]
        sources = Sources(issuers=[workshop.did_document], fetch=away)
        return verify_document(workshop.sign(unsigned), sources=sources, now=now)

    three = verdict_of(*(f"https://lxp.example/status/{number}" for number in range(3)))
    assert (codes(three), asked) == (["status_unknown"], [])
    assert three.reasons[0].cause == Reason("status_unsupported")
    assert codes(verdict_of(STATUS.list_address)) == ["status_unknown"]
    assert asked == [STATUS.list_address]
    sources = Sources(fetch=away)
    for _time in range(2):
        with pytest.raises(UnavailableError):
            sources.status_list(STATUS.list_address)
    assert asked == [STATUS.list_address] * 2


def test_a_suspended_credential_is_not_valid(workshop) -> None:
    document = workshop.credential(status=StatusEntry(STATUS.list_address, 3, "suspension"))
    assert codes(workshop.verdict(document, workshop.status_list(3, purpose="suspension"))) == ["suspended"]


def test_a_status_that_cannot_be_known_is_said_and_not_valid(workshop, now: datetime) -> None:
    document = workshop.credential(status=STATUS)
    altered = workshop.status_list()
    altered["credentialSubject"]["encodedList"] = workshop.status_list(1)["credentialSubject"]["encodedList"]
    stranger = {**workshop.status_list(), "issuer": "did:web:evil.example"}
    cases = [
        ((), "not_given"),
        ((altered,), "altered"),
        ((stranger,), "status_list_foreign"),
        ((workshop.status_list(purpose="suspension"),), "status_list_foreign"),
        ((workshop.status_list(valid_until=now),), "status_list_expired"),
        (({**workshop.status_list(), "credentialSubject": {}},), "status_list_broken"),
        (({"id": STATUS.list_address},), "status_list_broken"),
    ]
    for lists, expected in cases:
        verdict = workshop.verdict(document, *lists)
        assert codes(verdict) == ["status_unknown"]
        assert verdict.reasons[0].cause is not None
        assert verdict.reasons[0].cause.code == expected
        assert verdict.exit_code == 1


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "https://lxp.example/r", "type": "1EdTechRevocationList"},
        {**STATUS.as_document(), "statusListIndex": "-1"},
        {**STATUS.as_document(), "statusListIndex": "1" * 400},
        {**STATUS.as_document(), "statusSize": 2},
        {**STATUS.as_document(), "statusPurpose": "message"},
    ],
)
def test_a_status_of_a_kind_that_we_do_not_know_is_not_valid(workshop, entry: dict[str, Any]) -> None:
    unsigned = {**workshop.credential(), "credentialStatus": entry}
    del unsigned["proof"]
    verdict = workshop.verdict(workshop.sign(unsigned), workshop.status_list())
    assert codes(verdict) == ["status_unknown"]
    assert verdict.reasons[0].cause is not None
    assert verdict.reasons[0].cause.code == "status_unsupported"


def test_a_blank_node_bomb_is_stopped_in_time(workshop) -> None:
    """Things without address that differ in nothing: telling them apart takes factorial time."""
    document = workshop.credential()
    document["evidence"] = [{"type": ["Evidence"]} for _ in range(501)]
    assert codes(workshop.verdict(document)) == ["too_complex"]  # at once: telling them apart would never end


def test_did_key_names_one_key_only(offline_workshop) -> None:
    document = offline_workshop.credential()
    other = did_of_key(SigningKey(bytes(32)).public)
    document["proof"][0]["verificationMethod"] = document["issuer"]["id"] + "#" + other.removeprefix("did:key:")
    assert codes(offline_workshop.verdict(document)) == ["key_unknown"]
