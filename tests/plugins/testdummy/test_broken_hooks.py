"""Every hook, broken in every way: the page stands, the fault is counted, and nothing else is affected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from lxp_testdummy.models import Compliment

from content.api import HomePage, OrganisationPage, TopicPage
from courses.models import Attempt, CoursePage
from lxp.models import Organisation, PluginIncident, Role, User
from lxp.services.organisations import change_care_line
from tests.factories.cards import make_card
from tests.factories.modules import make_attempt
from tests.factories.people import make_member
from tests.plugins.testdummy.polls import make_poll_module, make_poll_page, vote, write

pytestmark = pytest.mark.django_db
MODES = ("raise", "wrong_type", "wrong_element", "unsafe", "huge", "write_and_raise")


@pytest.fixture
def learner(client: Client, with_it: Organisation) -> User:
    person = make_member(with_it, email="leerling@heuvelzorg.example")
    client.force_login(person)
    return person


def home(organisation: Organisation) -> str:
    return "/mijn/"


def home_page(organisation: Organisation) -> str:
    return HomePage.objects.get(locale__language_code="nl").url


def organisation_page(organisation: Organisation) -> str:
    return OrganisationPage.objects.get(organisation=organisation, locale__language_code="nl").url


def topic_page(organisation: Organisation) -> str:
    parent = HomePage.objects.get(locale__language_code="nl")
    topic = TopicPage(title="Wondzorg", slug="wondzorg-onderwerp", summary="Over wonden.")
    parent.add_child(instance=topic)
    return topic.url


def module_page(organisation: Organisation) -> str:
    return make_poll_page(organisation).url


def course_page(organisation: Organisation) -> str:
    place = OrganisationPage.objects.get(organisation=organisation, locale__language_code="nl")
    page = CoursePage(locale=place.locale, title="Traject", slug="traject", summary="Een traject.", sharing="public")
    place.add_child(instance=page)
    page.save_revision().publish()
    return page.url


def instruction_page(organisation: Organisation) -> str:
    return make_card(organisation).url


PAGES = {
    "navigation_items": home,
    "home_items": home,
    "home_panels": home,
    "home_page_sections": home_page,
    "organisation_page_sections": organisation_page,
    "topic_page_sections": topic_page,
    "instruction_page_tools": instruction_page,
    "instruction_page_sections": instruction_page,
    "module_panels": module_page,
    "course_panels": course_page,
}
MARKS = {"navigation_items": 'href="/p/testdummy/"', "home_items": 'href="/p/testdummy/?from=home"'}


def mark_of(hook: str) -> str:
    return MARKS.get(hook, f'data-testdummy="{hook}"')


@pytest.mark.parametrize("hook", PAGES)
def test_a_hook_that_works_is_on_its_page(client: Client, with_it: Organisation, learner: User, hook: str) -> None:
    response = client.get(PAGES[hook](with_it))

    assert response.status_code == 200
    assert mark_of(hook) in response.content.decode()
    assert not PluginIncident.objects.exists()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("hook", PAGES)
def test_a_broken_hook_leaves_its_page_standing(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str], hook: str, mode: str
) -> None:
    address = PAGES[hook](with_it)
    good = client.get(address).content.decode()
    faults[hook] = mode

    response = client.get(address)

    shown = response.content.decode()
    assert response.status_code == 200
    assert mark_of(hook) not in shown
    assert "alert('unsafe')" not in shown
    assert "alert(&#x27;unsafe&#x27;)" not in shown
    others = [each for each in PAGES if each != hook and mark_of(each) in good]
    assert [each for each in others if mark_of(each) not in shown] == []
    incident = PluginIncident.objects.get()
    assert (incident.plugin, incident.hook, incident.count) == ("testdummy", hook, 1)
    assert not Compliment.objects.filter(text="the same key").exists()


@pytest.mark.parametrize("mode", MODES)
def test_a_card_keeps_its_own_number_where_a_plugin_names_none(
    client: Client, with_it: Organisation, faults: dict[str, str], mode: str
) -> None:
    change_care_line(
        organisation=with_it, by=make_member(with_it, Role.ADMINISTRATOR), care_phone="046 111 22 33", care_hours=""
    )
    address = make_card(with_it, call=["Het bloedt."]).url + "?testdummy=1"
    assert "tel:+31455551234" in client.get(address).content.decode()
    faults["instruction_page_care_lines"] = mode

    response = client.get(address)

    assert (response.status_code, "tel:+31461112233" in response.content.decode()) == (200, True)
    assert PluginIncident.objects.get().hook == "instruction_page_care_lines"


def test_the_same_fault_is_one_incident_that_counts(
    client: Client, with_it: Organisation, learner: User, faults: dict[str, str]
) -> None:
    faults["home_panels"] = "raise"
    client.get("/mijn/")
    client.get("/mijn/")
    assert PluginIncident.objects.get().count == 1  # written at most twice a minute

    before = timezone.now()
    PluginIncident.objects.update(last_at=before - timedelta(minutes=1))
    client.get("/mijn/")

    incident = PluginIncident.objects.get()
    assert incident.count == 2
    assert incident.last_at >= before
    assert incident.summary == "DeliberateError: home_panels fails on purpose."
    assert "faults.py" in incident.trace


def completed(learner: User, organisation: Organisation) -> Attempt:
    attempt = make_attempt(learner, make_poll_module(organisation))
    write(attempt, 1)
    vote(attempt)
    write(attempt, 3)
    return Attempt.objects.get(pk=attempt.pk)


def test_a_completed_module_reaches_the_plugin_after_the_transaction(
    with_it: Organisation, learner: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        attempt = completed(learner, with_it)

    assert Compliment.objects.get().attempt_uuid == attempt.uuid


@pytest.mark.parametrize("mode", ["raise", "write_and_raise"])
def test_a_plugin_that_fails_afterwards_takes_no_completion_back(
    with_it: Organisation,
    learner: User,
    faults: dict[str, str],
    mode: str,
    django_capture_on_commit_callbacks: object,
) -> None:
    faults["module_completed"] = mode

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        attempt = completed(learner, with_it)

    assert attempt.completed_at is not None
    assert PluginIncident.objects.get().hook == "module_completed"
    assert not Compliment.objects.filter(person=learner).exists()


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "wrong_element", "write_and_raise"])
def test_reconcile_goes_on_without_a_plugin_that_fails(db: None, faults: dict[str, str], mode: str) -> None:
    faults["reconcile"] = mode

    call_command("reconcile", verbosity=0)

    assert PluginIncident.objects.get().hook == "reconcile"


def test_reconcile_gives_what_was_missed_and_nothing_twice(with_it: Organisation, learner: User) -> None:
    attempt = completed(learner, with_it)
    Compliment.objects.create(person=learner, attempt_uuid="00000000-0000-4000-8000-000000000001", text="Eerder")

    call_command("reconcile", verbosity=0)
    call_command("reconcile", verbosity=0)

    assert Compliment.objects.filter(attempt_uuid=attempt.uuid).count() == 1


@pytest.mark.parametrize("mode", ["raise", "wrong_type", "write_and_raise"])
def test_a_page_of_the_plugin_that_fails_says_so_calmly(
    client: Client, learner: User, faults: dict[str, str], mode: str
) -> None:
    faults["page"] = mode

    response = client.get("/p/testdummy/")

    assert response.status_code == 500
    assert 'href="/mijn/"' in response.content.decode()
    assert PluginIncident.objects.get().hook == "urls:/p/testdummy/"
