"""No figure, list or look about staff contains a volunteer, whatever they learnt and proved."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.services.enrolment import start_module
from courses.services.giving import give_to_volunteers
from lxp.models import Role, User
from lxp.permissions import may
from skills_graph.models import Evidence, Holding
from skills_graph.services.completion import completions, enrolments
from tests.factories.acts import Act, make_act, make_carer, make_leader, pass_theory
from tests.factories.modules import lesson, make_module
from tests.factories.people import make_member, make_volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def act() -> Act:
    return make_act()


@pytest.fixture
def volunteer(act: Act) -> User:
    """A volunteer who finished a module and proved something, for the organisation of the team."""
    person = make_volunteer(act.organisation, first_name="Vera", last_name="Zwaluw")
    module = make_module(act.organisation, lesson())
    give_to_volunteers(organisation=act.organisation, modules=[module])
    attempt = start_module(person=person, module=module)
    attempt.completed_at, attempt.passed = timezone.now(), True
    attempt.save()
    pass_theory(person, act)
    return person


def page_of(person: User, name: str) -> str:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    response = client.get(reverse(f"skills_graph:{name}"))
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def whole(act: Act) -> User:
    return make_member(act.organisation, Role.ADMINISTRATOR, first_name="Ada", last_name="Beheer")


@pytest.mark.parametrize("name", ["team", "team_download", "completion", "completion_download"])
def test_a_page_about_the_team_never_names_a_volunteer(act: Act, volunteer: User, name: str) -> None:
    make_carer(act, "Wies")
    assert "Zwaluw" not in page_of(whole(act), name)


def test_a_team_counts_its_staff(act: Act, volunteer: User) -> None:
    make_carer(act, "Wies")
    assert "3 people in your team" in page_of(whole(act), "team")  # with the assessor and Ada herself


def test_what_a_volunteer_finished_counts_in_no_completion(act: Act, volunteer: User) -> None:
    rows = enrolments(whole(act), act.organisation)
    assert completions(rows, act.organisation) == []


def test_nobody_looks_into_the_record_of_a_volunteer(act: Act, volunteer: User) -> None:
    leader = make_leader(act, role=Role.COORDINATOR)
    assert not may(leader, "record.look", volunteer)
    assert not Evidence.objects.visible_to(leader).filter(person=volunteer).exists()
    assert not Holding.objects.visible_to(leader).filter(person=volunteer).exists()
    assert Evidence.objects.visible_to(volunteer).filter(person=volunteer).count() == 1


def test_a_volunteer_is_not_in_the_lists_of_who_may_assess_or_stands_in_a_register(act: Act, volunteer: User) -> None:
    person = whole(act)
    assert "Zwaluw" not in page_of(person, "authority_give") + page_of(person, "registration_add")
    assert "Bakker" in page_of(person, "registration_add")


def test_no_job_asks_anything_of_a_volunteer(act: Act, volunteer: User) -> None:
    assert "Katheter linde inbrengen" not in page_of(volunteer, "portfolio")
