"""Courses in the filters of the catalogue: by what their steps take, how they are learnt, and for whom."""

from __future__ import annotations

import pytest

from courses.services.catalogue import Search
from courses.services.course_cards import course_cards
from lxp.models import Organisation
from tests.courses.test_catalogue import discover, options, titles
from tests.factories.modules import assignment, lesson, make_course, make_module, page_of
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde", name="De Linde")


def test_a_course_takes_what_its_steps_take_and_of_a_choice_the_shortest(owner):
    ten, twenty, forty = (make_module(owner, lesson(), study_minutes=minutes) for minutes in (10, 20, 40))
    make_course(owner, {"title": "Alle", "modules": [ten, forty]}, title="Vijftig")
    make_course(
        owner,
        {"title": "Begin", "modules": [ten]},
        {"title": "Kies er een", "choose": 1, "modules": [twenty, forty]},
        title="Dertig",
    )
    answer = discover(kind="course", sort="short")
    assert titles(answer) == ["Dertig", "Vijftig"]
    assert options(answer, "time") == {"60": 2}
    assert ("30 min" in answer.content.decode(), "50 min" in answer.content.decode()) == (True, True)
    assert {card.title: card.minutes for card in course_cards(make_member(owner))} == {"Dertig": 30, "Vijftig": 50}


def test_the_page_of_a_course_says_what_it_takes(owner, client):
    ten, twenty, forty = (make_module(owner, lesson(), study_minutes=minutes) for minutes in (10, 20, 40))
    choice = make_course(
        owner, {"title": "Begin", "modules": [ten]}, {"title": "Kies er een", "choose": 1, "modules": [twenty, forty]}
    )
    fixed = make_course(owner, {"title": "Alle", "modules": [ten, forty]})
    pages = [client.get(each.pages.get().get_url()).content.decode() for each in (choice, fixed)]
    assert ("<dd>minstens 30 min</dd>" in pages[0], "<dd>50 min</dd>" in pages[1]) == (True, True)


def test_time_and_form_narrow_courses_as_they_narrow_modules(owner):
    short, long = make_module(owner, lesson(), study_minutes=10), make_module(owner, assignment(), study_minutes=90)
    make_course(owner, {"title": "Stap", "modules": [short]}, title="Even lezen")
    make_course(owner, {"title": "Stap", "modules": [short, long]}, title="Lezen en doen")
    assert titles(discover(kind="course", time="15")) == ["Even lezen"]
    assert titles(discover(kind="course", time="long")) == ["Lezen en doen"]
    assert titles(discover(kind="course", form="workplace")) == ["Lezen en doen"]
    assert set(titles(discover(kind="course", form="online"))) == {"Even lezen", "Lezen en doen"}
    for name in ("time", "form", "audience"):
        for value, count in options(discover(), name).items():
            assert (name, value, discover(**{name: value}).context["count"]) == (name, value, count)


def test_a_course_is_for_those_who_can_do_every_step(owner):
    both = make_module(owner, lesson(), audiences=["staff", "caregivers"])
    staff = make_module(owner, lesson(), audiences=["staff"])
    make_course(owner, {"title": "Stap", "modules": [both, staff]}, title="Allebei")
    make_course(owner, {"title": "Kies", "choose": 1, "modules": [both, staff]}, title="Een van de twee")
    assert set(titles(discover(kind="course", audience="staff"))) == {"Allebei", "Een van de twee"}
    assert titles(discover(kind="course", audience="caregivers")) == ["Een van de twee"]


def test_a_module_that_was_withdrawn_takes_no_time_in_a_course_any_more(owner):
    stays, goes = make_module(owner, lesson(), study_minutes=10), make_module(owner, lesson(), study_minutes=90)
    make_course(owner, {"title": "Stap", "modules": [stays, goes]}, title="Cursus")
    assert titles(discover(kind="course", time="long")) == ["Cursus"]
    page_of(goes).unpublish()
    assert titles(discover(kind="course", time="long")) == []
    assert titles(discover(kind="course", time="15")) == ["Cursus"]


def test_a_course_of_which_nothing_is_left_is_found_and_has_no_time(owner):
    module = make_module(owner, lesson())
    course = make_course(owner, {"title": "Stap", "modules": [module]}, title="Leeg")
    page_of(module).unpublish()
    answer = discover()
    assert (titles(answer), options(answer, "time")) == (["Leeg"], {})
    assert Search(make_member(owner)).shelf.course_minutes == {}
    assert [card.minutes for card in course_cards(make_member(owner), course.owner)] == [None]
