"""Who looks after volunteers of two organisations, and has a page of each open."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lxp.models import Membership, Role
from plugins.volunteers.models import CardSet, RoleAssignment, VolunteerRole
from tests.factories.people import join
from tests.plugins.volunteers.circle import Circle, make_circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def other(circle: Circle) -> Circle:
    made = make_circle("dalzorg")
    join(circle.coordinator, made.organisation, Role.COORDINATOR)
    return made


def switch(client: Client, circle: Circle) -> None:
    client.post(reverse("lxp:switch_organisation"), {"organisation": str(circle.organisation.uuid)})


def forms_of(page: Any) -> list[str]:
    """The forms of a page that change something, without those of its frame."""
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.findall(r'<form[^>]*method="post".*?</form>', main, re.DOTALL)


def test_a_list_is_invited_where_its_page_was_opened(circle: Circle, other: Circle) -> None:
    client, address = signed_in(circle.coordinator), reverse("volunteers:invite")
    switch(client, circle)
    (form,) = forms_of(client.get(address))
    (here,) = re.findall(r'name="organisatie" value="([^"]+)"', form)
    switch(client, other)
    answer = client.post(address, {"people": "Bo Berg, bo@thuis.example", "uitnodigen": "1", "organisatie": here})
    assert answer.status_code == 302
    assert Membership.objects.get(person__email="bo@thuis.example").organisation == circle.organisation
    after = client.get(answer.url)
    assert after.context["organisation"] == circle.organisation
    assert "1 volunteer was invited." in after.content.decode()


def test_roles_bulk_actions_and_handing_over_stay_with_their_organisation(circle: Circle, other: Circle) -> None:
    client, here = signed_in(circle.coordinator), {"organisatie": str(circle.organisation.uuid)}
    person, role = circle.add(), circle.role
    RoleAssignment.objects.filter(person=person).delete()

    def post(name: str, *arguments: Any, **fields: Any) -> int:
        switch(client, other)
        return client.post(reverse(f"volunteers:{name}", args=arguments), {**here, **fields}).status_code

    assert post("together", wie=[str(person.uuid)], rol=str(role.uuid), geef="1") == 302
    assert RoleAssignment.objects.get(person=person).role == role
    assert post("one", person.uuid, rol=str(role.uuid)) == 302
    assert not RoleAssignment.objects.filter(person=person, ended_at__isnull=True).exists()
    assert post("roles", title="Bezoek") == 302
    assert VolunteerRole.objects.get(title="Bezoek").organisation == circle.organisation
    fields = {"cards": [str(circle.card.translation_key)], "phone": "045 555 12 34", "occasion": "home"}
    opened = client.get(reverse("volunteers:compose")).context["form"]
    assert post("compose", **fields, ends_on=opened["ends_on"].value().isoformat()) == 302
    assert CardSet.objects.get().organisation == circle.organisation


@pytest.mark.parametrize("name", ["volunteers", "invite", "roles", "compose"])
def test_every_form_says_for_whom_it_is(circle: Circle, name: str) -> None:
    forms = forms_of(signed_in(circle.coordinator).get(reverse(f"volunteers:{name}")))
    assert forms
    assert all(f'name="organisatie" value="{circle.organisation.uuid}"' in each for each in forms)


def test_the_forms_of_one_role_one_volunteer_and_one_card_say_so_too(circle: Circle) -> None:
    client = signed_in(circle.coordinator)
    circle.confirm()
    keys = {"role": circle.role.uuid, "one": circle.volunteer.uuid, "revoke": circle.card.translation_key}
    forms = [
        each for name, key in keys.items() for each in forms_of(client.get(reverse(f"volunteers:{name}", args=[key])))
    ]
    assert [each.count('name="organisatie"') for each in forms] == [1] * 6  # four of a role


def test_a_form_for_another_organisation_is_refused_and_changes_nothing(circle: Circle, other: Circle) -> None:
    stranger = make_circle("bergzorg")
    client, before = signed_in(circle.coordinator), Membership.objects.count()
    for here in ({"organisatie": str(stranger.organisation.uuid)}, {"organisatie": "geen"}, {}):
        people = {"people": "Bo Berg, bo@thuis.example", "uitnodigen": "1", **here}
        assert client.post(reverse("volunteers:invite"), people).status_code == 403
    assert Membership.objects.count() == before
