"""Which modules the people of a team finished: rows, figures, and whose figures are withheld."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Attempt, Enrolment
from courses.services.enrolment import start_module
from lxp.models import AuditEvent, MembershipKind, Role, User
from lxp.services.organisations import grant_membership
from skills_graph.services import completion
from skills_graph.services.completion import Figures, Progress, completions, enrolments, figures, shown, streamed
from tests.factories.acts import Act, ago, make_act, make_carer, make_leader
from tests.factories.modules import lesson, make_module

pytestmark = pytest.mark.django_db


@pytest.fixture
def act() -> Act:
    return make_act()


@pytest.fixture
def leader(act: Act) -> User:
    return make_leader(act)


def client_of(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def take(person: User, module: Any, *, is_done: bool = False, passed: bool | None = None) -> Attempt:
    attempt = start_module(person=person, module=module)
    if is_done:
        attempt.completed_at, attempt.passed = timezone.now(), passed
        attempt.save()
    return attempt


def test_each_row_says_how_far_somebody_is(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson(), title="Handen")
    take(make_carer(act, "Bezig"), module)
    take(make_carer(act, "Klaar"), module, is_done=True)
    take(make_carer(act, "Gezakt"), module, is_done=True, passed=False)
    Enrolment.objects.create(person=make_carer(act, "Nieuw"), organisation=act.organisation, module=module)
    rows = enrolments(leader, act.organisation)
    expected = {
        "Bezig Bakker": Progress.UNDER_WAY,
        "Klaar Bakker": Progress.PASSED,
        "Gezakt Bakker": Progress.FAILED,
        "Nieuw Bakker": Progress.NOT_STARTED,
    }
    assert {row.name: row.progress for row in completions(rows, act.organisation)} == expected
    assert {row.name: row.progress for row in streamed(rows, act.organisation)} == expected


def test_a_download_is_read_in_pieces_in_the_order_of_names(
    act: Act, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (3, 1, 5, 2, 4):
        take(make_carer(act, f"Anna{number}"), make_module(act.organisation, lesson()), is_done=number % 2 == 0)
    rows = enrolments(leader, act.organisation)
    whole = list(completions(rows, act.organisation))
    monkeypatch.setattr(completion, "CHUNK", 2)
    assert list(streamed(rows, act.organisation)) == whole
    assert [row.name for row in whole] == [f"Anna{number} Bakker" for number in range(1, 6)]


def test_doing_it_again_does_not_take_back_that_it_was_passed(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson())
    carer = make_carer(act)
    take(carer, module, is_done=True, passed=True)
    take(carer, module)
    (row,) = completions(enrolments(leader, act.organisation), act.organisation)
    assert row.progress == Progress.PASSED


def test_failing_it_later_does_not_take_back_that_it_was_passed(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson())
    carer = make_carer(act)
    take(carer, module, is_done=True, passed=True)
    take(carer, module, is_done=True, passed=False)
    rows = enrolments(leader, act.organisation)
    assert [row.progress for row in completions(rows, act.organisation)] == [Progress.PASSED]
    assert figures(rows, act.organisation) == Figures(1, 1)


def test_what_was_taken_up_for_another_employer_is_not_there(act: Act, leader: User) -> None:
    other = make_act("vlier")
    carer = make_carer(act)
    grant_membership(person=carer, organisation=other.organisation, starts_on=ago(10))
    carer = User.objects.get(pk=carer.pk)
    take(carer, make_module(other.organisation, lesson(), title="Geheim", sharing="organisation"))
    take(make_carer(other, "Vreemd"), make_module(other.organisation, lesson(), title="Ook geheim"))
    page = client_of(leader).get(reverse("skills_graph:completion")).content.decode()
    assert "Nothing was taken up yet" in page
    assert "eheim" not in page


def test_a_module_of_another_organisation_is_not_there(act: Act, leader: User) -> None:
    module = make_module(make_act("vlier").organisation, lesson(), sharing="organisation")
    client = client_of(leader)
    for wanted in (module.uuid, "00000000-0000-4000-8000-000000000000", "onzin"):
        assert client.get(f"{reverse('skills_graph:completion')}?module={wanted}").status_code == 404


@pytest.mark.parametrize(
    ("everybody", "own", "is_shown"),
    [
        ((4, 20), (1, 10), True),
        ((2, 4), (0, 0), False),  # fewer than five people
        ((3, 14), (1, 10), False),  # four others
        ((3, 15), (1, 10), True),
        ((1, 10), (1, 10), True),
    ],
)
def test_figures_that_would_tell_about_a_few_are_withheld(
    everybody: tuple[int, int], own: tuple[int, int], is_shown: bool
) -> None:
    assert (shown(Figures(*everybody), Figures(*own)) is not None) == is_shown


def test_the_whole_organisation_stands_beside_the_own_unit_where_it_may(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson())
    take(make_carer(act, "Eigen"), module, is_done=True)
    url = f"{reverse('skills_graph:completion')}?module={module.uuid}"
    for number in range(5):
        assert "In the whole organisation" not in client_of(leader).get(url).content.decode()
        take(make_carer(act, f"Elders{number}", unit=None), module)
    assert "In the whole organisation: 1 of 6." in client_of(leader).get(url).content.decode()


def test_volunteers_and_who_left_are_nobody_of_the_whole_organisation(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson())
    take(make_carer(act, "Eigen"), module, is_done=True)
    for number in range(4):
        take(make_carer(act, f"Elders{number}", unit=None), module)
    volunteer = make_carer(act, "Vrijwilliger", unit=None, kind=MembershipKind.VOLUNTEER, job="")
    Enrolment.objects.create(person=volunteer, organisation=act.organisation, module=module)
    gone = make_carer(act, "Weg", unit=None)
    take(gone, module)
    gone.memberships.update(ends_on=ago(1))
    url = f"{reverse('skills_graph:completion')}?module={module.uuid}"
    assert "In the whole organisation" not in client_of(leader).get(url).content.decode()
    take(make_carer(act, "Elders5", unit=None), module)
    assert "In the whole organisation: 1 of 6." in client_of(leader).get(url).content.decode()


def test_the_table_has_every_row_and_is_written_down(act: Act, leader: User) -> None:
    module = make_module(act.organisation, lesson(), title="Handen")
    carer = make_carer(act, "=1+1")
    take(carer, module, is_done=True)
    response = client_of(leader).get(reverse("skills_graph:completion_download"))
    header, row = csv.reader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";")
    today = timezone.localdate().isoformat()
    assert header == ["Name", "Module", "Taken up on", "State", "Finished on"]
    assert row == ["'=1+1 Bakker", "Handen", today, "finished", today]
    assert response["Cache-Control"] == "private, no-store"
    events = AuditEvent.objects.filter(person=carer, actor=leader).values_list("action", flat=True)
    assert list(events) == ["completion.exported"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "count"), [("completion", 7), ("completion_download", 8)])
def test_completion_needs_the_same_queries_for_any_number(
    name: str, count: int, rows: int, act: Act, django_assert_num_queries: Any
) -> None:
    leader = make_leader(act, role=Role.COORDINATOR)
    module = make_module(act.organisation, lesson())
    for number in range(rows):
        take(make_carer(act, f"Anna{number}"), module, is_done=True)
    client = client_of(leader)
    url = reverse(f"skills_graph:{name}")
    list(client.get(url))
    # session, user, memberships; figures, rows, attempts; looks of this hour
    with django_assert_num_queries(count):
        response = client.get(url)
        b"".join(response.streaming_content if response.streaming else response)
