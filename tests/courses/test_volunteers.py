"""Volunteers find and take what their organisation gives its volunteers, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from courses.exceptions import EnrolmentRefusedError
from courses.models import Attempt, Course, GivenToVolunteers, Module
from courses.models.catalogue import Sharing
from courses.services.catalogue import Search
from courses.services.enrolment import start_module
from courses.services.giving import give_to_volunteers
from lxp.models import Organisation, User
from tests.factories.modules import lesson, make_course, make_module, page_of
from tests.factories.people import join, join_as_volunteer, make_member, make_organisation, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation()


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_a_volunteer_finds_what_is_given_and_neither_what_is_of_staff_nor_what_is_public(organisation: Organisation):
    given, of_staff, public = (make_module(organisation, lesson()) for _each in range(3))
    Module.objects.filter(pk=public.pk).update(sharing=Sharing.PUBLIC)
    make_course(organisation, {"title": "Alles", "modules": [given]})
    give_to_volunteers(organisation=organisation, modules=[given])
    volunteer = make_volunteer(organisation)
    assert list(Module.objects.visible_to(volunteer)) == [given]
    assert not Course.objects.visible_to(volunteer).exists()
    assert set(Module.objects.visible_to(make_member(organisation))) == {given, of_staff, public}


def test_the_catalogue_of_a_volunteer_is_not_that_of_staff_of_the_same_organisation(organisation: Organisation):
    given, _of_staff = make_module(organisation, lesson()), make_module(organisation, lesson())
    give_to_volunteers(organisation=organisation, modules=[given])
    staff, volunteer = make_member(organisation), make_volunteer(organisation)
    assert len(Search(staff).entries()) == 2
    assert list(Search(volunteer).entries()) == [given.pk]
    assert len(Search(fresh(staff)).entries()) == 2


def test_what_is_taken_back_is_found_no_more(organisation: Organisation):
    module, volunteer = make_module(organisation, lesson()), make_volunteer(organisation)
    assert give_to_volunteers(organisation=organisation, modules=[module])
    assert not give_to_volunteers(organisation=organisation, modules=[module])
    assert list(Search(volunteer).entries()) == [module.pk]
    assert give_to_volunteers(organisation=organisation, modules=[])
    assert list(Search(fresh(volunteer)).entries()) == []
    assert not GivenToVolunteers.objects.exists()


def test_what_the_organisation_itself_no_longer_finds_its_volunteers_do_not_find(organisation: Organisation):
    maker = make_organisation()
    module = make_module(maker, lesson())
    Module.objects.filter(pk=module.pk).update(sharing=Sharing.COALITION)
    give_to_volunteers(organisation=organisation, modules=[module])
    volunteer = make_volunteer(organisation)
    assert Module.objects.visible_to(volunteer).count() == 1
    Module.objects.filter(pk=module.pk).update(sharing=Sharing.ORGANISATION)
    assert not Module.objects.visible_to(fresh(volunteer)).exists()


def test_a_page_that_is_not_given_is_not_there(organisation: Organisation):
    given, other = make_module(organisation, lesson()), make_module(organisation, lesson())
    give_to_volunteers(organisation=organisation, modules=[given])
    client = Client()
    client.force_login(make_volunteer(organisation))
    assert client.get(page_of(given).url).status_code == 200
    assert client.get(page_of(other).url).status_code == 404
    assert client.post(reverse("courses:start", args=[other.uuid])).status_code == 404
    assert not Attempt.objects.exists()


def test_starting_what_is_not_given_is_refused(organisation: Organisation):
    module, volunteer = make_module(organisation, lesson()), make_volunteer(organisation)
    with pytest.raises(EnrolmentRefusedError):
        start_module(person=volunteer, module=module)
    assert not Attempt.objects.exists()


def test_who_volunteers_elsewhere_learns_that_for_the_other_organisation_and_not_for_the_employer(
    organisation: Organisation,
):
    employer = make_organisation()
    module = make_module(organisation, lesson())
    give_to_volunteers(organisation=organisation, modules=[module])
    person = make_member(employer)
    join_as_volunteer(person, organisation)
    assert start_module(person=fresh(person), module=module, preferred=employer).organisation == organisation


def test_who_works_and_volunteers_finds_both(organisation: Organisation):
    employer = make_organisation()
    given, own = make_module(organisation, lesson(), sharing="organisation"), make_module(employer, lesson())
    make_module(organisation, lesson(), sharing="organisation")
    give_to_volunteers(organisation=organisation, modules=[given])
    person = make_volunteer(organisation)
    join(person, employer)
    assert set(Module.objects.visible_to(fresh(person))) == {given, own}
