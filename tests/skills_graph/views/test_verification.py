"""The public page that checks a credential."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from skills_graph.openbadges import (
    Achievement,
    Award,
    Issuer,
    Recipient,
    SigningKey,
    build_credential,
    did_of_key,
    method_of_key,
    sign,
)
from skills_graph.views import verification

pytestmark = pytest.mark.django_db
KEY = SigningKey(bytes(range(32)))


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


def credential(name: str = "Wondzorg") -> dict[str, Any]:
    award = Award(
        address="https://lxp.example/credentials/1",
        issuer=Issuer(did_of_key(KEY.public), "Maasdal"),
        recipient=Recipient("urn:uuid:7f2f1a54-3d1f-4a7c-b7a3-0b7f5d2f7f10", "Sanne Jacobs"),
        achievement=Achievement("https://lxp.example/achievements/1", name, "Verzorgt wonden.", "Toets en praktijk."),
        valid_from=datetime.now(UTC) - timedelta(days=1),
    )
    return sign(
        build_credential(award), key=KEY, verification_method=method_of_key(KEY.public), created=datetime.now(UTC)
    )


def page(visitor: Client, **data: Any) -> tuple[int, str]:
    response = visitor.post(reverse("skills_graph:verify"), data)
    return response.status_code, response.content.decode()


def test_who_checks_reads_at_which_level_and_the_last_day_that_counts(visitor: Client) -> None:
    award = Award(
        address="https://lxp.example/credentials/1",
        issuer=Issuer(did_of_key(KEY.public), "Maasdal"),
        recipient=Recipient("urn:uuid:7f2f1a54-3d1f-4a7c-b7a3-0b7f5d2f7f10", "Sanne Jacobs"),
        achievement=Achievement(
            "https://lxp.example/achievements/1", "Wondzorg", "Verzorgt wonden. Niveau 3 van 4: zelf.", "Praktijk."
        ),
        valid_from=datetime.now(UTC) - timedelta(days=1),
        valid_until=datetime(2099, 1, 20, 23, tzinfo=UTC),  # midnight in Amsterdam
    )
    signed = sign(
        build_credential(award), key=KEY, verification_method=method_of_key(KEY.public), created=datetime.now(UTC)
    )
    _status, shown = page(visitor, text=json.dumps(signed))
    assert "Niveau 3 van 4: zelf." in shown
    assert "the end of Tuesday 20 January 2099" in shown


def upload(content: bytes, name: str = "credential.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_page_is_there_for_everybody_and_in_the_menu_of_visitors(visitor: Client) -> None:
    response = visitor.get("/verify/")
    assert 'href="/verify/"' in visitor.get("/account/login/").content.decode()
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert 'id="uitslag"' not in response.content.decode()


def test_a_valid_credential_is_shown_from_a_file_and_from_text(visitor: Client) -> None:
    content = json.dumps(credential())
    for status, body in (page(visitor, file=upload(content.encode())), page(visitor, text=content)):
        assert status == 200
        assert "callout--ok" in body, body[body.index('id="uitslag"') :][:1000]
        assert "Sanne Jacobs" in body
        assert "Wondzorg" in body


def test_what_is_not_valid_shows_the_reason_and_nothing_of_what_it_says(visitor: Client) -> None:
    document = credential()
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Iemand <b>anders</b>"
    status, body = page(visitor, text=json.dumps(document))
    assert status == 200
    assert "callout--danger" in body
    assert "Iemand" not in body


def test_a_reason_that_quotes_the_credential_is_escaped(visitor: Client) -> None:
    document = credential()
    document["<script>alert(1)</script>"] = "x"
    body = page(visitor, text=json.dumps(document))[1]
    assert "callout--danger" in body
    assert "<script>alert" not in body


def test_nothing_handed_in_is_asked_for(visitor: Client) -> None:
    status, body = page(visitor, text="  ")
    assert status == 422
    assert "id_file" in body
    assert page(visitor, file=upload(b""))[0] == 422


def test_what_cannot_be_read_is_said(visitor: Client) -> None:
    status, body = page(visitor, text="hello")
    assert status == 200
    assert "callout--warn" in body


def test_a_file_that_is_too_large_is_refused_before_it_is_read(visitor: Client) -> None:
    assert page(visitor, file=upload(b" " * (2 * 1024 * 1024 + 1)))[0] == 422
    assert page(visitor, file=upload(b" " * (4 * 1024 * 1024)))[0] == 413
    assert page(visitor, text="x" * 600_000)[0] == 422


def test_who_checks_too_often_has_to_wait(visitor: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify_credential": "2/m/ip"}
    statuses = [page(visitor, text="hello")[0] for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert visitor.get(reverse("skills_graph:verify")).status_code == 200


def test_one_check_too_many_at_the_same_time_has_to_wait(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "WAIT_SECONDS", 0)
    for _ in range(verification.CHECKS_AT_ONCE):
        assert verification.slots.acquire(blocking=False) is True
    try:
        assert page(visitor, text="hello")[0] == 503
    finally:
        verification.slots.release(verification.CHECKS_AT_ONCE)
    assert page(visitor, text="hello")[0] == 200
