"""Courses that somebody takes part in: where they stand, and how far they are."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Course, CoursePage, Module
from courses.services.course_progress import my_courses
from courses.services.enrolment import enrol_in_course
from lxp.models import Organisation, User
from tests.factories.learning import take
from tests.factories.modules import lesson, make_attempt, make_course, make_module
from tests.factories.people import make_member, make_organisation
from tests.factories.player import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def learner(owner: Organisation) -> User:
    return make_member(owner, language="nl")


def make_modules(owner: Organisation, count: int) -> list[Module]:
    return [make_module(owner, lesson()) for _number in range(count)]


def finish(person: User, module: Module) -> None:
    take(make_attempt(person, module), 1, "finish")


def page_of(client: Client) -> str:
    return client.get(reverse("courses:my_learning")).content.decode()


def test_a_course_of_ones_own_stands_with_its_steps_until_it_is_done(owner: Organisation, learner: User) -> None:
    first, second, third = make_modules(owner, 3)
    steps = [{"title": "Begin", "modules": [first]}, {"title": "Kies", "choose": 1, "modules": [second, third]}]
    course = make_course(owner, *steps, title="Inwerken")
    client = client_of(learner)
    assert "Inwerken" not in page_of(client)

    enrol_in_course(person=learner, course=course)
    assert "0 van 2 stappen klaar" in page_of(client)
    finish(learner, first)
    finish(learner, third)
    assert "2 van 2 stappen klaar" in page_of(client)
    [progress] = my_courses(learner)
    assert (progress.title, progress.done, progress.total, progress.is_done) == ("Inwerken", 2, 2, True)
    assert progress.url == CoursePage.objects.get(course=course).get_url()


def test_who_finished_the_version_that_they_took_up_stays_finished(owner: Organisation, learner: User) -> None:
    first, second = make_modules(owner, 2)
    course = make_course(owner, {"title": "Begin", "modules": [first]})
    enrol_in_course(person=learner, course=course)
    finish(learner, first)
    add_step(course, second)

    [progress] = my_courses(learner)
    assert (progress.done, progress.total) == (1, 1)
    path = CoursePage.objects.get(course=course).get_url()
    assert "1 van 1 stappen klaar" in client_of(learner).get(path).content.decode()
    newcomer = make_member(owner)
    enrol_in_course(person=newcomer, course=Course.objects.get(pk=course.pk))
    assert [(each.done, each.total) for each in my_courses(newcomer)] == [(0, 2)]


def add_step(course: Course, module: Module) -> None:
    page = CoursePage.objects.get(course=course)
    stored: list[dict[str, Any]] = list(page.slots.raw_data)
    item = {"type": "item", "id": str(uuid4()), "value": module.pages.get().pk}
    page.slots = json.dumps([*stored, {"type": "slot", "value": {"title": "Meer", "choose": None, "modules": [item]}}])
    page.save_revision().publish()
    assert Course.objects.get(pk=course.pk).current_version.number == 2


@pytest.mark.parametrize("count", [1, 3])
def test_many_courses_cost_the_queries_of_one(
    owner: Organisation, learner: User, count: int, django_assert_num_queries: Any
) -> None:
    for module in make_modules(owner, count):
        enrol_in_course(person=learner, course=make_course(owner, {"title": "Begin", "modules": [module]}))
    # enrolments with courses, steps, modules; what is finished; memberships with roles, what is visible; pages
    with django_assert_num_queries(8):
        assert len(my_courses(User.objects.get(pk=learner.pk))) == count
