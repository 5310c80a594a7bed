"""Organisations, the switch between them, the language of the reader, and whether the site is healthy."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, GroupPagePermission

from content.api import OrganisationPage
from content.services.workspaces import open_for_caregivers
from lxp.middleware import ORGANISATION_KEY
from lxp.models import Organisation, Role, User
from lxp.services.organisations import open_organisation
from tests.factories.people import join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_organisation_opens_with_groups_a_collection_and_a_page_in_each_language_of_the_screens():
    linde = make_organisation("linde", name="De Linde")
    assert (linde.authors_group.name, linde.publishers_group.name) == ("linde: author", "linde: publisher")
    assert linde.collection.name == "linde"
    pages = OrganisationPage.objects.filter(organisation=linde, live=True)
    assert sorted(pages.values_list("locale__language_code", flat=True)) == ["en", "nl"]
    assert len(set(pages.values_list("translation_key", flat=True))) == 1
    allowed = GroupPagePermission.objects.filter(group=linde.authors_group)
    assert set(allowed.values_list("permission__codename", flat=True)) == {"add_page", "change_page"}
    assert set(allowed.values_list("page", flat=True)) == set(pages.values_list("pk", flat=True))


def test_who_writes_for_caregivers_has_a_page_in_each_language_with_the_same_rights():
    linde = make_organisation("linde", name="De Linde")
    for _time in range(2):
        open_for_caregivers(organisation=linde)
    pages = OrganisationPage.objects.filter(organisation=linde, live=True)
    assert sorted(pages.values_list("locale__language_code", flat=True)) == ["ar", "en", "nl", "pl", "tr", "uk"]
    assert len(set(pages.values_list("translation_key", flat=True))) == 1
    allowed = GroupPagePermission.objects.filter(group=linde.publishers_group)
    assert set(allowed.values_list("page", flat=True)) == set(pages.values_list("pk", flat=True))


def test_opening_again_changes_the_fields_and_makes_nothing_twice():
    linde = make_organisation("linde", name="De Linde")
    counts = [model.objects.count() for model in (OrganisationPage, Collection, GroupPagePermission)]
    again = open_organisation(slug="linde", name="Linde Zorg", monogram="LZ", requires_second_factor=True)
    assert again == linde
    assert (again.name, again.requires_second_factor, again.collection) == ("Linde Zorg", True, linde.collection)
    assert [model.objects.count() for model in (OrganisationPage, Collection, GroupPagePermission)] == counts


@pytest.mark.parametrize("fields", [{"colour": "red"}, {"colour": "#12345"}, {"colour": "#1b4c92\n"}, {"name": ""}])
def test_an_organisation_that_cannot_be_is_refused_and_leaves_nothing(fields):
    with pytest.raises(ValidationError):
        open_organisation(slug="linde", **{"name": "De Linde", "monogram": "DL", **fields})
    assert Organisation.objects.exists() is False
    assert Collection.objects.filter(name="linde").exists() is False


# ── the switch ───────────────────────────────────────────────────────────────────────────────────────────────


def test_one_switches_only_to_an_organisation_of_ones_own():
    linde, maas, other = make_organisation(), make_organisation(), make_organisation()
    person = make_member(linde, Role.ADMINISTRATOR)
    join(person, maas, Role.ADMINISTRATOR)
    client, address = client_of(person), reverse("lxp:switch_organisation")
    people = reverse("lxp:people")
    assert client.get(people).context["organisation"] == linde
    assert client.post(address, {"organisation": str(maas.uuid), "next": people}).url == people
    assert client.get(people).context["organisation"] == maas
    for wrong in (str(other.uuid), str(uuid4()), "", "x", str(linde.pk), "\x00"):
        assert client.post(address, {"organisation": wrong}).status_code == 404
    assert client.session[ORGANISATION_KEY] == maas.pk
    assert client.get(address).status_code == 405


def test_a_switch_to_an_organisation_that_one_left_counts_no_more():
    linde, maas = make_organisation(), make_organisation()
    person = make_member(linde, Role.ADMINISTRATOR)
    membership = join(person, maas, Role.ADMINISTRATOR)
    client = client_of(person)
    client.post(reverse("lxp:switch_organisation"), {"organisation": str(maas.uuid)})
    membership.ends_on = membership.starts_on
    membership.save()
    assert client.get(reverse("lxp:people")).context["organisation"] == linde


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "", "\\\\x"]
)
def test_no_switch_leads_outside(back):
    linde = make_organisation()
    client = client_of(make_member(linde))
    assert (
        client.post(reverse("lxp:switch_organisation"), {"organisation": str(linde.uuid), "next": back}).url == "/mijn/"
    )
    assert client.post(reverse("lxp:choose_language"), {"language": "en", "next": back}).url in ("/", "")


def test_who_belongs_nowhere_administers_nothing():
    client = client_of(make_person())
    assert client.get("/mijn/").status_code == 200
    for name in ("people", "person_add", "plugins"):
        assert client.get(reverse(f"lxp:{name}")).status_code == 403


# ── language ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_language_of_a_member_is_kept_with_the_person():
    person = make_member(make_organisation())
    client = client_of(person)
    assert '<html lang="nl"' in client.get("/mijn/").content.decode()
    client.post(reverse("lxp:choose_language"), {"language": "en", "next": "/mijn/"})
    assert User.objects.get(pk=person.pk).language == "en"
    assert '<html lang="en"' in client.get("/mijn/").content.decode()
    assert '<html lang="en"' in client_of(person).get("/mijn/").content.decode()


def test_the_language_of_a_visitor_is_kept_in_a_cookie():
    client = Client()
    assert client.get("/", headers={"Accept-Language": "de"}).url == "/nl/"
    assert client.get("/", headers={"Accept-Language": "en-GB,nl;q=0.5"}).url == "/en/"
    answer = client.post(reverse("lxp:choose_language"), {"language": "en", "next": "/en/"})
    assert answer.url == "/en/"
    assert client.cookies["django_language"].value == "en"
    assert client.get("/").url == "/en/"


@pytest.mark.parametrize("language", ["", "xx", "nl-BE\x00", "../en"])
def test_an_unknown_language_changes_nothing(language):
    person = make_member(make_organisation())
    client = client_of(person)
    answer = client.post(reverse("lxp:choose_language"), {"language": language, "next": "/mijn/"})
    assert answer.url == "/mijn/"
    assert User.objects.get(pk=person.pk).language == "nl"
    assert "django_language" not in client.cookies


# ── health ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_healthy_site_says_so(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    assert Client().get("/health/").json() == {"status": "ok"}
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (200, "ok", "ok")


def test_a_site_that_lacks_a_migration_is_alive_and_not_ready():
    [newest] = MigrationLoader(connection).graph.leaf_nodes("courses")
    MigrationRecorder(connection).record_unapplied(*newest)
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert "migrations to run" in answer.json()["database"]
    assert Client().get("/health/").status_code == 200


def test_a_site_without_its_database_says_why(monkeypatch):
    def fail() -> None:
        raise OperationalError("connection refused: password=secret")

    assert Client().get("/health/").status_code == 200  # the addresses are read while there is one
    monkeypatch.setattr(connection, "ensure_connection", fail)
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["database"]) == (503, "no connection")
    assert "secret" not in answer.content.decode()


def test_a_site_that_cannot_write_its_files_says_so(monkeypatch):
    monkeypatch.setattr("lxp.views.health.os.access", lambda folder, mode: False)
    answer = Client().get("/health/ready/")
    assert (answer.status_code, answer.json()["files"]) == (503, "cannot be written")
