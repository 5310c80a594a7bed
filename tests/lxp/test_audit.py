"""Whom somebody leads, and that looking at many records is written down at once and once."""

from __future__ import annotations

from datetime import date

import pytest

from lxp import audit
from lxp.models import AuditEvent, Membership, Organisation, Role, Unit, User
from lxp.services.organisations import grant_membership
from tests.factories.people import make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def units(organisation: Organisation) -> dict[str, Unit]:
    house = Unit.objects.create(organisation=organisation, slug="huis", name="Huis")
    team = Unit.objects.create(organisation=organisation, slug="team", name="Team", parent=house)
    other = Unit.objects.create(organisation=organisation, slug="elders", name="Elders")
    return {"house": house, "team": team, "other": other}


def member_of(organisation: Organisation, unit: Unit | None, *roles: str) -> User:
    person = make_person()
    grant_membership(
        person=person, organisation=organisation, unit=unit, roles=frozenset(roles), starts_on=date(2020, 1, 1)
    )
    return person


def led_by(person: User) -> set[int]:
    return set(Membership.objects.current().supervised_by(person).values_list("person", flat=True))


def test_a_manager_leads_the_own_unit_and_what_is_in_it(organisation: Organisation, units: dict[str, Unit]) -> None:
    manager = member_of(organisation, units["house"], Role.MANAGER)
    inside = member_of(organisation, units["team"])
    member_of(organisation, units["other"])
    member_of(organisation, None)
    make_member(make_organisation("vlier"))
    assert led_by(manager) == {manager.pk, inside.pk}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_a_coordinator_sees_the_whole_organisation_and_no_other(
    role: str, organisation: Organisation, units: dict[str, Unit]
) -> None:
    coordinator = member_of(organisation, units["team"], role)
    colleague = member_of(organisation, units["other"])
    make_member(make_organisation("vlier"))
    assert led_by(coordinator) == {coordinator.pk, colleague.pk}


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.PUBLISHER, Role.ASSESSOR])
def test_other_roles_lead_nobody(role: str, organisation: Organisation) -> None:
    person = member_of(organisation, None, role)
    member_of(organisation, None)
    assert led_by(person) == set()


def test_a_role_that_ended_leads_nobody(organisation: Organisation) -> None:
    manager = make_person()
    grant_membership(
        person=manager,
        organisation=organisation,
        roles=frozenset({Role.MANAGER}),
        starts_on=date(2020, 1, 1),
        ends_on=date(2021, 1, 1),
    )
    member_of(organisation, None)
    assert led_by(manager) == set()


def test_a_look_at_a_list_is_one_statement_and_the_next_page_is_not_written_again(
    organisation: Organisation, django_assert_num_queries
) -> None:
    manager = make_member(organisation, Role.MANAGER)
    people = [make_member(organisation) for _turn in range(3)]
    with django_assert_num_queries(2):  # what was written within the hour; what is new
        audit.record_looks(
            "team.looked", by=manager, people=[*[each.pk for each in people], manager.pk], organisation=organisation
        )
    audit.record_looks("team.looked", by=manager, people=[people[0].pk], organisation=organisation)
    written = AuditEvent.objects.filter(action="team.looked").values_list("actor", "person", "organisation")
    assert set(written) == {(manager.pk, each.pk, organisation.pk) for each in people}
    assert len(written) == 3
