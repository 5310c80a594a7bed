"""What who leads people sees: whose, of whom, on which day; that it is written down; and what is never shown."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lxp.models import AuditEvent, Organisation, Role, Unit, User
from lxp.services.members import change_member
from lxp.services.organisations import grant_membership
from skills_graph.inference import add_months
from skills_graph.models import Evidence, Holding
from skills_graph.services.definitions import add_relation
from skills_graph.services.evidence import revoke_evidence
from tests.factories.acts import JOB, Act, ago, make_act, make_carer, make_leader, pass_practical, pass_theory
from tests.factories.frameworks import make_competency, make_framework
from tests.factories.modules import lesson, make_module
from tests.factories.people import join, make_member
from tests.factories.skills import prove

pytestmark = pytest.mark.django_db
PAGES = ("team", "team_download", "completion", "completion_download")


@pytest.fixture
def act() -> Act:
    return make_act()


@pytest.fixture
def leader(act: Act) -> User:
    return make_leader(act)


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def page_of(person: User, name: str, *arguments: Any, query: str = "") -> str:
    response = signed_in(person).get(f"{reverse(f'skills_graph:{name}', args=arguments)}?{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def status_of(person: User, name: str, *arguments: Any) -> int:
    return signed_in(person).get(reverse(f"skills_graph:{name}", args=arguments)).status_code


def table_of(person: User, name: str, *arguments: Any, query: str = "") -> list[list[str]]:
    response = signed_in(person).get(f"{reverse(f'skills_graph:{name}', args=arguments)}?{query}")
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def competent(act: Act, name: str, *, days_ago: int = 0) -> User:
    carer = make_carer(act, name)
    pass_theory(carer, act, days_ago=days_ago)
    pass_practical(carer, act, days_ago=days_ago)
    return carer


def test_a_task_counts_who_is_in_order(act: Act, leader: User) -> None:
    competent(act, "Wel")
    competent(act, "Bijna", days_ago=36 * 30 - 30)
    pass_theory(make_carer(act, "Half"), act)
    make_carer(act, "Niet")
    page = page_of(leader, "team")
    assert "5 people in your team" in page
    assert "2 of 4</span>" in page  # not in order
    assert '<td data-label="In order">2 of 4</td>' in page
    assert '<td data-label="Not asked">1 other</td>' in page  # of the leader
    assert AuditEvent.objects.filter(actor=leader).count() == 0


def test_a_task_names_who_is_not_in_order_first_and_why(act: Act, leader: User) -> None:
    competent(act, "Wel")
    pass_theory(make_carer(act, "Half"), act)
    make_carer(act, "Niet")
    competent(act, "Verlopen", days_ago=36 * 31)
    page = page_of(leader, "team_task", act.act.uuid)
    names = re.findall(r"/team/mensen/[^\"]+\">(\w+) Bakker", page)
    assert names == ["Verlopen", "Niet", "Half", "Wel"]
    assert "3 people may not do this today." in page
    assert "Theory passed, practical still missing" in page
    assert "Lapsed: counted up to and including" in page


def test_whom_a_task_is_not_asked_of_is_named_and_never_counted_as_able(act: Act, leader: User) -> None:
    competent(act, "Wel")
    student = make_carer(act, "Leerling", job="Leerling")
    pass_theory(student, act)
    pass_practical(student, act)
    page = page_of(leader, "team_task", act.act.uuid, query="dag=morgen")
    assert "Everybody is in order" not in page
    assert "1 person may do it. <strong>The jobs of 2 others in your team do not ask this.</strong>" in page
    able, not_asked = page.split("Not asked of them")
    assert "Leerling Bakker" not in able
    assert re.findall(r"/team/mensen/[^\"]+\">([\w ]+)</a>", not_asked) == ["Leerling Bakker", "Lies Leider"]
    # How they stand in what no job asks of them is nothing for who leads them, so that nobody looked at it either.
    assert "In order" not in not_asked
    assert not AuditEvent.objects.filter(person=student, actor=leader).exists()


def test_everybody_is_in_order_only_where_it_is_asked_of_everybody(act: Act) -> None:
    competent(act, "Wel")
    leader = make_carer(act, "Lies", roles=frozenset({Role.MANAGER}))
    pass_theory(leader, act)
    pass_practical(leader, act)
    page = page_of(leader, "team_task", act.act.uuid)
    assert "Everybody is in order." in page
    assert "Not asked" not in page


def test_who_moved_to_another_unit_is_still_in_the_team_of_yesterday(act: Act, leader: User) -> None:
    carer, administrator = competent(act, "Gaat", days_ago=9), make_member(act.organisation, Role.ADMINISTRATOR)
    other = Unit.objects.create(organisation=act.organisation, slug="blauw", name="Team Blauw")
    there = make_leader(act, unit=other)
    place = carer.memberships.get()
    change_member(membership=place, by=administrator, unit=other, job=JOB, ends_on=None, roles=[])
    shown = {
        (day, person.pk): "Gaat Bakker" in str(table_of(person, "team_download", query=f"dag={ago(day).isoformat()}"))
        for day in (0, 1)
        for person in (leader, there)
    }
    assert shown == {(0, leader.pk): False, (0, there.pk): True, (1, leader.pk): True, (1, there.pk): False}


def test_tomorrow_is_another_day_than_today(act: Act, leader: User) -> None:
    carer = make_carer(act, "Vandaag")
    tomorrow = timezone.localdate() + timedelta(days=1)
    pass_theory(carer, act, days_ago=3, valid_until=tomorrow)
    pass_practical(carer, act, days_ago=3, valid_until=tomorrow)
    assert "1 person may do it." in page_of(leader, "team_task", act.act.uuid)
    page = page_of(leader, "team_task", act.act.uuid, query="dag=morgen")
    assert "1 person may not do this tomorrow." in page


def test_on_a_day_to_come_the_team_is_who_is_in_it_today_and_still_then(act: Act, leader: User) -> None:
    today = timezone.localdate()
    make_carer(act, "Blijft")
    make_carer(act, "Vertrekt", ends_on=today)
    make_carer(act, "Nieuwkomer", starts_on=today + timedelta(days=1))
    renewed = make_carer(act, "Verlengd", ends_on=today)
    grant_membership(
        person=renewed, organisation=act.organisation, unit=act.unit, job=JOB, starts_on=today + timedelta(days=1)
    )
    names = ("Blijft", "Vertrekt", "Nieuwkomer", "Verlengd")

    def shown(query: str = "") -> list[bool]:
        page = page_of(leader, "team_task", act.act.uuid, query=query)
        rows = table_of(leader, "team_download", query=query)[1:]
        in_table = {name for name in names if any(name in " ".join(row) for row in rows)}
        assert in_table == {name for name in names if name in page}
        return [name in in_table for name in names]

    assert shown() == [True, True, False, True]
    assert shown("dag=morgen") == [True, False, False, True]


def test_a_past_day_is_judged_as_we_know_it_now_or_as_we_knew_it_then(act: Act, leader: User) -> None:
    competent(act, "Toen", days_ago=20)
    day = f"dag={ago(10).isoformat()}"
    assert "1 person was in order." in page_of(leader, "team_task", act.act.uuid, query=day)
    # The profile itself was not known then, so that nothing was asked yet.
    assert "No tasks on this day" in page_of(leader, "team", query=f"{day}&kennis=toen")


@pytest.mark.parametrize("day", ["", "onzin", "2026-02-30", "9999-99-99", "2026-11-22T10:00"])
def test_a_day_that_cannot_be_is_today(day: str, act: Act, leader: User) -> None:
    assert "Who may do what today" in page_of(leader, "team", query=f"dag={day}")


def test_who_leads_nobody_has_no_team(act: Act) -> None:
    for person in (make_carer(act), act.assessor, make_member(act.organisation, Role.AUTHOR)):
        assert [status_of(person, name) for name in PAGES] == [403] * 4
    operator = make_member(act.organisation, is_superuser=True, is_staff=True)
    assert [status_of(operator, name) for name in PAGES] == [403] * 4


def test_people_of_another_unit_or_organisation_are_not_there(act: Act, leader: User) -> None:
    elsewhere = Unit.objects.create(organisation=act.organisation, slug="elders", name="Elders")
    colleague = make_carer(act, "Elders", unit=elsewhere)
    other = make_act("vlier")
    stranger = make_carer(other, "Vreemd")
    own = make_carer(act, "Eigen")
    for person in (colleague, stranger):
        assert status_of(leader, "team_person", person.uuid) == 404
        assert status_of(leader, "team_why", person.uuid, act.act.uuid) == 404
    assert status_of(leader, "team_task", other.act.uuid) == 404
    page = page_of(leader, "team_task", act.act.uuid)
    assert "Eigen Bakker" in page
    assert "Elders Bakker" not in page
    assert list(AuditEvent.objects.filter(actor=leader).values_list("person", flat=True)) == [own.pk]
    assert AuditEvent.objects.filter(person__in=[colleague, stranger], actor=leader).exists() is False
    assert list(Holding.objects.visible_to(leader)) == []
    assert list(Evidence.objects.visible_to(leader)) == []


def test_a_coordinator_sees_every_unit(act: Act) -> None:
    make_carer(act, "Iemand")
    elsewhere = Unit.objects.create(organisation=act.organisation, slug="elders", name="Elders")
    make_carer(act, "Elders", unit=elsewhere)
    page = page_of(make_leader(act, role=Role.COORDINATOR), "team_task", act.act.uuid)
    assert "Iemand Bakker" in page
    assert "Elders Bakker" in page


# ── what another employer recorded ──────────────────────────────────────────────────────────────────────────────


def test_a_leader_reads_that_it_counts_and_not_what_another_employer_recorded(act: Act, leader: User) -> None:
    carer, other = make_carer(act), make_act("vlier")
    module = make_module(other.organisation, lesson(), title="Geheime module", sharing="organisation")
    prove(carer, act.theory, 2, issuer=other.organisation, module_version=module.current_version)
    page = page_of(leader, "team_why", carer.uuid, act.act.uuid)
    assert "Part of it was proven with another employer." in page
    assert "Geheime module" not in page
    assert "Vlier" not in page
    assert "Geheime module" in page_of(carer, "why", act.act.uuid)
    assert list(Evidence.objects.visible_to(leader)) == []
    assert Holding.objects.visible_to(leader).count() == 1


def test_who_leads_at_two_employers_reads_of_each_only_what_it_recorded_of_people_led_there(
    act: Act, leader: User
) -> None:
    other, carer = make_act("vlier"), make_carer(act)
    since, elsewhere = (
        date(2020, 1, 1),
        Unit.objects.create(organisation=other.organisation, slug="elders", name="Elders"),
    )
    lead = {"unit": other.unit, "roles": frozenset({Role.MANAGER}), "starts_on": since}
    grant_membership(person=leader, organisation=other.organisation, **lead)
    membership = grant_membership(person=carer, organisation=other.organisation, unit=elsewhere, starts_on=since)
    module = make_module(other.organisation, lesson(), title="Geheime module", sharing="organisation")
    prove(carer, act.theory, 2, issuer=other.organisation, module_version=module.current_version)
    page = page_of(leader, "team_why", carer.uuid, act.act.uuid)
    assert "Part of it was proven with another employer." in page
    assert "Geheime module" not in page
    membership.unit = other.unit
    membership.save()
    assert "Geheime module" in page_of(leader, "team_why", carer.uuid, act.act.uuid)


def test_a_leader_sees_only_what_the_job_here_asks(act: Act, leader: User) -> None:
    carer, extra = make_carer(act), make_competency("Zingen")
    prove(carer, extra, issuer=act.organisation)
    assert "Zingen" not in page_of(leader, "team_person", carer.uuid)
    assert status_of(leader, "team_why", carer.uuid, extra.uuid) == 404


# ── looking is written down ──────────────────────────────────────────────────────────────────────────────────────


def test_a_step_by_way_of_another_employers_own_framework_is_told_to_its_person_only(act: Act, leader: User) -> None:
    mark = "Zebravinkgeheim"
    other, carer = make_act("vlier").organisation, make_carer(act)
    join(carer, other)
    own = make_framework("eigen", title=f"{mark} kader", owner=other)
    private = make_competency(f"{mark} vaardigheid", framework=own, months=36)
    add_relation(source=private, target=act.practical, kind="implies")
    prove(carer, private, 3, issuer=other, kind="practical", assessor=make_member(other))
    pass_theory(carer, act)
    client = signed_in(leader)
    addresses = [reverse(f"skills_graph:{name}") for name in PAGES]
    addresses += [reverse(f"skills_graph:{name}", args=[act.act.uuid]) for name in ("team_task", "team_task_download")]
    addresses.append(reverse("skills_graph:team_person", args=[carer.uuid]))
    addresses.append(reverse("skills_graph:team_why", args=[carer.uuid, act.act.uuid]))
    pages = [client.get(address) for address in addresses]
    shown = [b"".join(each.streaming_content if each.streaming else each).decode() for each in pages]
    assert [each.status_code for each in pages] == [200] * 8
    assert [mark in each for each in shown] == [False] * 8
    assert "Part of it was proven with another employer." in shown[-1]
    assert f"{mark} vaardigheid" in page_of(carer, "why", act.act.uuid)


def looks_at(person: User) -> list[tuple[str, int, str]]:
    rows = AuditEvent.objects.filter(person=person, action__regex="looked|exported").order_by("pk")
    return [(row.action, row.actor_id, row.organisation.slug) for row in rows]


def test_every_look_is_one_line_for_the_person(act: Act, leader: User) -> None:
    carer = make_carer(act)
    page_of(leader, "team_task", act.act.uuid)
    page_of(leader, "team_task", act.act.uuid)  # within the hour: the same look
    page_of(leader, "team_person", carer.uuid)
    page_of(leader, "team_why", carer.uuid, act.act.uuid)
    table_of(leader, "team_task_download", act.act.uuid)
    table_of(leader, "team_download")
    assert looks_at(carer) == [
        ("team.looked", leader.pk, "linde"),
        ("record.looked", leader.pk, "linde"),
        ("record.looked", leader.pk, "linde"),
        ("team.exported", leader.pk, "linde"),
        ("team.exported", leader.pk, "linde"),
    ]
    page = re.sub(r"\s+", " ", signed_in(carer).get(reverse("lxp:looks")).content.decode())
    assert page.count("<strong>Lies Leider</strong>") == 5
    assert "looked at how you stand in a task" in page
    assert "downloaded a table with how you stand" in page


def test_nobody_reads_who_looked_at_another(act: Act, leader: User) -> None:
    carer = make_carer(act)
    page_of(leader, "team_person", carer.uuid)
    page = signed_in(make_carer(act, "Ander")).get(reverse("lxp:looks")).content.decode()
    assert "Nobody looked yet" in page


def test_who_reads_that_a_proof_was_taken_back_reads_which_and_why(act: Act) -> None:
    carer = make_carer(act)
    practical = pass_practical(carer, act)
    revoke_evidence(person=carer, uuid=practical.uuid, by=act.assessor, reason="Signed for <somebody> else")
    page = re.sub(r"\s+", " ", signed_in(carer).get(reverse("lxp:looks")).content.decode())
    address = reverse("skills_graph:why", args=[act.practical.uuid])
    assert f'took back evidence of yours: <a href="{address}">Katheter linde: praktijk</a>' in page
    assert "The reason: Signed for &lt;somebody&gt; else" in page


def test_the_page_of_looks_has_pages(act: Act, leader: User) -> None:
    carer = make_carer(act)
    AuditEvent.objects.bulk_create([AuditEvent(actor=leader, person=carer, action="record.looked") for _ in range(31)])
    page = signed_in(carer).get(reverse("lxp:looks")).content.decode()
    assert page.count("<strong>Lies Leider</strong>") == 30
    assert "?p=2" in page


# ── the same as a table ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_says_what_the_page_says(act: Act, leader: User) -> None:
    competent(act, "Wel")
    pass_theory(make_carer(act, "Half"), act)
    header, *rows = table_of(leader, "team_task_download", act.act.uuid)
    assert header == [
        "Name",
        "Department",
        "Job",
        "Skill",
        "Asked level",
        "Level",
        "State",
        "Until and including",
        "Missing",
        "On day",
    ]
    today = timezone.localdate().isoformat()
    assert rows[0] == [
        "Half Bakker", "Team Geel", "Verzorgende", "Katheter linde inbrengen", "alone", "", "growing", "",
        "Katheter linde: praktijk", today,
    ]  # fmt: skip
    assert [(row[0], row[6]) for row in rows] == [("Half Bakker", "growing"), ("Wel Bakker", "in order")]
    assert rows[1][7] == (add_months(timezone.localdate(), 36) - timedelta(days=1)).isoformat()
    assert len(table_of(leader, "team_download")) == 3


@pytest.mark.parametrize("name", ["=1+1", "+31", "-1", "@SUM(A1)"])
def test_a_name_never_becomes_a_formula(name: str, act: Act, leader: User) -> None:
    make_carer(act, name)
    _header, row = table_of(leader, "team_task_download", act.act.uuid)
    assert row[0].startswith("'")


def test_a_home_shows_who_leads_the_way_to_tomorrow(act: Act, leader: User) -> None:
    url = f"{reverse('skills_graph:team')}?dag=morgen"
    assert url in signed_in(leader).get(reverse("lxp:home")).content.decode()
    assert url not in signed_in(make_carer(act)).get(reverse("lxp:home")).content.decode()


def test_the_screen_works_for_the_chosen_organisation(act: Act, leader: User) -> None:
    other: Organisation = make_act("vlier").organisation
    make_member(other, first_name="Vreemd")
    client = signed_in(leader)
    client.post(reverse("lxp:switch_organisation"), {"organisation": str(other.uuid)})
    assert "Linde" in client.get(reverse("skills_graph:team")).content.decode()
