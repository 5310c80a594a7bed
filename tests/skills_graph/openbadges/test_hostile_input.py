"""Files that are made to hurt: large, deep, packed, or so symmetrical that they take forever."""

import gzip
import itertools
import json
import resource
import struct
import time
import zlib
from typing import Any

import pytest

from skills_graph.openbadges.contexts import CREDENTIALS_V2, OPEN_BADGES, bundled_contexts
from skills_graph.openbadges.exceptions import RefusedError, UnavailableError, UnreadableError
from skills_graph.openbadges.multibase import encode_base64url
from skills_graph.openbadges.reading import PNG_SIGNATURE, read_credential
from skills_graph.openbadges.sandbox import canonicalise_in_sandbox
from skills_graph.openbadges.sources import Sources
from skills_graph.openbadges.status_list import FEWEST_BITS, MOST_BITS, StatusEntry, encode_list, read_bit
from skills_graph.openbadges.verdict import Outcome
from skills_graph.openbadges.verification import verify

MEGABYTE = 1024 * 1024


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty_file"),
        (b"  \n", "empty_file"),
        (b"hello", "no_json"),
        (b"\xff\xfe{}", "no_json"),
        (b"[]", "no_credential"),
        (b"{}", "no_credential"),
        (b'"text"', "no_credential"),
        (b'{"a": 1, "a": 2}', "repeated_key"),
        (b'{"a": NaN}', "no_json"),
        (b'{"a": 1e999}', "no_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no_json"),
        (b'{"@context": ' + b"[" * 100 + b"]" * 100 + b"}", "too_deep"),
        (b'{"a": ' + b"[" * 100_000, "too_deep"),
        (b'{"a": [' + b"1," * 20_001 + b"1]}", "too_large"),
        (b'{"a": "' + b"x" * 600_000 + b'"}', "too_large"),
        (b" " * (50 * MEGABYTE), "too_large"),
        (PNG_SIGNATURE + chunk(b"IEND", b""), "no_credential_in_picture"),
        (PNG_SIGNATURE + b"\xff" * 100, "no_credential_in_picture"),
        (PNG_SIGNATURE + chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + b"no zlib"), "no_credential_in_picture"),
        (
            PNG_SIGNATURE + chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(MEGABYTE))),
            "too_large",
        ),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no_credential_in_picture"),
        (b"<svg", "no_credential_in_picture"),
        (b"<!DOCTYPE s [<!ENTITY a 'b'>]><svg>&a;</svg>", "no_credential_in_picture"),
        (b"aaaa.bbbb.cccc", "jwt"),
    ],
)
def test_a_file_without_a_readable_credential_is_unreadable(data: bytes, expected: str) -> None:
    begun = time.process_time()
    verdict = verify(data, sources=Sources(fetch=None))
    assert (verdict.outcome, [reason.code for reason in verdict.reasons]) == (Outcome.UNREADABLE, [expected])
    assert verdict.exit_code == 2
    assert verdict.credential is None
    assert verdict.summary is None
    assert verdict.reasons[0].sentence != ""
    assert time.process_time() - begun < 2  # of a processor: what grows without bound takes minutes


def test_numbers_are_read_as_javascript_reads_them() -> None:
    document = read_credential(b'{"@context": [], "type": [], "a": 36.0, "b": 0.5, "c": -1e3}')
    assert [document[name] for name in "abc"] == [36, 0.5, -1000]
    assert isinstance(document["a"], int)


def test_a_baked_picture_may_be_compressed() -> None:
    text = json.dumps({"@context": [], "type": ["A"]}).encode()
    for body in (b"\0\0\0\0" + text, b"\1\0nl\0x\0" + zlib.compress(text)):
        picture = PNG_SIGNATURE + chunk(b"iTXt", b"openbadgecredential\0" + body)
        assert read_credential(picture) == {"@context": [], "type": ["A"]}


def complete_graph(size: int) -> dict[str, Any]:
    """Things without address that all point at one another: each order of them has to be tried."""
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": "urn:uuid:bomb",
        "type": ["VerifiableCredential"],
        "evidence": [
            {"type": ["Evidence"], "id": f"_:b{one}", "evidence": [{"id": f"_:b{other}"} for other in range(size)]}
            for one in range(size)
        ],
    }


def nested_twins(depth: int) -> Any:
    """A tree in which each thing without address has two that are like it."""
    if depth == 0:
        return {"type": ["Profile"]}
    return {"type": ["Profile"], "parentOrg": [nested_twins(depth - 1), nested_twins(depth - 1)]}


def test_names_for_things_without_address_are_refused() -> None:
    with pytest.raises(RefusedError) as error:
        canonicalise_in_sandbox([complete_graph(12)])
    assert error.value.code in {"relative_address", "undefined_term"}


def test_what_takes_too_long_is_killed() -> None:
    """Twins without end of the largest number that is let through: 2 to the 8th of them, all alike."""
    document = {"@context": [CREDENTIALS_V2, OPEN_BADGES], "id": "urn:uuid:1", "type": ["VerifiableCredential"]}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(RefusedError) as error:
        canonicalise_in_sandbox([{**document, "issuer": nested_twins(7)}], seconds=1)
    assert error.value.code == "too_complex"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2  # of a processor, not of the clock


def test_no_context_of_ours_lets_undefined_words_through() -> None:
    """A vocabulary for all words would define what nobody defined."""
    text = json.dumps(bundled_contexts())
    assert '"@vocab": "http' not in text
    assert '"@base"' not in text
    assert '"@import"' not in text


def test_a_bit_is_found_where_the_standard_puts_it() -> None:
    encoded = encode_list([0, 94_567, FEWEST_BITS - 1])
    assert encoded.startswith("uH4sIAAAAAAAC")
    expected = {0: True, 1: False, 7: False, 94_566: False, 94_567: True, FEWEST_BITS - 1: True}
    assert {index: read_bit(encoded, index) for index in expected} == expected


@pytest.mark.parametrize("index", [-1, FEWEST_BITS])
def test_an_index_outside_the_list_is_refused(index: int) -> None:
    with pytest.raises(UnavailableError):
        read_bit(encode_list([]), index)
    with pytest.raises(ValueError, match="no bit"):
        encode_list([index])


def test_a_list_has_a_least_length() -> None:
    with pytest.raises(ValueError, match="at least"):
        encode_list([], bits=FEWEST_BITS - 8)


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "H4sI",
        "u",
        "uAAAA",
        encode_base64url(gzip.compress(bytes(FEWEST_BITS // 8 - 1), mtime=0)),
        encode_base64url(gzip.compress(bytes(MOST_BITS // 8 + 1), mtime=0)),
        encode_base64url(gzip.compress(bytes(FEWEST_BITS // 8), mtime=0)[:-9]),
    ],
)
def test_a_list_that_is_broken_short_or_a_bomb_is_refused(encoded: str) -> None:
    with pytest.raises(UnavailableError) as error:
        read_bit(encoded, 0)
    assert error.value.code == "status_list_broken"


def test_a_packed_bomb_in_a_status_list_makes_the_status_unknown(offline_workshop) -> None:
    document = offline_workshop.credential(status=StatusEntry(offline_workshop.list_address, 1))
    unsigned = {key: value for key, value in offline_workshop.status_list().items() if key != "proof"}
    bomb = encode_base64url(gzip.compress(bytes(64 * MEGABYTE)))
    unsigned["credentialSubject"] = {**unsigned["credentialSubject"], "encodedList": bomb}
    verdict = offline_workshop.verdict(document, offline_workshop.sign(unsigned))
    assert [(reason.code, reason.cause and reason.cause.code) for reason in verdict.reasons] == [
        ("status_unknown", "status_list_broken")
    ]


@pytest.mark.parametrize(
    "did",
    [
        *("did:web:10.0.0.1", "did:web:localhost", "did:web:localhost%3A8000", "did:web:lxp.example%3A8443"),
        *("did:web:..:..", "did:web:lxp.example:..:admin", "did:web:lxp.example%2Fadmin", "did:web:"),
        *("did:example:1", "http://lxp.example/issuer", "urn:x"),
    ],
)
def test_an_issuer_inside_is_never_asked(workshop, did: str) -> None:
    """The real door: if it opened for one of these, the code would be that of a host that does not answer."""
    document = json.dumps(workshop.credential()).replace(workshop.did, did).encode()
    verdict = verify(document, sources=Sources(), now=None)
    assert verdict.reasons[-1].code in {"address_refused", "issuer_unknown"}
    assert verdict.exit_code == 1


def test_a_document_is_fetched_once_for_one_check(workshop, now) -> None:
    document = workshop.credential(status=StatusEntry(workshop.list_address, 1))
    answers = {
        "https://lxp.example/issuers/1/did.json": workshop.did_document,
        workshop.list_address: workshop.status_list(),
    }
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return json.dumps(answers[address]).encode()

    assert verify(json.dumps(document).encode(), sources=Sources(fetch=fetch), now=now).is_valid is True
    assert asked == list(answers)


def test_what_is_fetched_is_read_with_the_same_care(workshop, now) -> None:
    document = json.dumps(workshop.credential()).encode()
    answers = {"https://lxp.example/issuers/1/did.json": json.dumps(workshop.did_document).encode()}
    assert verify(document, sources=Sources(fetch=answers.__getitem__), now=now).is_valid is True
    for wrong in (b"<html>", b"[]", b"{" * 100_000, b'{"id": 1, "id": 2}'):
        verdict = verify(document, sources=Sources(fetch=lambda _address, wrong=wrong: wrong), now=now)
        assert [reason.code for reason in verdict.reasons] == ["answer_unreadable"]


def test_reading_raises_for_what_is_not_there() -> None:
    with pytest.raises(UnreadableError):
        read_credential(b"".join(itertools.repeat(b"[", 5)))
