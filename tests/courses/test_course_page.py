"""The page of a course: its steps in order, what of them is finished, and taking part."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from courses.services.enrolment import enrol_in_course
from courses.services.module_page import course_overview_of
from lxp.models import Organisation, User
from tests.factories.learning import take
from tests.factories.modules import (
    lesson,
    make_attempt,
    make_course,
    make_module,
    page_of,
    quiz,
)
from tests.factories.people import join, make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde", name="De Linde")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def overview(course: Any, person: Any, rf: Any) -> Any:
    request = rf.get("/")
    request.user = person
    return course_overview_of(course.pages.get(), request)


def test_a_course_shows_its_steps_in_order_and_counts_what_is_done(owner, rf):
    one, two, three, four = (make_module(owner, lesson(), title=title) for title in ("Een", "Twee", "Drie", "Vier"))
    slots = [
        {"title": "Begin", "modules": [one]},
        {"title": "Kies er twee", "choose": 2, "modules": [two, three, four]},
    ]
    course = make_course(owner, *slots)
    learner = make_member(owner)
    found = overview(course, learner, rf)
    assert [(slot.title, slot.choose, slot.done, slot.needed) for slot in found.slots] == [
        ("Begin", None, 0, 1),
        ("Kies er twee", 2, 0, 2),
    ]
    assert [len(slot.cards) for slot in found.slots] == [1, 3]
    assert (found.done, found.is_enrolled) == (0, False)
    enrol_in_course(person=learner, course=course)
    for module in (one, two, four):
        take(make_attempt(learner, module), 1, "finish")
    found = overview(course, learner, rf)
    assert [(slot.done, slot.is_done) for slot in found.slots] == [(1, True), (2, True)]
    assert (found.done, found.is_enrolled) == (2, True)
    assert overview(course, AnonymousUser(), rf).done == 0


def test_a_course_hides_modules_that_are_not_for_the_reader(owner, rf):
    hidden = make_module(owner, lesson(), title="Intern", sharing="organisation")
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner, lesson()), hidden]})
    assert len(overview(course, make_member(owner), rf).slots[0].cards) == 2
    html = Client().get(course.pages.get().get_url()).content.decode()
    assert "Intern" not in html


def test_a_step_of_which_nothing_is_there_is_not_done(owner, rf):
    hidden = make_module(owner, lesson(), sharing="organisation")
    course = make_course(owner, {"title": "Begin", "modules": [hidden]})
    assert overview(course, make_member(make_organisation()), rf).done == 0


def test_what_was_finished_counts_also_after_the_module_left(owner, rf):
    one, two, three = (make_module(owner, lesson()) for _number in range(3))
    course = make_course(owner, {"title": "Kies er twee", "choose": 2, "modules": [one, two, three]})
    learner = make_member(owner)
    for module in (one, two):
        take(make_attempt(learner, module), 1, "finish")
    page_of(one).unpublish()
    slot = overview(course, learner, rf).slots[0]
    assert (slot.done, slot.is_done, len(slot.cards)) == (2, True, 2)


def test_a_quiz_that_was_not_passed_does_not_count_in_a_course(owner, rf):
    module = make_module(owner, quiz(count=1, rounds=1))
    course = make_course(owner, {"title": "Begin", "modules": [module]})
    learner = make_member(owner)
    attempt = make_attempt(learner, module)
    question = attempt.version.activities.get().content["questions"][0]
    wrong = next(option["id"] for option in question["value"]["options"] if not option["value"]["right"])
    take(attempt, 1, "answer", {"question": [question["id"]], "round": ["1"], "answer": [wrong]})
    assert overview(course, learner, rf).done == 0


def test_a_module_that_is_chosen_twice_stands_once(owner, rf):
    module = make_module(owner, lesson())
    course = make_course(owner, {"title": "Begin", "modules": [module, module]})
    assert len(overview(course, make_member(owner), rf).slots[0].cards) == 1


def test_taking_part_by_the_button_shows_progress(owner):
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner, lesson())]})
    learner = make_member(make_organisation())
    join(learner, owner)
    client = client_of(learner)
    address = course.pages.get().get_url()
    assert "<progress" not in client.get(address).content.decode()
    answer = client.post(reverse("courses:start_course", args=[course.uuid]), follow=True)
    assert answer.redirect_chain[-1][0].endswith(address)
    assert "<progress" in answer.content.decode()
