"""The plugin's part of a person: in their copy, and gone when they are forgotten, also when it failed or was away."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from lxp_testdummy.models import Compliment

from lxp import plugin_manager
from lxp.models import Erasure, NoticeSettings, Organisation, PluginIncident, User
from lxp.notices.digests import send_digests
from lxp.reconciliation import reconcile
from lxp.services.erasures import erase_person
from lxp.services.exports import export_person
from tests.factories.people import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_journal(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def person(db: None) -> User:
    person = make_person()
    Compliment.objects.create(person=person, text="Goed gedaan")
    return person


def copy_of(person: User) -> dict[str, str]:
    with zipfile.ZipFile(export_person(person=person, by=person)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_copy_has_its_part_also_where_it_is_off(person: User, without_it: Organisation) -> None:
    assert [each["text"] for each in json.loads(copy_of(person)["compliments.json"])] == ["Goed gedaan"]


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "wrong_element"])
def test_a_part_that_fails_is_named_and_the_rest_is_there(person: User, faults: dict[str, str], mode: str) -> None:
    faults["person_export"] = mode
    files = copy_of(person)
    assert "compliments.json" not in files
    assert json.loads(files["account.json"])[0]["uuid"] == str(person.uuid)
    read_me = next(text for name, text in files.items() if name.endswith(".txt"))
    assert str(plugin_manager.title_of("testdummy")) in read_me
    assert PluginIncident.objects.get().hook == "person_export"


def test_a_plugin_that_fails_is_asked_again_until_it_wiped(
    person: User, faults: dict[str, str], django_capture_on_commit_callbacks
) -> None:
    faults["person_erase"] = "raise"
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=person, by=None, keep_evidence_until=date(2030, 1, 1))
    assert User.objects.get(pk=person.pk).wiped_at is not None
    assert Compliment.objects.filter(person=person).count() == 1
    assert Erasure.objects.get().plugins_done == ["skillslab", "volunteers", "xblocks"]
    faults.clear()
    assert reconcile().count(f"Wiped person {person.uuid} from testdummy.") == 1
    assert Compliment.objects.filter(person=person).exists() is False
    assert sorted(Erasure.objects.get().plugins_done) == ["skillslab", "testdummy", "volunteers", "xblocks"]
    assert f"Wiped person {person.uuid} from testdummy." not in reconcile()


# ── the daily mail ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def praised(with_it: Organisation) -> User:
    """Somebody who got a compliment since the last mail."""
    person = make_member(with_it)
    NoticeSettings.objects.create(person=person, hour=0, looked_at=timezone.now() - timedelta(days=2))
    Compliment.objects.create(person=person, text="Goed gedaan")
    return person


def test_a_plugin_has_its_part_in_the_mail_where_it_is_on(praised: User, with_it: Organisation) -> None:
    other = make_member(make_organisation("zonder"))
    NoticeSettings.objects.create(person=other, hour=0, looked_at=timezone.now() - timedelta(days=2))
    Compliment.objects.create(person=other, text="Hoort niemand")
    assert send_digests()["sent"] == 1
    assert (mail.outbox[0].to, "Goed gedaan" in mail.outbox[0].body) == ([praised.email], True)


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "wrong_element", "unsafe", "write_and_raise"])
def test_a_plugin_that_fails_stops_no_mail(praised: User, faults: dict[str, str], mode: str) -> None:
    faults["digest_items"] = mode
    assert send_digests() == {"nothing to say": 1}
    assert PluginIncident.objects.get().hook == "digest_items"
