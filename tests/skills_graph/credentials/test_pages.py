"""What strangers are given at our addresses, what its owner sees beside that, and who may take proof back."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lxp.models import Organisation
from lxp.services.erasures import erase_person
from skills_graph.models import Achievement, Credential, Evidence, IssuerKey, StatusList
from skills_graph.openbadges import Sources, verify
from skills_graph.services.credentials import issue_credentials
from skills_graph.services.evidence import revoke_evidence
from skills_graph.services.keys import rotate_key
from tests.factories.acts import ago, make_act, make_carer, make_leader
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
HOST = "https://leren.example"


@pytest.fixture
def credential(carer) -> Credential:
    issue_credentials(person=carer)
    return Credential.objects.select_related("achievement", "status_list").get()


def page(client, credential) -> str:
    """The page in English for a visitor; who is signed in has a language of their own."""
    response = client.get(credential.get_absolute_url(), headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def fetched(client):
    """The guarded fetch of somebody elsewhere, straight into our views."""

    def fetch(address: str) -> bytes:
        response = client.get(address.removeprefix(HOST))
        assert response.status_code == 200, address
        return response.content

    return fetch


# ── for programs ─────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_elsewhere_checks_it_by_its_addresses_and_sees_it_withdrawn_at_once(client, act, credential):
    def verdict():
        data = client.get(reverse("skills_graph:credential_download", args=[credential.uuid])).content
        return verify(data, sources=Sources(fetch=fetched(client)))

    assert verdict().is_valid
    practical = Evidence.objects.get(kind="practical")
    revoke_evidence(person=credential.person, uuid=practical.uuid, by=act.assessor, reason="No")
    issue_credentials(person=credential.person)
    assert [reason.full_code for reason in verdict().reasons] == ["withdrawn"]


def test_a_status_list_is_kept_only_as_long_as_it_says_the_same(client, act, credential):
    address = reverse("skills_graph:status_list", args=[credential.status_list.uuid])
    first = client.get(address)
    assert (first.headers["Content-Type"], first.headers["Cache-Control"]) == ("application/vc", "no-cache")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    tag = first.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(address).content == first.content
    practical = Evidence.objects.get(kind="practical")
    revoke_evidence(person=credential.person, uuid=practical.uuid, by=act.assessor, reason="No")
    issue_credentials(person=credential.person)
    later = client.get(address, headers={"If-None-Match": tag})
    assert later.status_code == 200
    assert later.headers["ETag"] != tag


def test_a_status_list_that_a_revoked_key_signed_is_not_the_same(client, act, credential):
    address = reverse("skills_graph:status_list", args=[credential.status_list.uuid])
    tag = client.get(address).headers["ETag"]
    rotate_key(organisation=act.organisation, revoke=True)
    later = client.get(address, headers={"If-None-Match": tag})
    assert later.status_code == 200
    [proof] = json.loads(later.content)["proof"]
    assert IssuerKey.objects.signing().get().public_multibase in proof["verificationMethod"]
    assert client.get(address, headers={"If-None-Match": later.headers["ETag"]}).status_code == 304


def test_without_a_key_a_status_list_is_not_there_for_now(client, credential, keys_dir):
    for file in keys_dir.iterdir():
        file.unlink()
    assert client.get(reverse("skills_graph:status_list", args=[credential.status_list.uuid])).status_code == 503


def test_an_issuer_is_known_by_its_keys_and_one_that_never_signed_is_not_there(client, act, credential):
    address = reverse("skills_graph:issuer", args=[act.organisation.uuid])
    document = client.get(address).json()
    assert document["id"] == f"did:web:leren.example:issuers:{act.organisation.uuid}"
    assert credential.document["issuer"]["id"] == document["id"]
    other = make_organisation("vlier")
    assert client.get(reverse("skills_graph:issuer", args=[other.uuid])).status_code == 404


def test_an_achievement_is_a_page_and_for_programs_json(client, credential):
    address = reverse("skills_graph:achievement", args=[credential.achievement.uuid])
    assert "Katheter linde inbrengen" in client.get(address).content.decode()
    document = client.get(address, headers={"Accept": "application/ld+json"}).json()
    assert document["id"] == f"{HOST}{address}" == credential.document["credentialSubject"]["achievement"]["id"]
    shared = credential.document["credentialSubject"]["achievement"]
    assert {key: document[key] for key in shared} == shared


def test_the_page_gives_the_credential_itself_to_who_asks_for_data(client, credential):
    response = client.get(credential.get_absolute_url(), headers={"Accept": "application/vc"})
    assert json.loads(response.content) == credential.document
    assert "Accept" in response.headers["Vary"]


@pytest.mark.parametrize("name", ["issuer", "status_list", "achievement", "credential", "credential_download"])
def test_what_is_not_there_is_not_found(client, db, name):
    assert client.get(reverse(f"skills_graph:{name}", args=[uuid4()])).status_code == 404


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stranger_reads_what_the_credential_says_and_nothing_else(client, carer, credential):
    text = page(client, credential)
    assert "This proof is valid." in text
    assert "Anna Bakker" in text
    assert "Katheter linde inbrengen" in text
    assert carer.email not in text
    assert 'id="delen"' not in text
    assert "/intrekken/" not in text
    assert "<svg viewBox=" in text
    response = client.get(credential.get_absolute_url())
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in response.headers["Cache-Control"]


def test_its_owner_can_share_it_and_finds_it_in_the_portfolio(client, carer, credential):
    client.force_login(carer)
    assert 'id="delen"' in page(client, credential)
    assert credential.get_absolute_url() in client.get(reverse("skills_graph:portfolio")).content.decode()


def test_nobody_finds_the_credentials_of_another(client, act, carer, credential):
    for person in (make_carer(act, "Bea"), make_carer(make_act("vlier"), "Cato")):
        client.force_login(person)
        assert str(credential.uuid) not in client.get(reverse("skills_graph:portfolio")).content.decode()


@pytest.mark.parametrize(
    ("reason", "until_in_days", "words"),
    [
        ("", 10, "This proof is valid."),
        ("superseded", 10, "There is a newer one."),
        ("", -1, "This proof counted up to and including"),
        ("superseded", -1, "This proof counted up to and including"),
        ("evidence", 10, "The proof that it rests on was taken back."),
        ("evidence", -1, "This proof was withdrawn."),
        ("key", 10, "The key that it was signed with is no longer trusted."),
    ],
)
def test_the_page_says_how_it_stands(client, credential, reason, until_in_days, words):
    moment = credential.issued_at if reason else None
    Credential.objects.update(revocation_reason=reason, revoked_at=moment, until=ago(-until_in_days))
    assert words in page(client, credential)


def test_the_page_says_at_which_level_as_it_was_signed(client, credential):
    level = credential.document["credentialSubject"]["achievement"]["alignment"][0]["targetDescription"]
    assert level.startswith("Niveau 3 van ")
    shown = page(client, credential)
    assert f'<dt>Level</dt><dd lang="nl">{level}</dd>' in shown


def test_of_who_was_wiped_the_page_says_nothing(client, carer, credential, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    carer.memberships.update(ends_on=ago(1))
    erase_person(person=carer, by=None)
    response = client.get(credential.get_absolute_url())
    assert response.status_code == 410
    html = response.content.decode()
    assert ("Bakker" in html, "Daar staat nog een eigen nummer in" in html) == (False, True)
    assert client.get(reverse("skills_graph:credential_download", args=[credential.uuid])).status_code == 404


# ── checking by its address ──────────────────────────────────────────────────────────────────────────────────


def test_the_public_check_takes_the_address_of_a_page(client, credential):
    address = f"{HOST}{credential.get_absolute_url()}"
    response = client.post(reverse("skills_graph:verify"), {"text": f" {address}\n"})
    assert response.context["verdict"].is_valid
    unknown = f"{HOST}{reverse('skills_graph:credential', args=[uuid4()])}"
    assert client.post(reverse("skills_graph:verify"), {"text": unknown}).context["verdict"].outcome == "unreadable"


def test_what_was_altered_is_not_valid(client, credential):
    document = json.loads(json.dumps(credential.document))
    document["validUntil"] = "2099-01-01T00:00:00Z"
    response = client.post(reverse("skills_graph:verify"), {"text": json.dumps(document)})
    assert [reason.full_code for reason in response.context["verdict"].reasons] == ["altered"]


def test_a_file_goes_before_an_address_that_stands_beside_it(client, credential):
    altered = {**credential.document, "validUntil": "2099-01-01T00:00:00Z"}
    file = SimpleUploadedFile("bewijs.json", json.dumps(altered).encode())
    address = f"{HOST}{credential.get_absolute_url()}"
    response = client.post(reverse("skills_graph:verify"), {"file": file, "text": address})
    assert [reason.full_code for reason in response.context["verdict"].reasons] == ["altered"]


# ── taking back ──────────────────────────────────────────────────────────────────────────────────────────────


def withdraw(client, credential, **data):
    return client.post(reverse("skills_graph:credential_withdraw", args=[credential.uuid]), data)


def test_an_assessor_of_the_issuer_takes_back_what_it_rests_on(client, act, credential):
    client.force_login(act.assessor)
    assert "/intrekken/" in page(client, credential)
    practical = Evidence.objects.get(kind="practical")
    response = withdraw(client, credential, evidence=str(practical.uuid), reason="Signed for somebody else")
    assert response.headers["Location"] == credential.get_absolute_url()
    assert "callout--danger" in page(client, credential)
    assert "Signed for somebody else" not in page(client, credential)
    assert Evidence.objects.get(revokes=practical.uuid).detail == {"reason": "Signed for somebody else"}
    assert withdraw(client, credential, evidence=str(practical.uuid), reason="Again").status_code == 404


def test_taking_back_asks_the_second_factor_where_the_organisation_does(client, act, credential):
    Organisation.objects.filter(pk=act.organisation.pk).update(requires_second_factor=True)
    client.force_login(act.assessor)
    practical = Evidence.objects.get(kind="practical")
    assert withdraw(client, credential, evidence=str(practical.uuid), reason="Wrong").url == reverse("mfa_index")
    assert client.get(credential.get_absolute_url()).status_code == 200
    assert Evidence.objects.filter(revokes__isnull=False).exists() is False


@pytest.mark.parametrize("field", ["evidence", "reason"])
def test_nothing_is_taken_back_without_a_choice_and_a_reason(client, act, credential, field):
    client.force_login(act.assessor)
    data = {"evidence": str(Evidence.objects.get(kind="practical").uuid), "reason": "Wrong", field: " "}
    assert withdraw(client, credential, **data).status_code == 422
    assert Evidence.objects.filter(revokes__isnull=False).exists() is False


def test_nobody_else_takes_it_back(client, act, carer, credential):
    data = {"evidence": str(Evidence.objects.get(kind="practical").uuid), "reason": "Because"}
    others = [carer, make_leader(act), make_carer(act, "Bea"), make_member(make_organisation("vlier"), "assessor")]
    for person in others:
        client.force_login(person)
        assert withdraw(client, credential, **data).status_code == 404
    client.logout()
    assert withdraw(client, credential, **data).status_code == 302
    assert Evidence.objects.filter(revokes__isnull=False).exists() is False
    assert Credential.objects.get().revoked_at is None
    assert (StatusList.objects.count(), Achievement.objects.count()) == (1, 1)
