"""The number that families call: who sets it, and what is refused."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from lxp.models import AuditEvent, Organisation, Role
from lxp.services.organisations import change_care_line
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("linde", care_phone="045 555 26 28", care_hours="Mo-Fr 08:00-17:00")


@pytest.fixture
def signed_in(client: Client, organisation: Organisation) -> Client:
    client.force_login(make_member(organisation, Role.ADMINISTRATOR, language="en"))
    return client


def kept(organisation: Organisation) -> tuple[str, str]:
    organisation.refresh_from_db()
    return organisation.care_phone, organisation.care_hours


def test_an_administrator_changes_number_and_hours(signed_in: Client, organisation: Organisation) -> None:
    address = reverse("lxp:care_line")
    assert "045 555 26 28" in signed_in.get(address).content.decode()

    response = signed_in.post(address, {"care_phone": "043 300 11 22", "care_hours": "24/7"})

    assert response.status_code == 302
    assert kept(organisation) == ("043 300 11 22", "24/7")
    event = AuditEvent.objects.get(action="organisation.care_line_changed")
    assert event.detail["before"] == {"care_phone": "045 555 26 28", "care_hours": "Mo-Fr 08:00-17:00"}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"care_phone": "bel mij", "care_hours": ""}, "Write digits and spaces"),
        ({"care_phone": "045 555 26 28", "care_hours": "ma-vr 8-17"}, "Write 24/7, or days and times"),
        ({"care_phone": "", "care_hours": "24/7"}, "Give the number too"),
    ],
)
def test_what_nobody_can_call_is_refused(
    signed_in: Client, organisation: Organisation, sent: dict[str, str], words: str
) -> None:
    response = signed_in.post(reverse("lxp:care_line"), sent)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert kept(organisation) == ("045 555 26 28", "Mo-Fr 08:00-17:00")


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.PUBLISHER, Role.MANAGER])
def test_only_an_administrator_may(client: Client, organisation: Organisation, role: Role) -> None:
    person = make_member(organisation, role)
    client.force_login(person)

    assert client.post(reverse("lxp:care_line"), {"care_phone": "", "care_hours": ""}).status_code == 403
    with pytest.raises(PermissionDenied):
        change_care_line(organisation=organisation, by=person, care_phone="", care_hours="")
    assert kept(organisation) == ("045 555 26 28", "Mo-Fr 08:00-17:00")


def test_the_service_refuses_what_is_no_number(organisation: Organisation) -> None:
    with pytest.raises(ValidationError):
        change_care_line(
            organisation=organisation,
            by=make_member(organisation, Role.ADMINISTRATOR),
            care_phone="1",
            care_hours="",
        )
    assert kept(organisation) == ("045 555 26 28", "Mo-Fr 08:00-17:00")
    assert not AuditEvent.objects.filter(action="organisation.care_line_changed").exists()
