"""What a team costs: the same queries for any number of people, in pieces where it is long, and nothing that is not asked."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lxp.models import User
from skills_graph.services import holdings, team
from tests.factories.acts import Act, ago, make_act, make_carer, make_leader, pass_theory
from tests.skills_graph.test_team import competent, page_of, signed_in, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def act() -> Act:
    return make_act()


@pytest.fixture
def leader(act: Act) -> User:
    return make_leader(act)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("team", 8),  # session, user, memberships, units; members; job, requirements; holdings
        ("team_task", 10),  # and parts; looks of this hour
        ("team_download", 10),
    ],
)
def test_a_team_needs_the_same_queries_for_any_number(
    name: str, count: int, rows: int, act: Act, leader: User, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        competent(act, f"Wel {number}")
        make_carer(act, f"Niet {number}")
    client = signed_in(leader)
    url = reverse(f"skills_graph:{name}", args=[act.act.uuid] if name == "team_task" else [])
    list(client.get(url))
    with django_assert_num_queries(count):
        response = client.get(url)
        b"".join(response.streaming_content if response.streaming else response)


@pytest.mark.parametrize("day", [0, 3])
def test_a_download_is_read_in_pieces_of_people(
    act: Act, leader: User, day: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        competent(act, f"Wel {number}", days_ago=9)
    query = f"dag={ago(day).isoformat()}"
    whole = table_of(leader, "team_download", query=query)
    monkeypatch.setattr(team, "PEOPLE_AT_ONCE", 2)
    monkeypatch.setattr(holdings, "PEOPLE_AT_ONCE", 2)
    response = signed_in(leader).get(f"{reverse('skills_graph:team_download')}?{query}")
    with CaptureQueriesContext(connection) as sent:
        text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(StringIO(text), delimiter=";")) == whole
    assert len(whole) == 1 + 5
    table = "skills_graph_evidence" if day else "skills_graph_holding"
    assert sum(f'FROM "{table}"' in each["sql"] for each in sent) == 3


def test_the_past_of_whom_a_task_is_not_asked_is_not_derived(
    act: Act, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    competent(act, "Wel", days_ago=9)
    student = make_carer(act, "Leerling", job="Leerling")
    pass_theory(student, act, days_ago=9)
    derived: list[int] = []
    derive = holdings.derive
    monkeypatch.setattr(holdings, "derive", lambda entries, graph: derived.append(1) or derive(entries, graph))
    page = page_of(leader, "team_task", act.act.uuid, query=f"dag={ago(3).isoformat()}")
    assert "Wel Bakker" in page
    assert len(derived) == 1
