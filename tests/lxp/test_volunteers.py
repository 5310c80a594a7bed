"""Volunteers belong to an organisation without being its staff: no roles, no job, and in no list of staff."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from lxp.editor.scope import EditorScope
from lxp.exceptions import VolunteerRoleError
from lxp.models import Membership, MembershipKind, MembershipRole, Organisation, Role, User
from lxp.permissions import may
from lxp.services.organisations import grant_membership
from tests.factories.people import join, join_as_volunteer, make_member, make_organisation, make_person, make_volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("maasdal")


def shown_to(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_volunteer_belongs_to_the_organisation_and_does_not_work_there(organisation: Organisation):
    volunteer = make_volunteer(organisation)
    assert volunteer.organisations == [organisation]
    assert volunteer.staff_organisations == []
    assert volunteer.volunteer_organisations == [organisation]


@pytest.mark.parametrize("fields", [{"roles": frozenset({Role.MANAGER})}, {"job": "Verzorgende"}])
def test_a_volunteer_gets_no_role_and_no_job(organisation: Organisation, fields: dict[str, object]) -> None:
    person = make_person()
    values = {"starts_on": date(2026, 1, 1), "kind": MembershipKind.VOLUNTEER, **fields}
    with pytest.raises(VolunteerRoleError):
        grant_membership(person=person, organisation=organisation, **values)
    assert not Membership.objects.filter(person=person).exists()


def test_a_role_that_stands_with_a_volunteer_all_the_same_allows_nothing(organisation: Organisation):
    volunteer = make_volunteer(organisation)
    MembershipRole.objects.create(membership=volunteer.memberships.get(), role=Role.ADMINISTRATOR)
    assert volunteer.roles_in(organisation) == frozenset()
    assert not may(volunteer, "organisation.administer", organisation)
    assert not Membership.objects.with_role(Role.ADMINISTRATOR).filter(person=volunteer).exists()


def test_the_database_refuses_a_job_and_a_second_open_place_of_a_volunteer(organisation: Organisation):
    volunteer = make_volunteer(organisation)
    values = {"person": volunteer, "organisation": organisation, "kind": "volunteer", "starts_on": date(2026, 1, 1)}
    with pytest.raises(IntegrityError, match=r"job|one_open|UNIQUE"), transaction.atomic():
        Membership.objects.create(**values)
    with pytest.raises(IntegrityError, match="without_job"), transaction.atomic():
        Membership.objects.create(**values, job="Kok", ends_on=date(2026, 2, 1))
    assert Membership.objects.count() == 1


def test_somebody_may_work_and_volunteer_in_one_organisation(organisation: Organisation):
    person = make_member(organisation, Role.MANAGER)
    join_as_volunteer(person, organisation)
    assert person.organisations == [organisation]
    assert person.roles_in(organisation) == {Role.MANAGER}
    assert person.staff_organisations == person.volunteer_organisations == [organisation]


def test_nobody_leads_a_volunteer(organisation: Organisation):
    manager, carer, volunteer = make_member(organisation, Role.MANAGER), make_member(organisation), make_person()
    join_as_volunteer(volunteer, organisation)
    led = set(Membership.objects.supervised_by(manager).values_list("person", flat=True))
    assert led == {manager.pk, carer.pk}


def test_the_list_of_people_counts_staff_and_shows_volunteers_only_when_asked(organisation: Organisation):
    administrator = make_member(organisation, Role.ADMINISTRATOR, last_name="Beheer")
    make_volunteer(organisation, last_name="Zwaluw")
    address = reverse("lxp:people")
    staff, volunteers = shown_to(administrator, address), shown_to(administrator, f"{address}?soort=vrijwilliger")
    assert "Zwaluw" not in staff
    assert "Zwaluw" in volunteers
    assert "<p><strong>Anna Beheer</strong></p>" not in volunteers


def test_an_administrator_ends_the_place_of_a_volunteer_and_gives_no_roles(organisation: Organisation):
    administrator, volunteer = make_member(organisation, Role.ADMINISTRATOR), make_volunteer(organisation)
    membership = volunteer.memberships.get()
    client = Client()
    client.force_login(administrator)
    address = reverse("lxp:person_change", args=[membership.pk])
    assert 'name="roles"' not in client.get(address).content.decode()
    client.post(address, {"ends_on": "2026-01-31", "roles": ["administrator"], "job": "Kok"})
    membership.refresh_from_db()
    assert (membership.ends_on, membership.job, membership.kind) == (date(2026, 1, 31), "", "volunteer")
    assert not membership.role_grants.exists()


def test_an_editor_shows_no_names_of_volunteers(organisation: Organisation):
    author, volunteer = make_member(organisation, Role.AUTHOR), make_volunteer(organisation)
    names = EditorScope(author).colleagues()
    assert set(names) == {author}
    assert volunteer not in names


def test_a_volunteer_elsewhere_keeps_their_work(organisation: Organisation):
    other = make_organisation()
    person = make_volunteer(organisation)
    join(person, other, Role.ASSESSOR)
    assert person.staff_organisations == [other]
    assert person.organisations_with_role(Role.ASSESSOR) == [other]
