"""Credentials that somebody has worked on are not valid, and the reason is said."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.verdicts import codes

CRED = "https://www.w3.org/2018/credentials#"


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
