"""What pages cost: the same number of statements for one row and for three, on the second visit."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale

from content.api import OrganisationPage, TopicPage
from courses.models import CoursePage, ModulePage
from courses.services.requests import ask_for_assessment
from lxp.models import Organisation, Role
from lxp.search import consumer
from tests.factories.learning import answer_quiz, choice, question_of, row_of, take
from tests.factories.modules import assignment, lesson, make_attempt, make_module, quiz
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
ROWS = pytest.mark.parametrize("rows", [1, 3])
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("linde")


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown_twice(client: Client, url: str, count: int, django_assert_num_queries: Any) -> str:
    """The second visit, which costs `count` statements."""
    assert client.get(url).status_code == 200
    with django_assert_num_queries(count):
        response = client.get(url)
    return response.content.decode()


def lessons(count: int) -> list[dict[str, Any]]:
    return [lesson(f"les-{number}") for number in range(count)]


# ── for visitors ─────────────────────────────────────────────────────────────────────────────────────────────


@ROWS
def test_front_page(client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    for _module in range(rows):
        make_module(organisation)
    # home page; topics; whether there are cards to explain; modules, stamp of their cards
    html = shown_twice(client, "/nl/", 5, django_assert_num_queries)
    assert html.count('class="card ') == rows


@ROWS
def test_catalogue(client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    for _module in range(rows):
        make_module(organisation)
    # stamp, modules
    html = shown_twice(client, "/en/discover/", 2, django_assert_num_queries)
    assert html.count('class="card ') == rows


@ROWS
@pytest.mark.parametrize("words", ["wondzorg", "wondzorgg", "nergens"])
def test_search_of_the_catalogue(
    client: Client, organisation: Organisation, rows: int, words: str, django_assert_num_queries: Any
) -> None:
    for _module in range(rows):
        make_module(organisation, title="Wondzorg")
    consumer.catch_up()
    # stamp, modules
    html = shown_twice(client, f"/en/discover/?q={words}", 1 if words == "nergens" else 2, django_assert_num_queries)
    assert html.count('class="card ') == (0 if words == "nergens" else rows)


@ROWS
def test_search_that_nobody_asked_before(
    client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    for _module in range(rows):
        make_module(organisation, title="Wondzorg")
    consumer.catch_up()
    client.get("/en/discover/?q=wond")
    # stamp, modules; the shelf and the names on it are kept
    with django_assert_num_queries(2):
        html = client.get("/en/discover/?q=zorg").content.decode()
    assert html.count('class="card ') == rows


@ROWS
def test_organisation_page(
    client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    for _module in range(rows):
        make_module(organisation)
    # address, page with organisation; its translations; courses; modules, stamp of their cards
    html = shown_twice(client, "/nl/linde/", 6, django_assert_num_queries)
    assert html.count('class="card ') == rows


@ROWS
def test_topic_page(client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    place = OrganisationPage.objects.get(organisation=organisation, locale__language_code="nl")
    topic = TopicPage(title="Wondzorg", slug="wonden", locale=place.locale)
    place.add_child(instance=topic)
    for _module in range(rows):
        make_module(organisation, topic=topic)
    # address, page; its translations and the way back up; instruction cards; modules, stamp of their cards
    html = shown_twice(client, "/nl/linde/wonden/", 6, django_assert_num_queries)
    assert html.count('class="card ') == rows


@ROWS
def test_module_page_for_a_visitor(
    client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    page = ModulePage.objects.get(module=make_module(organisation, *lessons(rows)))
    # address, page with module and owner; its translations and the way back up; version; what it proves
    html = shown_twice(client, page.get_url(), 5, django_assert_num_queries)
    assert html.count('class="route__step') == rows


@ROWS
def test_module_page_with_fellow_owners(
    client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    others = [make_organisation(f"eik-{number}") for number in range(rows)]
    page = ModulePage.objects.get(module=make_module(organisation, lesson(), co_owners=others))
    # the five of any; its fellow owners
    html = shown_twice(client, page.get_url(), 6, django_assert_num_queries)
    assert [str(each) in html for each in others] == [True] * rows


@ROWS
def test_course_page(client: Client, organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    place = OrganisationPage.objects.get(organisation=organisation, locale__language_code="nl")
    modules = [make_module(organisation).pages.get().pk for _module in range(rows)]
    slots = [{"type": "slot", "value": {"title": "Stap", "choose": None, "modules": [module]}} for module in modules]
    page = CoursePage(
        title="Inwerken", summary="x", sharing="public", locale=Locale.objects.get(language_code="nl"), slug="inwerken"
    )
    page.slots = json.dumps(slots)
    place.add_child(instance=page)
    page.save_revision().publish()
    # address, page with course; its translations and the way back up; slots, their modules; modules, stamp of their cards
    html = shown_twice(client, "/nl/linde/inwerken/", 7, django_assert_num_queries)
    assert html.count('class="card ') == rows


# ── for learners: each page begins with session, person, and memberships with their roles ─────────────────────


@ROWS
def test_module_page_for_who_is_under_way(
    organisation: Organisation, rows: int, django_assert_num_queries: Any
) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, *lessons(rows)))
    page = ModulePage.objects.get(module=attempt.module)
    # 3; address, page with module; its translations and the way back up; attempt, states; what it proves
    html = shown_twice(client_of(attempt.person), page.get_url(), 9, django_assert_num_queries)
    assert html.count('class="route__step') == rows


@ROWS
def test_lesson_page(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, *lessons(rows)))
    # session, person; attempt, states
    url = reverse("courses:play", args=[attempt.uuid, 1])
    html = shown_twice(client_of(attempt.person), url, 4, django_assert_num_queries)
    assert "Tekst van les-0." in html


def test_a_lesson_page_that_keeps_the_place(organisation: Organisation, django_assert_num_queries: Any) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, *lessons(2)))
    client = client_of(attempt.person)
    client.get(reverse("courses:play", args=[attempt.uuid, 1]))
    with django_assert_num_queries(5):  # session, person; attempt, states, place
        client.get(reverse("courses:play", args=[attempt.uuid, 2]))


@ROWS
def test_one_progress_write(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, *lessons(rows + 2)))
    client = client_of(attempt.person)
    for position in range(1, rows + 1):
        take(attempt, position, "finish")
    url = reverse("courses:handle", args=[attempt.uuid, row_of(attempt, rows + 1).block_id, "finish"])
    # session, person; savepoint, attempt, states, event, state, what it proves, release
    with django_assert_num_queries(9):
        response = client.post(url, {"event": str(uuid4())}, headers=FETCH)
    assert response.status_code == 204


@ROWS
def test_an_answer(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, quiz(count=rows + 2), lesson()))
    client = client_of(attempt.person)
    for number in range(1, rows + 1):
        take(attempt, 1, "answer", choice(question_of(attempt, 1, number)))
    values = choice(question_of(attempt, 1, rows + 1))
    url = reverse("courses:handle", args=[attempt.uuid, row_of(attempt, 1).block_id, "answer"])
    # session, person; savepoint, attempt, states, event, state, release
    with django_assert_num_queries(8):
        response = client.post(url, {"event": str(uuid4()), **values}, headers=FETCH)
    assert response.status_code == 200


@ROWS
def test_result(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    attempt = make_attempt(make_member(organisation), make_module(organisation, quiz(count=rows)))
    answer_quiz(attempt, 1)
    # 3; attempt, states; what it proved
    url = reverse("courses:result", args=[attempt.uuid])
    html = shown_twice(client_of(attempt.person), url, 6, django_assert_num_queries)
    assert [f"Vraag v{number}?" in html for number in range(1, rows + 1)] == [True] * rows


@ROWS
def test_my_learning(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    person = make_member(organisation)
    for _module in range(rows):
        make_attempt(person, make_module(organisation))
        finished = make_attempt(person, make_module(organisation, lesson()))
        take(finished, 1, "finish")
    # 3; attempts under way, their activities and states; finished ones: count and page; courses
    html = shown_twice(client_of(person), reverse("courses:my_learning"), 9, django_assert_num_queries)
    assert (html.count('class="card '), html.count('class="lesson"')) == (rows, rows)


@ROWS
def test_home(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    person = make_member(organisation)
    for _module in range(rows):
        make_attempt(person, make_module(organisation))
        make_module(organisation)
    # 3; attempts under way, their activities and states; stamp, what was begun, suggestions
    html = shown_twice(client_of(person), reverse("lxp:home"), 9, django_assert_num_queries)
    assert (html.count('data-kind="resume"'), html.count('class="card ')) == (rows, rows)


@ROWS
def test_requests_for_assessment(organisation: Organisation, rows: int, django_assert_num_queries: Any) -> None:
    module = make_module(organisation, assignment())
    for _learner in range(rows):
        attempt = make_attempt(make_member(organisation, last_name="Bolderkar"), module)
        take(attempt, 1, "request")
        ask_for_assessment(attempt=attempt, row=row_of(attempt, 1))
    assessor = make_member(organisation, Role.ASSESSOR)
    # 3; count and page; titles; what they prove
    html = shown_twice(client_of(assessor), reverse("courses:requests"), 7, django_assert_num_queries)
    assert html.count("Bolderkar") == rows
