"""A person's own copy of everything, and being forgotten: after it nothing of the person is left, whoever looks."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.users.models import UserProfile

from lxp.models import AuditEvent, Erasure, Membership, Role, User
from lxp.reconciliation import reconcile
from lxp.services import exports
from lxp.services.erasures import ErasureRefusedError, erase_person, journal, journal_path, request_erasure
from lxp.services.exports import export_person
from tests.factories.learning import take
from tests.factories.modules import make_attempt, make_module, reflection
from tests.factories.people import PASSWORD, join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db
FIRST, LAST, EMAIL, WORDS = "Zebedeusje", "Kwartelhof", "zebedeusje@kwartelhof.example", "pimpelpaars-geheim"


@pytest.fixture(autouse=True)
def own_journal(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def organisation():
    return make_organisation("linde")


@pytest.fixture
def learner(organisation):
    """Somebody with a name that nothing else has, who used everything there is."""
    return make_member(organisation, email=EMAIL, first_name=FIRST, last_name=LAST)


def leave(person: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(person=person).update(starts_on=date(2020, 1, 1), ends_on=yesterday)
    person.__dict__.pop("current_memberships", None)


def everything_stored() -> str:
    """Every value of every table, as the database has it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own tables
            found.extend(f"{table}: {row}" for row in cursor.fetchall())
    return "\n".join(found)


def files_of(file) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


# ── the copy ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_copy_holds_account_memberships_learning_and_who_looked(organisation, learner):
    attempt = make_attempt(learner, make_module(organisation))
    files = files_of(export_person(person=learner, by=learner))
    assert json.loads(files["account.json"])[0]["email_addresses"] == [
        {"email": EMAIL, "verified": True, "primary": True}
    ]
    assert json.loads(files["memberships.json"])[0]["organisation"] == "Linde"
    assert [each["uuid"] for each in json.loads(files["attempts.json"])] == [str(attempt.uuid)]
    [enrolment] = json.loads(files["enrolments.json"])
    assert (enrolment["module"], enrolment["course"], enrolment["organisation"]) == (
        attempt.version.title,
        None,
        "Linde",
    )
    assert json.loads(files["requests.json"]) == []
    assert AuditEvent.objects.filter(action="person.exported", person=learner, actor=learner).count() == 1
    assert "audit.json" in files


def test_nobody_gets_the_copy_of_another(organisation, learner):
    for other in (make_member(organisation, Role.ADMINISTRATOR), make_person(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            export_person(person=learner, by=other)
    assert AuditEvent.objects.filter(action="person.exported").exists() is False


def test_the_copy_is_made_outside_a_transaction_so_that_everybody_else_can_write(organisation, learner, monkeypatch):
    depths, outside = [], len(connection.savepoint_ids)

    def noted(membership: Membership) -> dict[str, object]:
        depths.append(len(connection.savepoint_ids))
        return {}

    monkeypatch.setattr(exports, "_membership_row", noted)
    export_person(person=learner, by=learner)
    assert depths == [outside]


def test_the_page_gives_the_copy_and_takes_the_wish(client: Client, learner):
    client.force_login(learner)
    answer = client.post("/mijn/gegevens/kopie/")
    assert answer["Content-Type"] == "application/zip"
    assert FIRST in files_of(BytesIO(b"".join(answer.streaming_content)))["account.json"]
    client.post("/mijn/gegevens/vergeten/")
    assert Erasure.objects.exists() is False
    client.post("/mijn/gegevens/vergeten/", {"sure": "yes"})
    client.post("/mijn/gegevens/vergeten/", {"sure": "yes"})
    assert Erasure.objects.get().person == learner
    client.post("/mijn/gegevens/vergeten/", {"wish": "stay"})
    assert Erasure.objects.exists() is False


# ── being forgotten ──────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_the_person_is_left_in_any_table(client: Client, organisation, learner):
    assert client.login(email=EMAIL, password=PASSWORD)
    client.get("/mijn/")
    take(make_attempt(learner, make_module(organisation, reflection())), 1, "write", {"text": [WORDS]})
    assert WORDS in everything_stored()
    leave(learner)
    log(learner, "wagtail.edit", user=make_person(is_superuser=True), data={"was": f"{FIRST} {LAST}"})
    erase_person(person=learner, by=None)
    stored = everything_stored()
    for trace in (FIRST, LAST, EMAIL, WORDS):
        assert trace not in stored
    tombstone = User.objects.get(pk=learner.pk)
    assert (tombstone.uuid, tombstone.is_active, tombstone.has_usable_password()) == (learner.uuid, False, False)
    assert client.get("/mijn/").status_code == 302
    assert EmailAddress.objects.filter(user=learner).exists() is False


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_the_person_are_gone_from_the_files_of_the_database():
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite has its bytes in files beside us.")
    file = Path(connection.settings_dict["NAME"])

    def is_in_files() -> bool:
        files = [each for each in (file, file.with_name(f"{file.name}-wal")) if each.exists()]
        return any(LAST.encode() in each.read_bytes() for each in files)

    person = make_person(EMAIL, first_name=FIRST, last_name=LAST)
    assert is_in_files() is True
    erase_person(person=person, by=None)
    assert is_in_files() is False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (1000 * connection.settings_dict["OPTIONS"]["timeout"],)


def test_who_belongs_somewhere_is_not_wiped_and_nothing_changes(organisation, learner):
    before = everything_stored()
    with pytest.raises(ErasureRefusedError, match="Linde"):
        erase_person(person=learner, by=None)
    assert everything_stored() == before


def test_only_an_operator_wipes_and_never_themselves(organisation, learner):
    leave(learner)
    for by in (learner, make_member(organisation, Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            erase_person(person=learner, by=by)
    assert User.objects.get(pk=learner.pk).first_name == FIRST
    operator = make_person(is_superuser=True)
    with pytest.raises(PermissionDenied):
        erase_person(person=operator, by=operator)
    erase_person(person=learner, by=operator)
    assert Erasure.objects.get().wiped_by == operator


def test_what_others_made_stands_under_an_empty_name(organisation, learner):
    colleague = make_member(organisation)
    AuditEvent.objects.create(action="module.published", actor=learner, organisation=organisation, person=colleague)
    leave(learner)
    erase_person(person=learner, by=None)
    assert AuditEvent.objects.get(action="module.published").actor.first_name == ""


def test_a_restored_backup_is_wiped_again(organisation, learner, django_capture_on_commit_callbacks):
    leave(learner)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=learner, by=None, keep_evidence_until=date(2030, 1, 1))
    assert journal() == [{"person": str(learner.uuid), "keep_evidence_until": "2030-01-01"}]
    Erasure.objects.all().delete()  # as a backup of yesterday has it
    User.objects.filter(pk=learner.pk).update(first_name=FIRST, email=EMAIL, wiped_at=None, is_active=True)
    join(learner, organisation)
    assert f"Wiped person {learner.uuid} again." in reconcile()
    assert FIRST not in everything_stored()
    assert Erasure.objects.get().keep_evidence_until == date(2030, 1, 1)
    assert reconcile() == []
    assert len(journal()) == 1


def test_the_command_says_who_then_wipes_or_refuses(organisation, learner, capsys):
    call_command("erase_person", str(learner.uuid), "--dry-run")
    assert User.objects.get(pk=learner.pk).first_name == FIRST
    with pytest.raises(CommandError, match="Beëindig dat eerst"):
        call_command("erase_person", str(learner.uuid))
    leave(learner)
    call_command("erase_person", str(learner.uuid), "--keep-evidence-until", "2029-05-01")
    assert "Evidence goes on 2029-05-01." in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no person"):
        call_command("erase_person", "00000000-0000-4000-8000-000000000000")


def test_operators_see_who_waits_and_wipe_on_the_page(client: Client, organisation, learner):
    client.force_login(make_member(organisation, Role.ADMINISTRATOR))
    assert client.get("/beheer/vergeten/").status_code == 403
    request_erasure(person=learner, by=learner)
    client.force_login(make_person(is_superuser=True))
    page = client.get("/beheer/vergeten/").content.decode()
    assert "Linde" in page
    address = f"/beheer/vergeten/{learner.erasure.uuid}/"
    client.post(address)
    assert User.objects.get(pk=learner.pk).first_name == FIRST
    leave(learner)
    client.post(address)
    assert User.objects.get(pk=learner.pk).first_name == ""
    assert client.post(address).status_code == 404


def test_a_journal_line_that_was_broken_off_stops_nobody(learner, django_capture_on_commit_callbacks):
    journal_path().write_text('{"person": "ab')
    leave(learner)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=learner, by=None, keep_evidence_until=date(2030, 1, 1))
    assert journal() == [{"person": str(learner.uuid), "keep_evidence_until": "2030-01-01"}]


def test_the_photo_goes_too(learner, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path / "media"
    profile = UserProfile.get_for_user(learner)
    profile.avatar.save("me.png", ContentFile(b"png"))
    photo = tmp_path / "media" / profile.avatar.name
    assert photo.is_file()
    leave(learner)
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=learner, by=None)
    assert photo.exists() is False
