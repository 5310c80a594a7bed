"""Checking credentials: honest ones of ours and of 1EdTech, and those that somebody has worked on."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skills_graph.openbadges.did import build_did_document, did_of_key, method_of_key
from skills_graph.openbadges.keys import PublicKey, SigningKey
from skills_graph.openbadges.proofs import sign
from skills_graph.openbadges.reading import read_credential
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import StatusEntry
from skills_graph.openbadges.verdict import Outcome, Verdict
from skills_graph.openbadges.verification import verify, verify_document

CRED = "https://www.w3.org/2018/credentials#"


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


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


def alter_name(document: dict[str, Any]) -> None:
    document["credentialSubject"]["achievement"]["name"] = "Alles"


def alter_end(document: dict[str, Any]) -> None:
    document["validUntil"] = "2036-01-01T00:00:00Z"


def add_undefined_key(document: dict[str, Any]) -> None:
    document["credentialSubject"]["achievement"]["bevoegd"] = "alles"


def add_undefined_type(document: dict[str, Any]) -> None:
    document["type"].append("MasterCredential")


def add_undefined_key_in_proof(document: dict[str, Any]) -> None:
    document["proof"][0]["grade"] = "10"


def hide_end_under_its_address(document: dict[str, Any]) -> None:
    document[f"{CRED}validUntil"] = {
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
        "@value": document.pop("validUntil"),
    }


def hide_end_in_a_nest(document: dict[str, Any]) -> None:
    document["@nest"] = {"validUntil": document.pop("validUntil")}


def hide_end_under_another_name(document: dict[str, Any]) -> None:
    document["@context"].append(
        {"vu": {"@id": f"{CRED}validUntil", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}
    )
    document["vu"] = document.pop("validUntil")


def add_unknown_context(document: dict[str, Any]) -> None:
    document["@context"].append("https://evil.example/context.json")


def add_null(document: dict[str, Any]) -> None:
    document["description"] = None


def add_direction(document: dict[str, Any]) -> None:
    document["name"] = {"@value": document["name"], "@language": "nl", "@direction": "rtl"}


def add_relative_address(document: dict[str, Any]) -> None:
    document["evidence"].append({"id": "elders", "type": ["Evidence"]})


def add_control_character(document: dict[str, Any]) -> None:
    document["description"] = "a\x08b"


def add_half_a_character(document: dict[str, Any]) -> None:
    document["description"] = "\ud800"


def add_large_number(document: dict[str, Any]) -> None:
    document["credentialSubject"]["creditsEarned"] = 2**53


def remove_proof(document: dict[str, Any]) -> None:
    del document["proof"]


def empty_proof(document: dict[str, Any]) -> None:
    document["proof"] = []


def text_as_proof(document: dict[str, Any]) -> None:
    document["proof"] = "signed"


def add_bad_proof(document: dict[str, Any]) -> None:
    document["proof"].append({**document["proof"][0], "created": "2026-11-19T12:00:00Z"})


def add_many_proofs(document: dict[str, Any]) -> None:
    document["proof"] *= 5


def other_purpose(document: dict[str, Any]) -> None:
    document["proof"][0]["proofPurpose"] = "authentication"


def other_suite(document: dict[str, Any]) -> None:
    document["proof"][0]["cryptosuite"] = "ecdsa-rdfc-2019"


def proof_without_value(document: dict[str, Any]) -> None:
    del document["proof"][0]["proofValue"]


def proof_of_no_time(document: dict[str, Any]) -> None:
    document["proof"][0]["created"] = "yesterday"


def proof_of_next_year(document: dict[str, Any]) -> None:
    document["proof"][0]["created"] = "2027-11-20T12:00:00Z"


def proof_that_ended(document: dict[str, Any]) -> None:
    document["proof"][0]["expires"] = "2026-11-20T11:59:59Z"


def broken_value(document: dict[str, Any]) -> None:
    document["proof"][0]["proofValue"] = "z0"


def other_key(document: dict[str, Any]) -> None:
    document["proof"][0]["verificationMethod"] = "did:web:lxp.example:issuers:1#key-2"


def no_criteria(document: dict[str, Any]) -> None:
    del document["credentialSubject"]["achievement"]["criteria"]


def no_achievement(document: dict[str, Any]) -> None:
    del document["credentialSubject"]["achievement"]


def no_begin(document: dict[str, Any]) -> None:
    del document["validFrom"]


def begin_without_zone(document: dict[str, Any]) -> None:
    document["validFrom"] = "2026-11-10T12:00:00"


def two_ends(document: dict[str, Any]) -> None:
    document["validUntil"] = [document["validUntil"], "2099-01-01T00:00:00Z"]


def two_issuers(document: dict[str, Any]) -> None:
    document["issuer"] = [document["issuer"], "did:key:z6Mk"]


def no_badge(document: dict[str, Any]) -> None:
    document["type"] = ["VerifiableCredential"]


def version_one(document: dict[str, Any]) -> None:
    document["@context"][0] = "https://www.w3.org/2018/credentials/v1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (alter_name, "altered"),
        (alter_end, "altered"),
        (add_undefined_key, "undefined_term"),
        (add_undefined_type, "undefined_term"),
        (add_undefined_key_in_proof, "undefined_term"),
        (hide_end_under_its_address, "undefined_term"),
        (hide_end_in_a_nest, "undefined_term"),
        (hide_end_under_another_name, "inline_context"),
        (add_unknown_context, "unknown_context"),
        (add_null, "empty_value"),
        (add_direction, "wrong_kind"),
        (add_relative_address, "relative_address"),
        (add_control_character, "control_characters"),
        (add_half_a_character, "control_characters"),
        (add_large_number, "number_too_large"),
        (remove_proof, "no_proof"),
        (empty_proof, "no_proof"),
        (text_as_proof, "wrong_kind"),
        (add_bad_proof, "altered"),
        (add_many_proofs, "too_complex"),
        (other_purpose, "wrong_purpose"),
        (other_suite, "unsupported_proof"),
        (proof_without_value, "broken_proof"),
        (proof_of_no_time, "broken_proof"),
        (proof_of_next_year, "made_in_future"),
        (proof_that_ended, "proof_expired"),
        (broken_value, "altered"),
        (other_key, "key_unknown"),
        (no_criteria, "missing_property"),
        (no_achievement, "missing_property"),
        (no_begin, "missing_property"),
        (begin_without_zone, "wrong_kind"),
        (two_ends, "wrong_kind"),
        (two_issuers, "wrong_kind"),
        (no_badge, "no_open_badge"),
        (version_one, "no_version_2"),
    ],
)
def test_a_credential_that_somebody_worked_on_is_not_valid(
    workshop, change: Callable[[dict[str, Any]], None], expected: str
) -> None:
    document = workshop.credential()
    change(document)
    verdict = workshop.verdict(document)
    assert codes(verdict) == [expected]
    assert verdict.exit_code == 1
    assert verdict.reasons[0].sentence.strip().endswith(".")


def test_an_end_hidden_under_the_same_address_is_refused(workshop) -> None:
    """The triples are those that were signed, so the signature fits; only the place is another."""
    document = workshop.sign(
        {
            **{key: value for key, value in workshop.credential().items() if key != "proof"},
            "refreshService": {"id": "https://lxp.example/credentials/3f1c", "type": "1EdTechCredentialRefresh"},
            "validUntil": "2026-11-15T00:00:00Z",
        }
    )
    assert codes(workshop.verdict(document)) == ["expired"]
    document["refreshService"] |= {
        "type": ["1EdTechCredentialRefresh", "VerifiableCredential"],
        "validUntil": document.pop("validUntil"),
    }
    assert codes(workshop.verdict(document)) == ["hidden_property"]


def test_dates_are_those_of_the_moment_of_the_check(workshop, now: datetime) -> None:
    document = workshop.credential(valid_from=now, valid_until=now + timedelta(seconds=10))
    second = timedelta(seconds=1)
    assert codes(workshop.verdict(document, now=now - second)) == ["not_yet_valid"]
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


def test_did_key_names_one_key_only(offline_workshop) -> None:
    document = offline_workshop.credential()
    other = did_of_key(SigningKey(bytes(32)).public)
    document["proof"][0]["verificationMethod"] = document["issuer"]["id"] + "#" + other.removeprefix("did:key:")
    assert codes(offline_workshop.verdict(document)) == ["key_unknown"]
