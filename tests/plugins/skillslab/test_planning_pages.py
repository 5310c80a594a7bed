"""The pages of who plans: the week by room, a series from proposal to booking, and nothing for others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lxp.models import Role
from plugins.skillslab.models import Location, Plan, SeatShare, Session
from tests.factories.people import join, make_member, make_organisation
from tests.plugins.skillslab.lab import Lab, at, book
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel("2026-02-10 09:00+01:00", tick=False):
        yield


def address_of(lab: Lab, **fields: object) -> str:
    values = {"session_type": lab.session_type.uuid, "count": 2, "first": "2026-03-02", "last": "2026-03-06", **fields}
    values.setdefault("capacity", 2)
    query = "&".join(f"{name}={value}" for name, value in values.items())
    return f"{reverse('skillslab:series', args=[lab.skillslab.uuid])}?{query}"


def fields_of(page: str, **more: object) -> dict[str, object]:
    request = re.search(r'name="request" value="([^"]+)"', page)
    assert request is not None
    moments = re.findall(r'name="moment" value="([^"]+)" checked', page)
    return {"request": request[1], "moment": moments, "release_days": 14, "save": "draft", **more}


def test_a_series_goes_from_a_proposal_to_open_sessions(lab: Lab) -> None:
    client, address = signed_in(lab.coordinator), address_of(lab)
    page = client.get(address).content.decode()
    fields = fields_of(page, **{f"kept_{lab.partner.pk}": 1, "open_seats": 1})
    saved = client.post(address, fields)
    plan = Plan.objects.get()
    assert (saved.status_code, saved.url) == (302, reverse("skillslab:plan_series", args=[plan.uuid]))
    assert client.post(address, fields).url == saved.url
    assert (Session.objects.count(), SeatShare.objects.count(), Plan.objects.count()) == (2, 2, 1)
    client.post(reverse("skillslab:open_series", args=[plan.uuid]))
    assert set(Session.objects.values_list("state", flat=True)) == {"published"}


@pytest.mark.parametrize("kind", ["session", "series"])
def test_who_coordinates_for_two_partners_says_for_which_one(lab: Lab, kind: str) -> None:
    join(lab.coordinator, lab.partner, Role.COORDINATOR)
    client, series = signed_in(lab.coordinator), address_of(lab)
    client.post(reverse("lxp:switch_organisation"), {"organisation": str(lab.partner.uuid), "next": "/"})
    address = series if kind == "series" else reverse("skillslab:plan", args=[lab.skillslab.uuid])
    page = client.get(address).content.decode()
    options = re.findall(r'<option value="([^"]+)"( selected)?>', page.partition('name="organiser"')[2])[:2]
    assert options == [(str(lab.partner.uuid), " selected"), (str(lab.owner.uuid), "")]
    asked = page.index("Which organisation runs it?")
    assert asked < page.index("Who gets the 2 places" if kind == "series" else "Keep places for organisations")
    moment = {"day": "2026-03-02", "at": "10:00", "location": str(lab.location.uuid), "capacity": 2}
    fields = fields_of(page) if kind == "series" else {**moment, "session_type": str(lab.session_type.uuid)}
    fields["release_days"] = 14
    refused = client.post(address, {**fields, "organiser": str(make_organisation("vreemd").uuid)})
    assert (refused.status_code, Session.objects.count()) == (422, 0)
    client.post(address, {**fields, "organiser": str(lab.owner.uuid)})
    assert set(Session.objects.values_list("organiser", flat=True)) == {lab.owner.pk}


def test_a_location_that_is_in_use_no_more_is_offered_only_to_what_is_there(lab: Lab) -> None:
    session, other = lab.session(at(20)), lab.add_location("Oosthof")
    Location.objects.filter(pk__in=(lab.location.pk, other.pk)).update(retired_at=at(0))
    client = signed_in(lab.coordinator)
    pages = [
        client.get(reverse(name, args=[uuid])).content.decode()
        for name, uuid in (("skillslab:plan", lab.skillslab.uuid), ("skillslab:move", session.uuid))
    ]
    assert [[f'value="{each.uuid}"' in page for each in (lab.location, other)] for page in pages] == [
        [False, False],
        [True, False],
    ]


def test_a_date_can_be_dropped_and_a_series_opened_at_once(lab: Lab) -> None:
    client, address = signed_in(lab.coordinator), address_of(lab)
    fields = fields_of(client.get(address).content.decode(), save="open")
    fields["moment"] = fields["moment"][1:]
    client.post(address, fields)
    assert list(Session.objects.values_list("state", flat=True)) == ["published"]


@pytest.mark.parametrize(
    ("kept", "open_seats", "words"),
    [(3, "", "You keep 3 places, and there are 2."), (1, 2, "1 kept and 2 for everybody is 3")],
)
def test_sums_that_are_wrong_are_said_and_nothing_is_saved(lab: Lab, kept: int, open_seats: object, words: str) -> None:
    client, address = signed_in(lab.coordinator), address_of(lab)
    fields = fields_of(client.get(address).content.decode())
    fields |= {f"kept_{lab.partner.pk}": kept, "open_seats": open_seats, "moment": fields["moment"][:1]}
    response = client.post(address, fields)
    page = response.content.decode()
    assert (response.status_code, words in page, page.count("checked")) == (422, True, 1)
    assert not Plan.objects.exists()


def test_who_comes_second_gets_a_new_proposal(lab: Lab) -> None:
    client, address = signed_in(lab.coordinator), address_of(lab)
    fields = fields_of(client.get(address).content.decode())
    lab.session(at(20, 9), organiser=lab.owner)
    lab.session(at(23, 9), organiser=lab.owner)
    response = client.post(address, fields)
    page = response.content.decode()
    assert (response.status_code, "Somebody was just before you" in page, "Below is a new proposal" in page) == (
        422,
        True,
        True,
    )
    assert Session.objects.count() == 2
    assert client.post(address, fields_of(page)).status_code == 302
    assert Session.objects.count() == 4


def test_another_organisation_sees_no_series_and_no_drafts(lab: Lab) -> None:
    client, address = signed_in(lab.coordinator), address_of(lab)
    client.post(address, fields_of(client.get(address).content.decode()))
    other = signed_in(make_member(lab.partner, Role.COORDINATOR))
    plan = Plan.objects.get()
    assert other.get(reverse("skillslab:plan_series", args=[plan.uuid])).status_code == 404
    assert other.post(reverse("skillslab:open_series", args=[plan.uuid])).status_code == 404
    week = f"{reverse('skillslab:board')}?week=2026-03-02"
    counts = [page.content.decode().count("Katheter inbrengen</a>") for page in (client.get(week), other.get(week))]
    assert counts == [3, 0]
    assert "Katheter inbrengen" not in other.get(reverse("skillslab:planned")).content.decode()
    assert set(Session.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_week_by_room_needs_the_same_queries_for_any_number_of_sessions(lab: Lab, count: int) -> None:
    for number in range(count):
        book(lab.session(at(20) + timedelta(days=number)), lab.member())
    client = signed_in(lab.coordinator)
    week = f"{reverse('skillslab:board')}?week=2026-03-02"
    client.get(week)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(week)
    assert response.content.decode().count("Katheter inbrengen</a>") == count
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    # session, user, memberships, labs; rooms, types, sessions, places with kept places and who waits, series, lists
    assert len(reads) == 10


def test_what_waits_for_a_coordinator_is_in_the_week(lab: Lab) -> None:
    lab.session_type.minimum = 2
    lab.session_type.save()
    session = lab.session(at(2))
    book(session, lab.member())
    page = signed_in(lab.coordinator).get(reverse("skillslab:board")).content.decode()
    assert ("1 booked, 2 needed" in page, "0 clashes" in page) == (True, True)
    assert signed_in(lab.member()).get(reverse("skillslab:board")).status_code == 403


def test_sessions_stand_in_the_menu_and_for_an_administrator_with_what_they_manage(lab: Lab) -> None:
    address = f'href="{reverse("skillslab:planned")}"'
    found = []
    for roles in ([Role.COORDINATOR], [Role.COORDINATOR, Role.ADMINISTRATOR]):
        html = signed_in(make_member(lab.owner, *roles)).get(reverse("skillslab:mine")).content.decode()
        line, _word, behind = html.partition('<nav class="nav"')[2].partition("</nav>")[0].partition("Manage")
        found.append((address in line, address in behind))
    assert found == [(True, False), (False, True)]
