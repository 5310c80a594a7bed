"""Roles of volunteers: stopping one leaves what was confirmed, and its name is free again."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from plugins.volunteers.exceptions import RoleRefusedError
from plugins.volunteers.models import Confirmation, RoleAssignment, VolunteerRole
from plugins.volunteers.services.roles import retire_role, save_role
from tests.factories.people import make_member
from tests.plugins.volunteers.circle import Circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_nobody_has_a_role_that_was_stopped_and_what_was_confirmed_stays(circle: Circle) -> None:
    circle.confirm()
    answer = signed_in(circle.coordinator).post(reverse("volunteers:role_retire", args=[circle.role.uuid]))
    assert (answer.status_code, answer.url) == (302, reverse("volunteers:roles"))
    assert not RoleAssignment.objects.filter(ended_at__isnull=True).exists()
    assert Confirmation.objects.get().person == circle.volunteer


def test_the_name_of_a_role_that_was_stopped_is_free_again(circle: Circle) -> None:
    values = {"organisation": circle.organisation, "title": "Tillen", "by": circle.coordinator}
    with pytest.raises(RoleRefusedError, match="There is a role with this name already"):
        save_role(**values)
    retire_role(role=circle.role, by=circle.coordinator)
    made = save_role(**values)
    assert list(VolunteerRole.objects.filter(retired_at__isnull=True)) == [made]
    retire_role(role=made, by=circle.coordinator)
    assert VolunteerRole.objects.filter(title="Tillen").count() == 2


def test_only_who_looks_after_volunteers_stops_a_role(circle: Circle) -> None:
    with pytest.raises(PermissionDenied):
        retire_role(role=circle.role, by=make_member(circle.organisation))
    assert VolunteerRole.objects.get().retired_at is None
