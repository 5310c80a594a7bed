"""The screens of an organisation's administrator: people, plugins; and the operator's list of incidents."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import AuditEvent, Membership, Organisation, PluginIncident, Role, Unit, User
from lxp.services.organisations import grant_membership
from tests.factories.people import join, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return make_organisation("maasdal")


@pytest.fixture
def administrator(organisation: Organisation, client: Client) -> User:
    person = make_member(organisation, Role.ADMINISTRATOR, email="chef@maasdal.example")
    client.force_login(person)
    return person


def typed(**fields: object) -> dict[str, object]:
    return {
        "first_name": "Bea",
        "last_name": "Claes",
        "email": "Bea@Maasdal.example",
        "unit": "",
        "job": "Verzorgende",
        "starts_on": "2026-01-05",
        "ends_on": "",
        "roles": ["author"],
        **fields,
    }


def page(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(name, args=arguments))
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_the_people_of_this_organisation_only(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    former = join(make_person("oud@maasdal.example", first_name="Olga"), organisation, ends_on=date(2021, 5, 1))
    make_member(make_organisation("elders"), email="ver@elders.example", first_name="Vera")

    shown = page(client, "lxp:people")

    assert "chef@maasdal.example" in shown
    assert reverse("lxp:person_change", args=[former.pk]) in shown
    assert "2021" in shown
    assert "ver@elders.example" not in shown


def test_who_came_back_is_one_person(client: Client, administrator: User, organisation: Organisation):
    left = join(administrator, organisation)
    Membership.objects.filter(pk=left.pk).update(starts_on=date(2010, 1, 1), ends_on=date(2012, 1, 1))
    join(administrator, organisation, Role.ADMINISTRATOR)

    shown = page(client, "lxp:people")

    assert Membership.objects.filter(organisation=organisation).count() == 2
    assert "1 persoon" in shown


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_queries_for_any_length(
    client: Client,
    administrator: User,
    organisation: Organisation,
    others: int,
    django_assert_num_queries: object,
) -> None:
    unit = Unit.objects.create(organisation=organisation, slug="noord", name="Noord")
    for _ in range(others):
        membership = join(make_person(), organisation, Role.AUTHOR, Role.ASSESSOR)
        Membership.objects.filter(pk=membership.pk).update(unit=unit)
    page(client, "lxp:people")

    # session, user, own memberships with roles; whether there are volunteers, count, page, its roles, number of people
    with django_assert_num_queries(8):  # type: ignore[operator]
        shown = page(client, "lxp:people")

    assert shown.count("Noord") == others


def test_adding_somebody_new_gives_an_account_a_membership_and_an_audit_event(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    response = client.post(reverse("lxp:person_add"), typed())

    assert response.status_code == 302
    membership = Membership.objects.get(person__email="bea@maasdal.example")
    assert (membership.organisation, membership.job, membership.roles) == (organisation, "Verzorgende", {"author"})
    event = AuditEvent.objects.get(action="membership.added")
    assert (event.actor, event.person, event.organisation) == (administrator, membership.person, organisation)


def test_a_manager_leads_a_team_where_there_are_teams_and_never_everybody_by_an_empty_field(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    unit = Unit.objects.create(organisation=organisation, slug="noord", name="Noord")
    refused = client.post(reverse("lxp:person_add"), typed(roles=["manager"]))
    assert refused.status_code == 422
    assert "Kies het team of de locatie waar deze leidinggevende over gaat." in refused.content.decode()
    assert Membership.objects.filter(person__email="bea@maasdal.example").exists() is False
    assert client.post(reverse("lxp:person_add"), typed(roles=["manager"], unit=unit.pk)).status_code == 302
    assert Membership.objects.get(person__email="bea@maasdal.example").unit == unit


def test_adding_somebody_with_a_known_address_keeps_one_person(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    known = make_member(make_organisation("elders"), email="bea@maasdal.example", first_name="Beatrix")

    client.post(reverse("lxp:person_add"), typed())

    known.refresh_from_db()
    assert known.first_name == "Beatrix"
    assert Membership.objects.filter(person=known).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "geen adres"}, "email"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"roles": ["koning"]}, "roles"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_and_adds_nobody(
    client: Client, administrator: User, fields: dict[str, object], field: str
) -> None:
    before = Membership.objects.count()

    response = client.post(reverse("lxp:person_add"), typed(**fields))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert 'value="Verzorgende"' in response.content.decode()
    assert (Membership.objects.count(), User.objects.filter(last_name="Claes").exists()) == (before, False)


def test_a_unit_of_another_organisation_is_refused(client: Client, administrator: User) -> None:
    foreign = Unit.objects.create(organisation=make_organisation("elders"), slug="zuid", name="Zuid")

    response = client.post(reverse("lxp:person_add"), typed(unit=foreign.pk))

    assert response.status_code == 422
    assert "Zuid" not in response.content.decode()


def test_changing_a_membership_leaves_name_address_and_first_day(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    membership = join(make_person("bea@maasdal.example"), organisation, Role.AUTHOR)
    address = reverse("lxp:person_change", args=[membership.pk])
    assert "bea@maasdal.example" in page(client, "lxp:person_change", membership.pk)

    changed = typed(email="ander@maasdal.example", ends_on="2046-12-31", roles=["assessor"], job="")
    response = client.post(address, changed)

    assert response.status_code == 302
    membership = Membership.objects.select_related("person").get(pk=membership.pk)
    assert membership.person.email == "bea@maasdal.example"
    assert (membership.starts_on, membership.ends_on) == (date(2020, 1, 1), date(2046, 12, 31))
    assert membership.roles == {"assessor"}
    change = AuditEvent.objects.filter(action="membership.roles_changed").latest("pk")
    assert change.detail == {"before": ["author"], "after": ["assessor"]}


def test_another_job_is_another_place_from_today_also_when_the_form_is_sent_twice(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    person = make_person("bea@maasdal.example")
    address = reverse("lxp:person_change", args=[join(person, organisation, Role.AUTHOR).pk])
    today, yesterday = timezone.localdate(), timezone.localdate() - timedelta(days=1)

    for _time in range(2):
        assert client.post(address, typed(job="Verpleegkundige", ends_on="", roles=["author"])).status_code == 302

    places = Membership.objects.filter(person=person).order_by("starts_on")
    assert [(each.job, each.starts_on, each.ends_on, each.roles) for each in places] == [
        ("", date(2020, 1, 1), yesterday, {"author"}),
        ("Verpleegkundige", today, None, {"author"}),
    ]
    assert not AuditEvent.objects.filter(action="membership.roles_changed", person=person).latest("pk").detail["before"]


def test_a_second_place_from_today_is_refused_with_the_reason(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    User.objects.filter(pk=administrator.pk).update(language="en")
    first = join(make_person("bea@maasdal.example"), organisation)
    today = timezone.localdate()
    grant_membership(person=first.person, organisation=organisation, starts_on=today, job="Kok")
    before = list(Membership.objects.order_by("pk").values())

    response = client.post(reverse("lxp:person_change", args=[first.pk]), typed(job="Portier"))

    assert response.status_code == 422
    assert "This person is a member from that day already." in response.content.decode()
    assert list(Membership.objects.order_by("pk").values()) == before


def test_a_browser_is_given_days_in_the_one_form_it_shows(
    client: Client, administrator: User, organisation: Organisation
) -> None:
    membership = join(make_person("els@maasdal.example"), organisation, ends_on=date(2026, 12, 31))

    shown = page(client, "lxp:person_change", membership.pk)

    assert f'value="{membership.starts_on.isoformat()}"' in shown
    assert 'value="2026-12-31"' in shown


def test_a_membership_of_another_organisation_is_not_there(client: Client, administrator: User) -> None:
    foreign = join(make_person(), make_organisation("elders"))
    address = reverse("lxp:person_change", args=[foreign.pk])

    assert client.get(address, follow=True).status_code == 404
    assert client.post(address, typed(), follow=True).status_code == 404
    foreign.refresh_from_db()
    assert foreign.job == ""


@pytest.mark.parametrize("name", ["lxp:people", "lxp:person_add", "lxp:plugins", "lxp:incidents"])
@pytest.mark.parametrize("roles", [(), (Role.AUTHOR, Role.PUBLISHER, Role.MANAGER)])
def test_others_have_no_access(client: Client, organisation: Organisation, name: str, roles: tuple[str, ...]) -> None:
    client.force_login(make_member(organisation, *roles))

    assert client.get(reverse(name)).status_code == 403


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    response = client.get(reverse("lxp:people"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_the_operator_sees_what_plugins_did_wrong(client: Client, organisation: Organisation) -> None:
    PluginIncident.objects.create(
        plugin="skillslab", hook="home_panels", fingerprint="x", summary="<b>KeyError</b>", trace="line 12", count=4
    )
    client.force_login(make_person(is_superuser=True))

    shown = page(client, "lxp:incidents")

    assert "home_panels" in shown
    assert "&lt;b&gt;KeyError" in shown
    assert "line 12" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_incidents_costs_the_same_queries_for_any_length(
    client: Client, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        PluginIncident.objects.create(plugin="p", hook="h", fingerprint=str(number), summary="x")
    client.force_login(make_person(is_superuser=True))
    page(client, "lxp:incidents")

    with django_assert_num_queries(6):  # type: ignore[operator] # session, user, own memberships; count, page, stopped
        page(client, "lxp:incidents")
