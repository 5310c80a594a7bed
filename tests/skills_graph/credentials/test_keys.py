"""Signing keys: one for each organisation, kept where only the platform reads it, and never taken for another."""

from __future__ import annotations

import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from lxp.models import AuditEvent, PluginIncident
from lxp.reconciliation import reconcile
from skills_graph.checks import signing_keys_are_there
from skills_graph.exceptions import SigningKeyError
from skills_graph.models import Credential, IssuerKey
from skills_graph.openbadges import SigningKey
from skills_graph.services import credentials
from skills_graph.services.credentials import Done, issue_credentials, put_right_credentials
from skills_graph.services.deserving import people_who_differ
from skills_graph.services.documents import did_document
from skills_graph.services.keys import rotate_key, signing_key
from tests.factories.acts import make_carer, pass_practical, pass_theory
from tests.factories.people import make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def linde(db):
    return make_organisation("linde")


def warnings() -> list[str]:
    return [each.msg for each in signing_keys_are_there(None, databases=["default"])]


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_key", *arguments, stdout=out)
    return out.getvalue()


def test_a_key_is_made_when_it_is_first_needed_and_stays(linde, keys_dir):
    row, key = signing_key(organisation=linde)
    assert signing_key(organisation=linde) == (row, key)
    assert row.public_multibase == key.public.multibase
    [file] = keys_dir.iterdir()
    assert file.read_text() == key.secret_multibase
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(keys_dir.stat().st_mode)) == (0o600, 0o700)
    assert key.secret_multibase not in str(IssuerKey.objects.values().get())


@pytest.mark.parametrize("damage", ["gone", "empty", "another's", "no key"])
def test_with_a_lost_key_nothing_is_issued_and_the_operator_hears_what_to_do(carer, act, keys_dir, damage):
    row, _key = signing_key(organisation=act.organisation)
    file = keys_dir / f"{row.public_multibase}.key"
    good = file.read_text()
    if damage == "gone":
        file.unlink()
    else:
        words = {"empty": "", "another's": SigningKey.generate().secret_multibase, "no key": "z3uÿ"}
        file.write_text(words[damage], encoding="utf-8")
    assert issue_credentials(person=carer) == Done()
    assert Credential.objects.exists() is False
    words = (
        f"The signing key of Linde is lost or damaged: {file}. Put it back from a backup. Is there none, then run: "
        "lxp rotate_key linde"
    )
    assert warnings() == [words]
    assert PluginIncident.objects.get().summary == words
    file.write_text(good)
    assert warnings() == []
    assert "Issued 1 credentials." in reconcile()


def test_a_lost_key_is_looked_for_once_in_a_run_and_is_one_incident_in_every_language(
    carer, act, keys_dir, monkeypatch
):
    other = make_carer(act, "Bea")
    pass_theory(other, act)
    pass_practical(other, act)
    row, _key = signing_key(organisation=act.organisation)
    (keys_dir / f"{row.public_multibase}.key").unlink()
    looked: list[str] = []

    def look(*, organisation):
        looked.append(organisation.slug)
        return signing_key(organisation=organisation)

    monkeypatch.setattr(credentials, "signing_key", look)
    for language in ("en", "nl"):
        with translation.override(language):
            assert put_right_credentials(people_who_differ()) == []
    assert looked == ["linde", "linde"]  # once for each run, for two people who wait
    assert PluginIncident.objects.get().summary.startswith("The signing key of Linde is lost or damaged")


def test_a_folder_that_cannot_be_written_leaves_no_key(linde, keys_dir):
    keys_dir.write_text("a file where the folder should be")
    with pytest.raises(SigningKeyError, match="cannot be kept"):
        signing_key(organisation=linde)
    assert IssuerKey.objects.exists() is False


def test_what_a_lost_key_signed_still_counts_after_another_was_made(carer, act, keys_dir, check):
    issue_credentials(person=carer)
    document = Credential.objects.get().document
    for file in keys_dir.iterdir():
        file.unlink()
    assert [each.full_code for each in check(document).reasons] == ["status_unknown: not_given"]
    assert command("linde") == f"Linde now signs with {IssuerKey.objects.signing().get().public_multibase}.\n"
    assert check(document).is_valid
    assert [line for line in reconcile() if "credentials" in line] == []
    assert len(did_document(act.organisation)["assertionMethod"]) == 2


def test_the_secrets_of_older_keys_are_forgotten(linde, keys_dir, django_capture_on_commit_callbacks):
    signing_key(organisation=linde)
    with django_capture_on_commit_callbacks(execute=True):
        row = rotate_key(organisation=linde)
    assert [file.name for file in keys_dir.iterdir()] == [f"{row.public_multibase}.key"]
    assert AuditEvent.objects.get(action="key.rotated").organisation == linde


def test_a_revoked_key_is_in_no_document(linde):
    old, _key = signing_key(organisation=linde)
    command("linde", "--revoke")
    old.refresh_from_db()
    assert old.revoked_at is not None
    [method] = did_document(linde)["verificationMethod"]
    assert method["publicKeyMultibase"] == IssuerKey.objects.signing().get().public_multibase


def test_an_unknown_organisation_is_named_with_those_that_there_are(linde):
    with pytest.raises(CommandError, match=r"There is no organisation vlier\. There are: linde\."):
        command("vlier")
