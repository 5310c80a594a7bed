"""On for one organisation and off for another, at run time, by the screen and by the command."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from lxp_testdummy.models import Compliment
from pytest_django.asserts import assertRedirects

from courses.models import Attempt
from lxp import plugin_manager
from lxp.models import AuditEvent, Organisation, PluginSwitch, Role
from tests.factories.modules import make_attempt, make_course, make_module, page_of
from tests.factories.people import join, make_member
from tests.plugins.testdummy.polls import make_poll_module, vote, write

pytestmark = pytest.mark.django_db
PANEL = 'data-testdummy="home_panels"'


def address_of_switch() -> str:
    return reverse("lxp:plugins")


def test_only_who_has_it_sees_anything_of_it(client: Client, with_it: Organisation, without_it: Organisation) -> None:
    client.force_login(make_member(with_it))
    assert PANEL in client.get("/mijn/").content.decode()
    assert client.get("/p/testdummy/").status_code == 200

    client.force_login(make_member(without_it))
    assert "testdummy" not in client.get("/mijn/").content.decode()
    assert client.get("/p/testdummy/").status_code == 404

    client.logout()
    assertRedirects(
        client.get("/p/testdummy/?a=1"),
        f"{reverse('account_login')}?next=/p/testdummy/%3Fa%3D1",
        fetch_redirect_response=False,
    )


def test_who_works_for_two_organisations_has_it_when_one_has(
    client: Client, with_it: Organisation, without_it: Organisation
) -> None:
    person = make_member(without_it)
    join(person, with_it)
    client.force_login(person)

    assert client.get("/p/testdummy/").status_code == 200


def test_an_organisation_page_shows_it_to_everybody_when_its_own_organisation_has_it(
    client: Client, with_it: Organisation, without_it: Organisation
) -> None:
    client.force_login(make_member(without_it))

    shown = client.get("/nl/heuvelzorg/").content.decode()
    elsewhere = client.get("/nl/maasdal/").content.decode()

    assert 'data-testdummy="organisation_page_sections"' in shown
    assert "data-testdummy" not in elsewhere


def test_the_page_of_a_module_or_course_shows_it_to_everybody_when_its_owner_has_it(
    client: Client, with_it: Organisation, without_it: Organisation
) -> None:
    client.force_login(make_member(without_it))
    for owner, is_shown in ((with_it, True), (without_it, False)):
        module = make_module(owner)
        course = make_course(owner, {"title": "Begin", "modules": [module]})
        addresses = {"module_panels": page_of(module).get_url(), "course_panels": course.pages.get().get_url()}
        for reader in (client, Client()):
            shown = [f'data-testdummy="{hook}"' in reader.get(at).content.decode() for hook, at in addresses.items()]
            assert shown == [is_shown, is_shown]


def test_the_page_of_a_module_or_course_shows_it_to_who_has_it_whoever_its_owner_is(
    client: Client, with_it: Organisation, without_it: Organisation
) -> None:
    client.force_login(make_member(with_it))
    module = make_module(without_it)
    course = make_course(without_it, {"title": "Begin", "modules": [module]})
    assert 'data-testdummy="module_panels"' in client.get(page_of(module).get_url()).content.decode()
    assert 'data-testdummy="course_panels"' in client.get(course.pages.get().get_url()).content.decode()


def test_an_attempt_for_an_organisation_without_it_waits(
    with_it: Organisation, without_it: Organisation, django_capture_on_commit_callbacks: object
) -> None:
    module = make_poll_module(with_it)
    here, there = (make_attempt(make_member(each), module) for each in (with_it, without_it))

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for attempt in (here, there):
            write(attempt, 1)
            write(attempt, 3)
        vote(here)

    assert Attempt.objects.get(pk=here.pk).completed_at is not None
    assert Attempt.objects.get(pk=there.pk).completed_at is None
    assert [each.attempt_uuid for each in Compliment.objects.all()] == [here.uuid]


def test_the_screen_switches_at_once_and_is_audited(client: Client, without_it: Organisation) -> None:
    administrator = make_member(without_it, Role.ADMINISTRATOR)
    client.force_login(administrator)
    assert client.get("/p/testdummy/").status_code == 404
    assert "Complimenten en peilingen" in client.get(address_of_switch()).content.decode()

    response = client.post(address_of_switch(), {"plugin": "testdummy", "on": "1"}, follow=True)

    assert "Complimenten en peilingen" in str([str(each) for each in response.context["messages"]])
    assert client.get("/p/testdummy/").status_code == 200
    client.post(address_of_switch(), {"plugin": "testdummy", "on": "1"})
    client.post(address_of_switch(), {"plugin": "testdummy", "on": "0"})
    assert client.get("/p/testdummy/").status_code == 404
    events = AuditEvent.objects.filter(action="plugin.switched").order_by("pk")
    assert [(each.actor, each.organisation, each.detail) for each in events] == [
        (administrator, without_it, {"plugin": "testdummy", "on": True}),
        (administrator, without_it, {"plugin": "testdummy", "on": False}),
    ]


def test_the_screen_knows_no_plugin_that_is_not_there(client: Client, without_it: Organisation) -> None:
    client.force_login(make_member(without_it, Role.ADMINISTRATOR))

    response = client.post(address_of_switch(), {"plugin": "courses", "on": "1"}, follow=True)

    assert [each.level_tag for each in response.context["messages"]] == ["error"]
    assert not PluginSwitch.objects.exists()
    without_it.refresh_from_db()
    assert without_it.plugins == []


@pytest.mark.parametrize("roles", [(), (Role.AUTHOR, Role.PUBLISHER)])
def test_only_an_administrator_switches(client: Client, without_it: Organisation, roles: tuple[str, ...]) -> None:
    client.force_login(make_member(without_it, *roles))

    response = client.post(address_of_switch(), {"plugin": "testdummy", "on": "1"})

    assert response.status_code == 403
    assert not PluginSwitch.objects.exists()


def test_an_administrator_switches_for_the_own_organisation_only(
    client: Client, with_it: Organisation, without_it: Organisation
) -> None:
    client.force_login(make_member(without_it, Role.ADMINISTRATOR))

    client.post(address_of_switch(), {"plugin": "testdummy", "on": "0"})

    assert PluginSwitch.objects.get(organisation=with_it).is_on is True


def test_the_command_lists_and_switches(without_it: Organisation) -> None:
    output = StringIO()
    call_command("plugins", "list", stdout=output)
    call_command("plugins", "switch", "testdummy", "--organisation", "maasdal", "--on", stdout=output)
    call_command("plugins", "list", stdout=output)
    call_command("plugins", "switch", "testdummy", "--organisation", "maasdal", "--off", stdout=output)

    before, switched_on, after, switched_off = (line for line in output.getvalue().splitlines() if "testdummy" in line)
    assert before == "testdummy  lxp-testdummy 1.2.0  on for: no organisation"
    assert switched_on == "testdummy is on for Maasdal."
    assert after == "testdummy  lxp-testdummy 1.2.0  on for: maasdal"
    assert switched_off == "testdummy is off for Maasdal."
    assert AuditEvent.objects.filter(action="plugin.switched", actor=None).count() == 2


@pytest.mark.parametrize(
    ("name", "organisation", "words"),
    [
        ("nergens", "maasdal", "There is no plugin nergens"),
        ("testdummy", "nergens", "There is no organisation nergens"),
    ],
)
def test_the_command_refuses_what_is_not_there(
    without_it: Organisation, name: str, organisation: str, words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("plugins", "switch", name, "--organisation", organisation, "--on")

    assert not PluginSwitch.objects.exists()


def test_a_switch_costs_no_query_to_ask(with_it: Organisation, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert plugin_manager.plugins_on([with_it]) == {"testdummy"}
