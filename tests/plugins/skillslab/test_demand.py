"""Who needs which session by when: by competency, quarter, organisation and team, never about fewer than five people."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lxp.models import Job, Membership, MembershipKind, Role, Unit
from lxp.services.jobs import take
from plugins.skillslab.models import DemandCount
from plugins.skillslab.services.figures import counting
from plugins.skillslab.services.figures.demand import NOW, Line, demand_for
from skills_graph.models import Holding
from skills_graph.services.definitions import add_relation
from skills_graph.services.profiles import link_job
from tests.factories.frameworks import make_competency, make_profile
from tests.factories.people import join, make_member, make_organisation
from tests.plugins.skillslab.crowd import Crowd, make_crowd
from tests.plugins.skillslab.lab import Lab, at
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TODAY = date(2026, 2, 10)
FIRST, SECOND, THIRD = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel("2026-02-10 09:00+01:00", tick=False):
        yield


@pytest.fixture
def crowd(lab: Lab) -> Crowd:
    return make_crowd(lab)


def line_of(lab: Lab, quarters: int = 2) -> Line:
    demand = demand_for(skillslab=lab.skillslab, today=TODAY)
    demand.show(quarters)
    (line,) = demand.lines
    return line


def by_quarter(line: Line) -> dict[object, int]:
    return {part.key: part.count for part in line.figure.shown}


def test_what_ends_counts_in_the_quarter_of_its_last_day(crowd: Crowd) -> None:
    crowd.add(5, until=date(2026, 4, 1))
    crowd.add(6, until=date(2026, 4, 2))
    crowd.add(7, until=date(2026, 7, 1))
    crowd.add(9, until=date(2026, 7, 2))
    line = line_of(crowd.lab)
    assert by_quarter(line) == {FIRST: 5, SECOND: 13, THIRD: 9}
    assert ([each.first for each, _figure in line.cells], line.figure.count) == ([NOW, FIRST, SECOND], 27)


def test_choosing_fewer_quarters_says_no_other_total_and_withholds_nothing_else(crowd: Crowd) -> None:
    for count, until in ((6, date(2026, 3, 1)), (2, date(2026, 5, 1)), (1, date(2026, 8, 1)), (7, date(2027, 2, 1))):
        crowd.add(count, until=until)
    lines = [line_of(crowd.lab, count) for count in range(1, 9)]
    assert {line.figure.count for line in lines} == {16}
    assert {tuple(sorted(by_quarter(line).values())) for line in lines} == {(7,)}
    assert [len(line.cells) for line in lines] == list(range(2, 10))


def test_who_holds_it_firmly_for_longer_needs_nothing(crowd: Crowd) -> None:
    for person in crowd.add(6, until=date(2026, 4, 1)):
        crowd.hold(person, date(2030, 1, 1), level=4)
    assert line_of(crowd.lab).figure.count == 0


def test_what_a_job_asks_and_people_do_not_have_is_needed_now(crowd: Crowd) -> None:
    lab = crowd.lab
    profile = make_profile("Verpleegkundige", (crowd.competency, 3))
    link_job(organisation=lab.owner, job="Verpleegkundige", profile=profile)
    crowd.add(5, job="Verpleegkundige")
    crowd.add(4, until=date(2026, 2, 1), job="Verpleegkundige")
    crowd.add(8, until=date(2030, 1, 1), job="Verpleegkundige")
    crowd.add(8, job="Gastvrouw")
    crowd.add(8, until=date(2026, 2, 1))
    assert by_quarter(line_of(lab)) == {NOW: 9}


def test_a_job_that_asks_a_reserved_act_asks_its_part_and_who_has_the_act_needs_nothing(crowd: Crowd) -> None:
    lab = crowd.lab
    act = make_competency("Blaaskatheter", framework=crowd.competency.framework, kind="reserved", rollup=0)
    add_relation(source=crowd.competency, target=act, kind="broader", at=3, gives=3, assurance=3)
    link_job(organisation=lab.owner, job="Verpleegkundige", profile=make_profile("Verpleegkundige", (act, 3)))
    crowd.add(6, job="Verpleegkundige")
    for person in crowd.add(5, job="Verpleegkundige"):
        Holding.objects.create(person=person, competency=act, level=3, assurance=3, until=date(2028, 1, 1))
    assert by_quarter(line_of(lab)) == {NOW: 6}


def test_teams_are_parts_of_organisations_and_small_ones_are_withheld_with_another(crowd: Crowd) -> None:
    lab = crowd.lab
    north, south, east = (
        Unit.objects.create(organisation=lab.owner, slug=name, name=name.title()) for name in ("noord", "zuid", "oost")
    )
    for unit, count in ((north, 12), (south, 6), (east, 2)):
        crowd.add(count, until=date(2026, 5, 1), unit=unit)
    crowd.add(7, lab.partner, until=date(2026, 5, 1))
    (quarter,) = line_of(lab).figure.shown
    assert {part.key: part.count for part in quarter.shown} == {lab.owner.pk: 20, lab.partner.pk: 7}
    own = quarter.parts[lab.owner.pk]
    assert {part.key: part.count for part in own.shown} == {north.pk: 12}
    assert own.withheld.count == 8


def test_who_works_for_two_partners_counts_once_with_the_first(crowd: Crowd) -> None:
    for person in crowd.add(6, until=date(2026, 5, 1)):
        join(person, crowd.lab.partner)
    Membership.objects.filter(organisation=crowd.lab.partner).update(starts_on=date(2024, 1, 1))
    (quarter,) = line_of(crowd.lab).figure.shown
    assert {part.key: part.count for part in quarter.shown} == {crowd.lab.owner.pk: 6}


def test_people_of_others_and_of_partners_that_switched_it_off_do_not_count(crowd: Crowd) -> None:
    crowd.add(6, make_organisation("elders"), until=date(2026, 5, 1))
    crowd.add(6, crowd.lab.partner, until=date(2026, 5, 1))
    crowd.lab.partner.plugins = []
    crowd.lab.partner.save()
    assert line_of(crowd.lab).figure.count == 0


def test_planned_places_are_taken_off_what_is_needed(crowd: Crowd) -> None:
    lab = crowd.lab
    lab.session_type.maximum = 4
    lab.session_type.save()
    crowd.add(11, until=date(2026, 5, 1))
    assert line_of(lab).sessions_needed == 3
    lab.session(at(5), capacity=4)
    line = line_of(lab)
    assert (line.planned_sessions, line.planned_places, line.sessions_needed) == (1, 4, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_the_same_queries_for_any_number_of_people(crowd: Crowd, count: int) -> None:
    lab = crowd.lab
    crowd.add(5 * count, until=date(2026, 5, 1))
    client = signed_in(lab.coordinator)
    address = reverse("skillslab:demand", args=[lab.skillslab.uuid])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert f"{5 * count} people" in response.content.decode()
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    # who asks (4); how many work there; types, outcomes, partners, parts, people, jobs, holdings, sessions, units;
    # own organisations
    assert len(reads) == 15


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if thousands worked there."""
    monkeypatch.setattr(counting, "MANY", 0)


@pytest.mark.usefixtures("many")
def test_where_many_work_the_worker_counts_and_the_page_shows_the_same_without_anybody_in_it(crowd: Crowd) -> None:
    lab = crowd.lab
    ours = Unit.objects.create(organisation=lab.owner, slug="noord", name="Wijkteam Noord")
    crowd.add(6, until=date(2026, 5, 1), unit=ours)
    crowd.add(7, lab.partner, until=date(2026, 8, 1))
    today, client = timezone.localdate(), signed_in(lab.coordinator)
    address = reverse("skillslab:demand", args=[lab.skillslab.uuid])
    assert counting.counted_demand(skillslab=lab.skillslab, today=today, quarter_count=8).demand is None

    first = client.get(address)  # the queue of the tests works at once
    page = client.get(address).content.decode()

    assert ("We are counting" in first.content.decode(), first["Refresh"]) == (True, "5")
    counted = counting.counted_demand(skillslab=lab.skillslab, today=today, quarter_count=8)
    now = demand_for(skillslab=lab.skillslab, today=today, quarter_count=8)
    assert (counted.demand, counted.is_old) == (now, False)
    assert ("Wijkteam Noord: 6" in page, "We are counting" in page) == (True, False)
    job = Job.objects.get(name=counting.JOB)
    assert (job.done, job.total, job.finished_at is not None, job.error) == (1, 1, True, "")


@pytest.mark.usefixtures("many")
def test_counting_twice_is_one_count_and_an_hour_later_it_is_old(crowd: Crowd) -> None:
    lab = crowd.lab
    crowd.add(6, until=date(2026, 5, 1))
    for _turn in range(2):
        assert counting.count_demand(skillslab=lab.skillslab, quarter_count=8) is not None
    assert DemandCount.objects.count() == 1
    running = take(name=counting.JOB, about=f"{lab.skillslab.slug} 8")
    assert running is not None
    assert counting.count_demand(skillslab=lab.skillslab, quarter_count=8) is None
    DemandCount.objects.update(made_at=timezone.now() - 2 * counting.FRESH)
    counted = counting.counted_demand(skillslab=lab.skillslab, today=timezone.localdate(), quarter_count=8)
    assert (counted.demand is not None, counted.is_old) == (True, True)
    assert counting.is_under_way(skillslab=lab.skillslab, quarter_count=8) is True


def test_a_coordinator_reads_own_teams_and_sums_of_others(crowd: Crowd) -> None:
    lab = crowd.lab
    ours = Unit.objects.create(organisation=lab.owner, slug="noord", name="Wijkteam Noord")
    theirs = Unit.objects.create(organisation=lab.partner, slug="dal", name="Dalteam")
    crowd.add(6, until=date(2026, 5, 1), unit=ours)
    crowd.add(7, lab.partner, until=date(2026, 5, 1), unit=theirs)
    address = reverse("skillslab:demand", args=[lab.skillslab.uuid])
    page = signed_in(lab.coordinator).get(address).content.decode()
    assert ("Wijkteam Noord: 6" in page, "Dalzorg: 7" in page, "Dalteam" in page) == (True, True, False)
    outsider = make_member(make_organisation("elders"), Role.COORDINATOR)
    assert signed_in(outsider).get(address).status_code == 404
    assert signed_in(lab.member()).get(address).status_code == 403


def test_volunteers_are_in_no_demand(crowd: Crowd) -> None:
    people = crowd.add(6, until=date(2026, 4, 1))
    Membership.objects.filter(person=people[0]).update(kind=MembershipKind.VOLUNTEER)
    line = line_of(crowd.lab)
    assert (line.figure.count, by_quarter(line)) == (5, {FIRST: 5})
