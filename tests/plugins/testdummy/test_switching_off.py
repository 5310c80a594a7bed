"""After repeated faults a plugin is off for that organisation, somebody hears of it, and only people switch it on again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp import plugin_manager
from lxp.models import AuditEvent, NoticeSettings, Organisation, PluginIncident, PluginSwitch, Role, User
from lxp.notices.digests import send_digests
from lxp.plugin_switches import count_fault
from tests.factories.people import join, make_member, make_organisation, make_person
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_faults(settings):
    settings.PLUGIN_FAULT_LIMIT, settings.PLUGIN_FAULT_MINUTES = 3, 10
    cache.clear()


@pytest.fixture
def learner(with_it: Organisation) -> User:
    return make_member(with_it, email="leerling@heuvelzorg.example")


@pytest.fixture
def elsewhere(db: None) -> Organisation:
    organisation = make_organisation("elders")
    plugin_manager.switch(plugin="testdummy", organisation=organisation, on=True, by=None)
    return organisation


def visit(client: Client, person: User, times: int) -> list[int]:
    client.force_login(person)
    return [client.get("/mijn/").status_code for _ in range(times)]


def names_on(organisation: Organisation) -> list[str]:
    return Organisation.objects.get(pk=organisation.pk).plugins


def test_repeated_faults_switch_it_off_there_and_nowhere_else(
    client: Client, with_it: Organisation, elsewhere: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"

    assert visit(client, learner, 2) == [200, 200]
    assert names_on(with_it) == ["testdummy"]
    assert visit(client, learner, 1) == [200]

    assert (names_on(with_it), names_on(elsewhere)) == ([], ["testdummy"])
    row = PluginSwitch.objects.get(organisation=with_it)
    assert (row.is_on, row.fault_count, row.stopped_at is not None) == (False, 3, True)
    event = AuditEvent.objects.get(action="plugin.stopped")
    assert (event.organisation, event.actor, event.detail) == (with_it, None, {"plugin": "testdummy", "faults": 3})
    answer = client.get("/p/testdummy/")
    assert (answer.status_code, "Deze pagina staat nu uit" in answer.content.decode()) == (404, True)
    plugin_manager.switch(plugin="testdummy", organisation=with_it, on=False, by=None)
    answer = client.get("/p/testdummy/")
    assert (answer.status_code, "Deze pagina is er niet" in answer.content.decode()) == (404, True)


def test_faults_of_long_ago_do_not_count(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"
    visit(client, learner, 2)
    PluginSwitch.objects.update(faults_since=timezone.now() - timedelta(minutes=11))

    visit(client, learner, 1)

    assert names_on(with_it) == ["testdummy"]
    assert PluginSwitch.objects.get().fault_count == 1


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "write_and_raise"])
def test_a_page_of_its_own_counts_too(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str], mode: str
) -> None:
    faults["page"] = mode
    answers = []
    for person in (learner, *(make_member(with_it) for _ in range(3))):
        client.force_login(person)
        answers.append(client.get("/p/testdummy/").status_code)

    assert answers == [500, 500, 500, 404]


def test_one_person_alone_does_not_switch_it_off_for_all_by_what_they_send_to_its_page(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["page"] = "raise"
    client.force_login(learner)

    assert [client.get("/p/testdummy/").status_code for _ in range(5)] == [500] * 5

    assert names_on(with_it) == ["testdummy"]
    assert PluginSwitch.objects.get(organisation=with_it).fault_count == 1
    assert PluginIncident.objects.get().hook == "urls:/p/testdummy/"


def test_it_counts_for_each_organisation_of_the_person_that_has_it_on(
    client: Client, with_it: Organisation, elsewhere: Organisation, without_it: Organisation, learner: User, faults
) -> None:
    join(learner, elsewhere)
    join(learner, without_it)
    faults["home_items"] = "raise"

    visit(client, learner, 3)

    assert [names_on(each) for each in (with_it, elsewhere, without_it)] == [[], [], []]
    assert AuditEvent.objects.filter(action="plugin.stopped").count() == 2


def test_it_never_comes_back_by_itself_and_does_with_one_click(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"
    visit(client, learner, 3)
    faults.clear()
    PluginSwitch.objects.update(
        faults_since=timezone.now() - timedelta(days=9), stopped_at=timezone.now() - timedelta(days=9)
    )
    assert visit(client, learner, 1) == [200]
    assert names_on(with_it) == []

    administrator = make_member(with_it, Role.ADMINISTRATOR, language="en")
    client.force_login(administrator)
    assert "Off after faults" in client.get(reverse("lxp:plugins")).content.decode()
    client.post(reverse("lxp:plugins"), {"plugin": "testdummy", "on": "1"})

    assert names_on(with_it) == ["testdummy"]
    row = PluginSwitch.objects.get()
    assert (row.is_on, row.fault_count, row.stopped_at, row.changed_by) == (True, 0, None, administrator)


def test_the_operator_sees_plugin_hook_object_and_trace_and_switches_it_on(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"
    visit(client, learner, 3)
    operator = make_person(is_superuser=True)
    client.force_login(operator)

    shown = client.get(reverse("lxp:incidents")).content.decode()
    for words in ("testdummy", "home_panels", f"lxp.user {learner.pk}, /mijn/", "faults.py", "DeliberateError"):
        assert words in shown
    client.post(reverse("lxp:incidents"), {"plugin": "testdummy", "organisation": with_it.slug, "on": "1"})

    assert names_on(with_it) == ["testdummy"]
    assert AuditEvent.objects.filter(action="plugin.switched", actor=operator).count() == 1


def test_nobody_else_switches_it_on_at_the_page_of_incidents(client: Client, with_it: Organisation) -> None:
    plugin_manager.switch(plugin="testdummy", organisation=with_it, on=False, by=None)
    client.force_login(make_member(with_it, Role.ADMINISTRATOR))

    answer = client.post(reverse("lxp:incidents"), {"plugin": "testdummy", "organisation": with_it.slug, "on": "1"})

    assert (answer.status_code, names_on(with_it)) == (403, [])


def test_administrators_and_operators_hear_of_it_and_nobody_else(
    client: Client, with_it: Organisation, elsewhere: Organisation, learner: User, faults: dict[str, str], in_english
) -> None:
    told = make_member(with_it, Role.ADMINISTRATOR, language="en")
    other = make_member(elsewhere, Role.ADMINISTRATOR, language="en")
    operator = make_member(elsewhere, language="en")
    User.objects.filter(pk=operator.pk).update(is_superuser=True)
    for person in (told, other, operator):
        NoticeSettings.objects.create(person=person, hour=0, looked_at=timezone.now() - timedelta(days=2))
    faults["home_panels"] = "raise"
    visit(client, learner, 3)
    faults.clear()

    send_digests()

    title = f"“Compliments and polls” is off for {with_it}"
    assert sorted(each.to[0] for each in mail.outbox if title in each.body) == sorted([told.email, operator.email])
    for person, is_told in ((told, True), (User.objects.get(pk=operator.pk), True), (other, False), (learner, False)):
        client.force_login(person)
        assert (title in client.get("/mijn/").content.decode()) is is_told


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_that_switch_it_off_one_does(with_it: Organisation) -> None:
    PluginSwitch.objects.update(fault_count=9, faults_since=timezone.now())

    def fault() -> int:
        organisation = Organisation.objects.get(pk=with_it.pk)
        return len(count_fault(plugin="testdummy", organisations=[organisation]))

    assert sorted(at_once([fault] * 4)) == [0, 0, 0, 1]
    assert names_on(with_it) == []
    assert AuditEvent.objects.filter(action="plugin.stopped").count() == 1


def test_an_incident_names_no_person_by_name(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"
    visit(client, learner, 1)

    about = PluginIncident.objects.get().about
    assert about == f"lxp.user {learner.pk}, /mijn/"
    assert learner.last_name not in about
