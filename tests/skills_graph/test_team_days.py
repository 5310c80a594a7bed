"""Why somebody of a team is (not) in order, on another day than today; and who is no longer there to be looked at."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lxp.models import Membership, Role, User
from skills_graph.services.evidence import revoke_evidence
from tests.factories.acts import Act, ago, make_act, make_carer, make_leader, pass_practical, pass_theory
from tests.skills_graph.test_team import competent, page_of, signed_in, status_of, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def act() -> Act:
    return make_act()


@pytest.fixture
def leader(act: Act) -> User:
    return make_leader(act)


def why(leader: User, carer: User, act: Act, query: str = "") -> str:
    return page_of(leader, "team_why", carer.uuid, act.act.uuid, query=query)


def test_why_is_about_the_day_that_the_list_was_about(act: Act, leader: User) -> None:
    carer, tomorrow = make_carer(act), timezone.localdate() + timedelta(days=1)
    pass_theory(carer, act, days_ago=3, valid_until=tomorrow)
    pass_practical(carer, act, days_ago=3, valid_until=tomorrow)
    listed = page_of(leader, "team_task", act.act.uuid, query="dag=morgen")
    address = f"/team/mensen/{carer.uuid}/{act.act.uuid}/?dag={tomorrow.isoformat()}"
    assert address in listed
    assert address in page_of(leader, "team_person", carer.uuid, query="dag=morgen")
    assert "Yes, this is in order" in why(leader, carer, act)
    page = why(leader, carer, act, "dag=morgen")
    assert "No, this has lapsed." in page
    assert "This is how it stands tomorrow." in page
    assert f"/team/mensen/{carer.uuid}/?dag={tomorrow.isoformat()}" in page


def test_why_of_a_past_day_rests_on_what_there_was_then(act: Act, leader: User) -> None:
    carer = make_carer(act)
    pass_theory(carer, act, days_ago=30)
    pass_practical(carer, act, days_ago=10)
    before, after = (why(leader, carer, act, f"dag={ago(days).isoformat()}") for days in (20, 5))
    assert "Not yet: still missing is practical." in before
    assert re.findall(r'id="opdag">.*?(This is how it stood on [^<]+\.)', before) != []
    assert "assessed practical" not in before
    assert "Yes, this is in order" in after
    assert "assessed practical" in after
    assert "What comes next" not in before


def test_why_of_a_past_day_is_as_we_know_it_now_or_as_we_knew_it_then(
    act: Act, leader: User, time_machine: object
) -> None:
    carer, day = competent(act, "Anna", days_ago=3), ago(0)
    time_machine.move_to(timezone.now() + timedelta(days=4))  # type: ignore[attr-defined]
    practical = carer.evidence.get(competency=act.practical)
    revoke_evidence(person=carer, uuid=practical.uuid, by=act.assessor, reason="Signed for somebody else")
    now = why(leader, carer, act, f"dag={day.isoformat()}")
    then = why(leader, carer, act, f"dag={day.isoformat()}&kennis=toen")
    assert "Not yet: still missing is practical." in now
    assert "Signed for somebody else" in now
    assert "Yes, this is in order" in then
    assert "As we knew it then." in then
    assert "Signed for somebody else" not in then


def test_who_left_is_named_on_the_day_and_their_record_is_closed(act: Act, leader: User) -> None:
    stays, left = competent(act, "Blijft", days_ago=9), competent(act, "Weg", days_ago=9)
    student = make_carer(act, "Leerling", job="Leerling")
    Membership.objects.filter(person__in=[left, student]).update(ends_on=ago(2))
    page = page_of(leader, "team_task", act.act.uuid, query=f"dag={ago(5).isoformat()}")
    assert [name in page for name in ("Blijft Bakker", "Weg Bakker", "Leerling Bakker")] == [True, True, True]
    linked = re.findall(r"/team/mensen/([-\w]+)/", page)
    assert set(linked) == {str(stays.uuid), str(leader.uuid)}
    for uuid in linked:
        assert status_of(leader, "team_person", uuid) == 200
    assert status_of(leader, "team_person", left.uuid) == 404


def test_a_day_on_which_nobody_asked_a_task_says_so(act: Act, leader: User) -> None:
    make_carer(act, "Nieuw", starts_on=ago(3))
    then = f"dag={ago(2).isoformat()}&kennis=toen"  # the profile is of today
    page = page_of(leader, "team_task", act.act.uuid, query=then)
    assert "The jobs of 2 others in your team do not ask this." in page
    assert "Nieuw Bakker" in page.partition("Not asked of them")[2]
    assert table_of(leader, "team_task_download", act.act.uuid, query=then)[1:] == []


def test_a_day_before_anybody_worked_here_says_so(act: Act) -> None:
    leader = make_carer(act, "Lies", roles=frozenset({Role.MANAGER}), starts_on=ago(3))
    page = page_of(leader, "team_task", act.act.uuid, query=f"dag={ago(9).isoformat()}")
    assert "Nobody is in your team on" in page
    assert "Everybody is in order" not in page


def test_somebody_on_a_day_before_they_came_is_not_in_the_team(act: Act, leader: User) -> None:
    carer = make_carer(act, "Nieuw", starts_on=ago(3))
    make_carer(act, "Al lang")  # so that somebody’s job asked it then
    before, after = (page_of(leader, "team_person", carer.uuid, query=f"dag={ago(day).isoformat()}") for day in (9, 2))
    assert "Nieuw Bakker is not in your team on" in before
    url = reverse("skills_graph:team_why", args=[carer.uuid, act.act.uuid])
    client = signed_in(leader)
    found = [client.get(url, {"dag": ago(day).isoformat()}).status_code for day in (9, 2)]
    assert found == [404, 200]
    assert act.act.title not in before
    assert "is not in your team" not in after
    assert act.act.title in after
