"""Inviting volunteers from a list: what a line means, that nothing typed is lost, and that asking twice invites once."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Signature, signature
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lxp.models import Membership, Notice, User
from plugins.volunteers.models import RoleAssignment
from plugins.volunteers.services.invited_lines import read_list
from plugins.volunteers.services.roles import retire_role
from plugins.volunteers.tasks import invite_task
from plugins.volunteers.views import coordinating
from tests.factories.people import make_member, make_organisation
from tests.plugins.volunteers.circle import Circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ADDRESS = "/p/volunteers/beheer/uitnodigen/"


def invite(client: Client, people: str, action: str = "uitnodigen", **fields: object):
    return client.post(ADDRESS, {"people": people, action: "1", **fields})


@pytest.mark.parametrize(
    "line",
    [
        "Bo Berg, bo@thuis.example",
        "bo@thuis.example;Bo Berg",
        '"Bo Berg"\tbo@THUIS.example',
        "Bo Berg <bo@thuis.example>",
    ],
)
def test_a_line_is_read_however_it_was_written(circle: Circle, line: str) -> None:
    (read,) = read_list(text=f"Naam;E-mail\n\n{line}", organisation=circle.organisation)
    assert (read.number, read.name, read.email, read.problem) == (3, "Bo Berg", "bo@thuis.example", "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Achternaam;Voornaam;Telefoon;E-mail\nJansen;Piet;0612345678;bo@thuis.example", "Piet Jansen"),
        ("Nr,E-mail address,Surname,First name\n1,bo@thuis.example,Jansen,Piet", "Piet Jansen"),
        (
            "Achternaam\tTussenvoegsel\tRoepnaam\tStraat\tMail\nBerg\tvan den\tBo\tDalweg 4\tbo@thuis.example",
            "Bo van den Berg",
        ),
        ('Naam;Woonplaats;E-mail\n"Berg, Bo";Heerlen;bo@thuis.example', "Berg, Bo"),
        ("Vrijwilliger;Telefoon;E-mail\nBo Berg;06 12 34 56 78;bo@thuis.example", "Bo Berg"),
        ("Bo Berg; +31 6-12345678; bo@thuis.example", "Bo Berg"),
    ],
)
def test_names_of_columns_say_the_order_and_a_number_is_no_name(circle: Circle, text: str, name: str) -> None:
    (read,) = read_list(text=text, organisation=circle.organisation)
    assert (read.name, read.email, read.problem) == (name, "bo@thuis.example", "")


def test_what_the_columns_said_is_kept_in_the_list_that_is_shown(circle: Circle) -> None:
    client = signed_in(circle.coordinator)
    shown = invite(client, "Achternaam;Voornaam;E-mail\nJansen;Piet;piet@thuis.example", "bekijk").context["form"]
    assert shown["people"].value() == "Piet Jansen;piet@thuis.example"
    invite(client, shown["people"].value())
    person = User.objects.get(email="piet@thuis.example")
    assert (person.first_name, person.last_name) == ("Piet", "Jansen")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("0612345678; bo@thuis.example", "There is no name in this line."),
        ("Bo Berg", "There is no e-mail address in this line."),
        ("bo@thuis.example", "There is no name in this line."),
        ("Bo, bo@thuis", "“bo@thuis” is no e-mail address. Look at the spelling."),
        (
            "Bo, bo@a.example, bo@b.example",
            "There are two e-mail addresses in this line. Put each person on a line of their own.",
        ),
        (f"{'Bo ' * 51}, bo@a.example", "This name is too long. Is each person on a line of their own?"),
    ],
)
def test_a_line_with_a_problem_says_what_to_mend(circle: Circle, line: str, problem: str) -> None:
    (read,) = read_list(text=line, organisation=circle.organisation)
    assert read.problem == problem


def test_an_address_for_which_an_account_has_no_room_is_refused(circle: Circle) -> None:
    email = f"bo@{'.'.join([letter * 63 for letter in 'abcd'])}.example"
    (read,) = read_list(text=f"Bo, {email}", organisation=circle.organisation)
    assert read.problem == f"“{email}” is no e-mail address. Look at the spelling."


def test_an_address_that_is_there_twice_names_the_other_line(circle: Circle) -> None:
    lines = read_list(text="Bo, bo@a.example\nBea, BO@a.example", organisation=circle.organisation)
    assert [each.problem for each in lines] == ["", "This address is in line 1 already."]


def test_looking_at_the_list_invites_nobody(circle: Circle) -> None:
    before = User.objects.count()
    page = invite(signed_in(circle.coordinator), "Bo Berg, bo@thuis.example", "bekijk")
    assert page.status_code == 200
    assert "Invite 1 volunteer" in page.content.decode()
    assert User.objects.count() == before


def test_ten_volunteers_are_invited_with_their_role_and_a_mail(circle: Circle) -> None:
    people = "\n".join(f"Persoon {number}, p{number}@thuis.example" for number in range(10))
    client = signed_in(circle.coordinator)
    for said in ("10 volunteers were invited.", "Everybody in this list was a volunteer here already."):
        assert invite(client, people, role=circle.role.uuid).status_code == 302
        assert said in client.get(reverse("volunteers:volunteers")).content.decode()
    made = User.objects.filter(email__endswith="@thuis.example")
    assert made.count() == 10
    places = Membership.objects.filter(person__in=made)
    assert set(places.values_list("kind", "organisation")) == {("volunteer", circle.organisation.pk)}
    assert places.count() == 10
    assert RoleAssignment.objects.filter(person__in=made, role=circle.role).count() == 10
    assert Notice.objects.filter(person__in=made).count() == 10


def test_a_long_list_is_invited_by_the_worker_in_pieces(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinating, "INVITED_AT_ONCE", 2)
    pieces: list[int] = []

    def counted(name: str, given: tuple[Any, ...]) -> Signature:
        pieces.append(len(given[3]))
        return signature(name, given)

    monkeypatch.setattr(coordinating, "signature", counted)
    people = "\n".join(f"Persoon van {number}, p{number}@thuis.example" for number in range(5))
    page = signed_in(circle.coordinator).post(
        ADDRESS, {"people": people, "uitnodigen": "1", "role": circle.role.uuid}, follow=True
    )
    assert pieces == [2, 2, 1]
    assert "5 volunteers are being invited." in page.content.decode()
    made = User.objects.filter(email__endswith="@thuis.example")
    assert sorted(made.values_list("first_name", "last_name")) == [("Persoon", f"van {each}") for each in range(5)]
    assert RoleAssignment.objects.filter(person__in=made, role=circle.role).count() == 5


def test_a_role_that_was_retired_meanwhile_is_not_given(circle: Circle) -> None:
    retire_role(role=circle.role, by=circle.coordinator)
    invite_task(circle.organisation.pk, circle.role.pk, circle.coordinator.pk, [["Bo Berg", "bo@thuis.example"]])
    person = User.objects.get(email="bo@thuis.example")
    assert Membership.objects.of_volunteers().filter(person=person).exists()
    assert not RoleAssignment.objects.filter(person=person).exists()


def test_lines_with_a_problem_stay_and_the_others_are_invited(circle: Circle) -> None:
    page = invite(signed_in(circle.coordinator), "Bo Berg, bo@thuis.example\nCas zonder adres", role=circle.role.uuid)
    assert page.status_code == 422
    assert User.objects.filter(email="bo@thuis.example").exists()
    assert page.context["form"]["people"].value() == "Cas zonder adres"
    assert page.context["form"]["role"].value() == circle.role.uuid


def test_a_file_of_a_spreadsheet_comes_into_the_list(circle: Circle) -> None:
    file = SimpleUploadedFile("lijst.csv", "Naam;E-mail\nZoë Bäk;zoe@thuis.example\n".encode("cp1252"))
    page = signed_in(circle.coordinator).post(ADDRESS, {"people": "", "file": file, "bekijk": "1"})
    assert page.context["form"]["people"].value() == "Zoë Bäk;zoe@thuis.example"


def test_an_empty_list_is_refused_with_words(circle: Circle) -> None:
    page = invite(signed_in(circle.coordinator), " ")
    assert page.status_code == 422
    assert "Paste at least one line, or choose a file." in page.content.decode()


def test_who_works_here_may_also_volunteer_and_stays_one_person(circle: Circle) -> None:
    carer = make_member(circle.organisation, email="carer@maasdal.example")
    invite(signed_in(circle.coordinator), "Anna Bakker, carer@maasdal.example")
    assert set(Membership.objects.filter(person=carer).values_list("kind", flat=True)) == {"staff", "volunteer"}


@pytest.mark.parametrize("who", ["volunteer", "carer", "stranger"])
def test_nobody_else_sees_or_invites_volunteers(circle: Circle, who: str) -> None:
    people = {
        "volunteer": circle.volunteer,
        "carer": make_member(circle.organisation),
        "stranger": make_member(make_organisation()),
    }
    client, before = signed_in(people[who]), User.objects.count()
    expected = 404 if who == "stranger" else 403
    for name in ("volunteers", "invite", "roles"):
        assert client.get(reverse(f"volunteers:{name}")).status_code == expected
    assert invite(client, "Bo Berg, bo@thuis.example").status_code == expected
    assert User.objects.count() == before
