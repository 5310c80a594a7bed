"""Taking up modules and courses: for which organisation, once, and only by who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from courses.exceptions import EnrolmentRefusedError
from courses.models import Attempt, Enrolment
from courses.services.enrolment import enrol_in_course, start_module
from lxp.models import Membership, User
from tests.factories.learning import take
from tests.factories.modules import lesson, make_course, make_module, page_of, publish
from tests.factories.people import join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_starting_twice_makes_one_attempt_and_one_enrolment():
    owner = make_organisation()
    learner, module = make_member(owner), make_module(owner, lesson())
    first, second = start_module(person=learner, module=module), start_module(person=learner, module=module)
    assert first == second
    assert (first.number, first.organisation, first.version) == (1, owner, module.current_version)
    assert Enrolment.objects.filter(person=learner, module=module, organisation=owner).count() == 1


def test_two_clicks_on_start_lead_to_the_same_attempt():
    owner = make_organisation()
    learner, module = make_member(owner), make_module(owner, lesson())
    client = Client()
    client.force_login(learner)
    answers = [client.post(reverse("courses:start", args=[module.uuid])) for _click in range(2)]
    attempt = Attempt.objects.get()
    assert [answer.url for answer in answers] == [f"/leren/{attempt.uuid}/"] * 2


def test_again_makes_attempt_two_and_keeps_attempt_one_as_it_was():
    owner = make_organisation()
    learner, module = make_member(owner), make_module(owner, lesson())
    client = Client()
    client.force_login(learner)
    first = start_module(person=learner, module=module)
    take(first, 1, "finish")
    before = Attempt.objects.filter(pk=first.pk).values().get()
    changed = publish(page_of(module), lesson("les-2"))
    for _click in range(2):
        assert client.post(reverse("courses:again", args=[first.uuid])).status_code == 302
    second = Attempt.objects.exclude(pk=first.pk).get()
    assert (second.number, second.version, second.completed_at) == (2, changed.current_version, None)
    assert Attempt.objects.filter(pk=first.pk).values().get() == before
    assert first.states.count() == 1
    assert second.states.count() == 0


def test_a_person_with_two_employers_learns_for_the_owner_of_the_module():
    owner, other = make_organisation(), make_organisation()
    module = make_module(owner, lesson())
    learner = make_member(other)
    join(learner, owner)
    attempt = start_module(person=fresh(learner), module=module, preferred=other)
    assert attempt.organisation == owner


def test_a_module_of_a_third_is_learnt_for_the_organisation_that_was_chosen():
    owner, one, two = make_organisation(), make_organisation(), make_organisation()
    module = make_module(owner, lesson())
    learner = make_member(one)
    join(learner, two)
    assert start_module(person=fresh(learner), module=module, preferred=two).organisation == two


def test_an_attempt_under_way_is_gone_on_with_whatever_organisation_is_chosen():
    owner, one, two = make_organisation(), make_organisation(), make_organisation()
    module = make_module(owner, lesson())
    learner = make_member(one)
    join(learner, two)
    attempt = start_module(person=fresh(learner), module=module, preferred=one)
    assert start_module(person=fresh(learner), module=module, preferred=two) == attempt


def test_attempts_for_two_employers_stand_side_by_side_with_their_own_numbers():
    owner, one, two = make_organisation(), make_organisation(), make_organisation()
    module = make_module(owner, lesson())
    learner = make_member(one)
    join(learner, two)
    first = start_module(person=fresh(learner), module=module, preferred=one)
    take(first, 1, "finish")
    second = start_module(person=fresh(learner), module=module, preferred=two)
    take(second, 1, "finish")
    rows = Attempt.objects.filter(person=learner).order_by("pk").values_list("organisation", "number")
    assert list(rows) == [(one.pk, 1), (two.pk, 1)]
    assert Attempt.objects.completed().count() == 2
    assert Enrolment.objects.filter(person=learner).count() == 2


@pytest.mark.parametrize("sharing", ["organisation", "coalition", "public"])
def test_who_belongs_to_no_organisation_any_more_starts_nothing_and_keeps_the_records(sharing):
    owner = make_organisation()
    module, other = make_module(owner, lesson(), sharing=sharing), make_module(owner, lesson(), sharing=sharing)
    learner = make_member(owner)
    attempt = start_module(person=learner, module=module)
    Membership.objects.filter(person=learner).update(ends_on=date(2021, 1, 1))
    with pytest.raises(EnrolmentRefusedError) as error:
        start_module(person=fresh(learner), module=other)
    assert str(error.value) != ""
    assert Attempt.objects.filter(person=learner).get() == attempt
    client = Client()
    client.force_login(learner)
    answer = client.post(reverse("courses:start", args=[other.uuid]))
    assert answer.status_code == (302 if sharing == "public" else 404)
    assert client.get(reverse("courses:play", args=[attempt.uuid, 1])).status_code == 200
    assert client.get(reverse("courses:my_learning")).status_code == 200
    assert Attempt.objects.count() == 1


def test_a_membership_that_begins_tomorrow_starts_nothing_today():
    owner = make_organisation()
    module = make_module(owner, lesson(), sharing="organisation")
    learner = make_member(owner)
    Membership.objects.filter(person=learner).update(starts_on=date(2999, 1, 1))
    with pytest.raises(EnrolmentRefusedError):
        start_module(person=fresh(learner), module=module)
    assert Enrolment.objects.exists() is False


@pytest.mark.parametrize("what", ["other organisation", "archived", "draft"])
def test_what_one_may_not_find_cannot_be_started(what):
    owner, other = make_organisation(), make_organisation()
    module = make_module(owner, lesson(), sharing="organisation")
    learner = make_member(other if what == "other organisation" else owner)
    if what == "archived":
        page_of(module).unpublish()
    if what == "draft":
        module.current_version = None
        module.save()
    with pytest.raises(EnrolmentRefusedError):
        start_module(person=learner, module=module)
    client = Client()
    client.force_login(learner)
    assert client.post(reverse("courses:start", args=[module.uuid])).status_code in (302, 404)
    assert Attempt.objects.exists() is False
    assert Enrolment.objects.exists() is False


def test_a_course_is_taken_up_once_also_when_it_is_renewed():
    owner = make_organisation()
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]})
    learner = make_member(owner)
    first = enrol_in_course(person=learner, course=course)
    page = course.pages.get()
    page.title = "Vernieuwd"
    page.save_revision().publish()
    assert enrol_in_course(person=learner, course=course) == first
    assert Enrolment.objects.count() == 1
    assert first.course_version.number == 1


def test_a_course_of_others_cannot_be_taken_up():
    owner = make_organisation()
    course = make_course(owner, {"title": "Begin", "modules": [make_module(owner)]}, sharing="organisation")
    for person in (make_member(make_organisation()), make_person()):
        with pytest.raises(EnrolmentRefusedError):
            enrol_in_course(person=person, course=course)
    assert Enrolment.objects.exists() is False


def test_starting_asks_for_a_form_of_a_signed_in_person():
    owner = make_organisation()
    module = make_module(owner, lesson())
    address = reverse("courses:start", args=[module.uuid])
    assert Client().post(address).url == f"/account/login/?next={address}"
    client = Client()
    client.force_login(make_member(owner))
    assert client.get(address).status_code == 405
    assert Attempt.objects.exists() is False
