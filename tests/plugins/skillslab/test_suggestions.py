"""What the home suggests to practise: what expires, is asked or waits, with sessions that fit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Module
from lxp.models import User
from lxp.services.organisations import grant_membership
from plugins.skillslab.models import Booking, Prerequisite, Session, TravelTime
from plugins.skillslab.services.choices.suggesting import Suggestions, suggestions_for
from skills_graph.models import Competency, DraftOutcome
from skills_graph.services.profiles import link_job
from tests.factories.frameworks import make_competency, make_profile
from tests.factories.modules import assignment, make_attempt, make_module, make_page
from tests.factories.people import make_organisation, make_person
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book, fill
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
JOB = "Verzorgende IG"
ENDS_IN = 21


@dataclass
class Work:
    """A skill that a job asks, and the module whose practical proves it in the sessions of the lab."""

    lab: Lab
    skill: Competency
    module: Module

    def carer(self, *, proven: bool = True) -> User:
        """Somebody with the job, and a proof that ends in 21 days."""
        person = make_person(first_name="Sanne")
        grant_membership(person=person, organisation=self.lab.owner, job=JOB, starts_on=date(2020, 1, 1))
        if proven:
            day = timezone.localdate() + timedelta(days=ENDS_IN)
            prove(person, self.skill, issuer=self.lab.owner, occurred_on=day.replace(year=day.year - 1))
        return person


@pytest.fixture
def work(lab: Lab) -> Work:
    skill = make_competency("Katheter inbrengen in de praktijk", months=12)
    link_job(organisation=lab.owner, job=JOB, profile=make_profile("Verzorgende", (skill, 1)))
    page = make_page(lab.owner, assignment())
    block_id = page.body.get_prep_value()[0]["id"]
    DraftOutcome.objects.create(module=page.module, competency=skill, level=1, kind="practical", block_id=block_id)
    page.get_latest_revision().publish()
    lab.session_type.module, lab.session_type.block_id = page.module, block_id
    lab.session_type.save()
    return Work(lab, skill, Module.objects.get(pk=page.module_id))


def plan(lab: Lab, *days: int) -> list[Session]:
    """A session on each of these days, planned before the lab needs its teachers to be able."""
    lab.teachers = [lab.teachers[0]]
    block_id, lab.session_type.block_id = lab.session_type.block_id, None
    module, lab.session_type.module = lab.session_type.module, None
    planned = [lab.session(at(each)) for each in days]
    lab.session_type.module, lab.session_type.block_id = module, block_id
    return planned


def found_for(person: User) -> Suggestions:
    found = suggestions_for(person=person)
    assert found is not None
    return found


def sessions_of(found: Suggestions) -> list[Session]:
    return [each.slot.session for each in found.sessions]


def test_what_expires_comes_with_three_sessions_and_is_booked_in_one_tap(work: Work) -> None:
    planned = plan(work.lab, 5, 6, 7, 8)
    person = work.carer()
    found = found_for(person)
    assert (found.wanted.title, found.wanted.state, found.wanted.days_left) == (str(work.skill), "expires", ENDS_IN)
    assert sessions_of(found) == planned[:3]
    client = signed_in(person)
    shown = client.get("/mijn/").content.decode()
    assert ("It ends in 21 days." in shown, shown.count('name="slot"')) == (True, 3)
    panel = shown.partition('id="praktijk"')[2].partition("</section>")[0]
    assert panel.count("csrfmiddlewaretoken") == 3
    client.post("/p/skillslab/boeken/", {"slot": planned[0].uuid, "request": found.request_uuid})
    assert Booking.objects.get().session == planned[0]
    assert suggestions_for(person=person) is None


def test_what_a_job_asks_and_nobody_proved_yet_is_suggested_too(work: Work) -> None:
    plan(work.lab, 5)
    assert found_for(work.carer(proven=False)).wanted.state == "missing"


def test_who_learns_it_waits_for_practice_whatever_the_job(work: Work) -> None:
    plan(work.lab, 5)
    person = work.lab.member()
    assert suggestions_for(person=person) is None
    make_attempt(person, work.module)
    assert found_for(person).wanted.state == "waits"


def test_full_closed_and_overlapping_sessions_and_those_without_prerequisites_are_left_out(work: Work) -> None:
    full, overlapping, fits = plan(work.lab, 5, 6, 7)
    fill(work.lab, full)
    person = work.carer()
    work.lab.add_room()
    work.lab.add_pieces(1)
    work.lab.add_teacher()
    other = work.lab.skillslab.session_types.create(slug="anders", title="Anders", minutes=60, maximum=4)
    book(work.lab.session(overlapping.starts_at, 1, session_type=other), person)
    assert sessions_of(found_for(person)) == [fits]
    theory = make_module(work.lab.owner)
    Prerequisite.objects.create(session_type=work.lab.session_type, module=theory)
    assert suggestions_for(person=person) is None


def test_there_must_be_time_to_travel_from_another_session(work: Work) -> None:
    first, second = plan(work.lab, 6, 7)
    person, dalhof = work.carer(), work.lab.add_location()
    work.lab.add_room(location=dalhof)
    work.lab.add_teacher()
    TravelTime.objects.create(location=work.lab.location, organisation=work.lab.owner, minutes=45)
    other = work.lab.skillslab.session_types.create(slug="anders", title="Anders", minutes=60, maximum=4)
    book(work.lab.session(first.ends_at + timedelta(minutes=30), 1, session_type=other, location=dalhof), person)
    book(work.lab.session(second.ends_at + timedelta(minutes=45), 1, session_type=other, location=dalhof), person)
    assert sessions_of(found_for(person)) == [second]


def test_an_hour_of_travel_counts_as_a_week(work: Work) -> None:
    far, near = plan(work.lab, 5, 11)
    person, dalhof = work.carer(), work.lab.add_location()
    Session.objects.filter(pk=near.pk).update(room=work.lab.add_room(location=dalhof))
    TravelTime.objects.create(location=work.lab.location, organisation=work.lab.owner, minutes=60)
    assert [(each.slot.session, each.travel_minutes) for each in found_for(person).sessions] == [(near, 0), (far, 60)]


def test_a_prerequisite_that_ends_before_the_day_is_none(work: Work) -> None:
    early, _late = plan(work.lab, 5, 40)
    person = work.carer()
    before = make_competency("Theorie", months=12)
    Prerequisite.objects.create(session_type=work.lab.session_type, competency=before, level=1)
    day = timezone.localdate() + timedelta(days=20)
    prove(person, before, issuer=work.lab.owner, occurred_on=day.replace(year=day.year - 1))
    assert sessions_of(found_for(person)) == [early]


@pytest.mark.parametrize("count", [1, 4])
def test_suggestions_cost_the_same_for_any_number_of_sessions(work: Work, count: int) -> None:
    for session in plan(work.lab, *range(5, 5 + count)):
        book(session, work.lab.member())
    before = make_competency("Theorie")
    Prerequisite.objects.create(session_type=work.lab.session_type, competency=before, level=1)
    person = work.carer()
    prove(person, before, issuer=work.lab.owner)
    person = User.objects.get(pk=person.pk)
    with CaptureQueriesContext(connection) as queries:
        assert found_for(person).wanted.state == "expires"
    assert len(queries) == 14, "\n".join(each["sql"][:120] for each in queries)


def test_who_has_nothing_to_practise_costs_few_queries_and_who_has_no_skillslab_none(work: Work) -> None:
    plan(work.lab, 5)
    member, stranger = (User.objects.get(pk=each.pk) for each in (work.lab.member(), make_person()))
    with CaptureQueriesContext(connection) as queries:
        assert suggestions_for(person=member) is None
    assert len(queries) == 4  # memberships, partners, types, modules under way
    grant_membership(person=stranger, organisation=make_organisation(), starts_on=date(2020, 1, 1))
    assert "Book your practice" not in signed_in(stranger).get("/mijn/").content.decode()


def test_who_booked_is_told_to_begin_the_module_that_an_assessor_signs(work: Work) -> None:
    (session,) = plan(work.lab, 5)
    person = work.carer()
    book(session, person)
    start = reverse("courses:start", args=[work.module.uuid])
    client = signed_in(person)
    assert start not in client.get("/p/skillslab/mijn/").content.decode()
    work.lab.session_type.assessors = 1
    work.lab.session_type.save()
    assert start in client.get("/p/skillslab/mijn/").content.decode()
    client.post(start)
    assert start not in client.get("/p/skillslab/mijn/").content.decode()
