"""The list of courses: what a reader may find, at a constant cost."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from wagtail.models import Locale

from content.api import OrganisationPage
from courses.models import CoursePage
from courses.services.course_cards import course_cards
from lxp.models import Organisation
from tests.factories.modules import make_module
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


def make_course(owner: Organisation, title: str, sharing: str = "public") -> CoursePage:
    place = OrganisationPage.objects.get(organisation=owner, locale__language_code="nl")
    module = make_module(owner)
    slots = [{"type": "slot", "value": {"title": "Stap", "choose": None, "modules": [module.pages.get().pk]}}]
    page = CoursePage(title=title, summary="Waarover.", sharing=sharing, locale=Locale.objects.get(language_code="nl"))
    page.slots = json.dumps(slots)
    place.add_child(instance=page)
    page.save_revision().publish()
    return page


def test_a_visitor_finds_public_courses_and_no_others(client: Client) -> None:
    owner = make_organisation("eerste")
    make_course(owner, "Voor iedereen")
    make_course(owner, "Alleen voor ons", sharing="organisation")
    body = client.get("/en/discover/courses/", follow=True).content.decode()
    assert ("Voor iedereen" in body, "Alleen voor ons" in body) == (True, False)


def test_a_member_finds_the_courses_of_the_own_organisation() -> None:
    owner, other = make_organisation("eerste"), make_organisation("tweede")
    make_course(owner, "Alleen voor ons", sharing="organisation")
    assert [card.title for card in course_cards(make_member(owner))] == ["Alleen voor ons"]
    assert course_cards(make_member(other)) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_two_queries_for_any_number_of_courses(count: int, django_assert_num_queries) -> None:
    owner = make_organisation("eerste")
    for number in range(count):
        make_course(owner, f"Cursus {number}")
    with django_assert_num_queries(2):  # pages, what their steps take
        cards = course_cards(AnonymousUser())
    assert len(cards) == count
