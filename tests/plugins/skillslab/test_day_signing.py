"""Signing during a session: each or all at once, back to the list, and proof in the same transaction."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from courses.models import Assessment
from lxp.models import Role, User
from plugins.skillslab.models import Session
from plugins.skillslab.services.day.attendance import note_attendance
from skills_graph.models import Competency, Evidence, Holding, Outcome
from skills_graph.services.profiles import authorise_assessor
from tests.factories.frameworks import make_competency
from tests.factories.modules import assignment, make_attempt, make_module
from tests.factories.people import make_member
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book
from tests.plugins.skillslab.test_day import during
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def skill() -> Competency:
    return make_competency("Katheter zetten")


@pytest.fixture
def session(lab: Lab, skill: Competency) -> Session:
    """A session whose module proves a skill, with a teacher who may sign for it."""
    module = make_module(lab.owner, assignment())
    lab.session_type.module, lab.session_type.block_id = module, module.current_version.activities.get().block_id
    lab.session_type.save()
    Outcome.objects.create(
        version=module.current_version,
        block_id=lab.session_type.block_id,
        competency=skill,
        level=1,
        kind="practical",
    )
    teacher = lab.teachers[0]
    teacher.memberships.get().role_grants.create(role=Role.ASSESSOR)
    prove(teacher, skill, 3, issuer=lab.owner, kind="practical", assessor=make_member(lab.owner))
    authorise_assessor(person=teacher, organisation=lab.owner, competency=skill, starts_on=date(2020, 1, 1))
    return lab.session(at(3), capacity=4)


def judged(page) -> dict[str, str]:
    """Everything met, competent, for everybody on the form."""
    form = page.context["form"]
    values = {f"criterion-{each['id']}": "met" for each in form.criteria}
    return {**values, "decision": "competent", **{f"for-{each.pk}": "on" for each in getattr(form, "requests", [])}}


def booked_ahead(lab: Lab, session: Session, count: int) -> list[User]:
    people = [lab.member() for _number in range(count)]
    for person in people:
        book(session, person)
        make_attempt(person, lab.session_type.module)
    return people


def note_all(session: Session, by: User) -> None:
    for booking in session.bookings.all():
        note_attendance(booking=booking, attendance="present", by=by)


def test_one_signature_for_all_who_are_here_is_proof_for_each_at_once(
    lab: Lab, session: Session, skill: Competency
) -> None:
    people = booked_ahead(lab, session, 3)
    back = reverse("skillslab:attendance_list", args=[session.uuid])
    with during(session):
        note_all(session, lab.teachers[0])
        client = signed_in(lab.teachers[0])
        assert "Sign for everybody who is here" in client.get(back).content.decode()
        page = client.post(reverse("skillslab:sign_together", args=[session.uuid]), follow=True)
        assert [each.person for each in page.context["form"].requests] == people
        answer = client.post(page.redirect_chain[-1][0], judged(page))
        # Tests commit nothing: what is there now was written in the transaction of the signature.
        assert (answer.url, Assessment.objects.count()) == (back, 3)
        rows = Evidence.objects.filter(person__in=people)
        assert {(each.competency, each.kind, each.assessor) for each in rows} == {(skill, "practical", lab.teachers[0])}
        assert Holding.objects.filter(person__in=people, competency=skill).count() == 3
        portfolio = signed_in(people[0]).get(reverse("skills_graph:portfolio")).content.decode()
        assert "Katheter zetten" in portfolio
        shown = client.get(back).content.decode()
    assert (shown.count("Signed</span>"), "Sign for everybody who is here" in shown) == (3, False)


def test_one_by_one_leads_back_to_the_list_and_twice_is_told(lab: Lab, session: Session) -> None:
    booked_ahead(lab, session, 1)
    booking = session.bookings.get()
    back = reverse("skillslab:attendance_list", args=[session.uuid])
    sign = reverse("skillslab:sign", args=[booking.pk])
    with during(session):
        note_all(session, lab.teachers[0])
        client = signed_in(lab.teachers[0])
        page = client.post(sign, follow=True)
        assert f'href="{back}"' in page.content.decode()
        assert client.post(page.redirect_chain[-1][0], judged(page)).url == back
        again = client.post(sign, follow=True)
        assert again.redirect_chain == [(f"{back}#p{booking.pk}", 302)]
    assert (Assessment.objects.count(), Evidence.objects.filter(person=booking.person).count()) == (1, 1)


def test_who_did_not_begin_the_module_is_named_and_the_others_are_signed(lab: Lab, session: Session) -> None:
    (ready,) = booked_ahead(lab, session, 1)
    book(session, lab.member(first_name="Nel", last_name="Nieuw"))
    with during(session):
        note_all(session, lab.teachers[0])
        client = signed_in(lab.teachers[0])
        page = client.post(reverse("skillslab:sign_together", args=[session.uuid]), follow=True)
    assert "<p>Nel Nieuw has not begun the module" in page.content.decode()
    assert [each.person for each in page.context["form"].requests] == [ready]


def test_who_teaches_without_being_an_assessor_signs_for_nobody(lab: Lab, session: Session) -> None:
    booked_ahead(lab, session, 1)
    with during(session):
        note_all(session, lab.coordinator)
        answer = signed_in(lab.coordinator).post(reverse("skillslab:sign_together", args=[session.uuid]))
        assert signed_in(lab.member()).post(reverse("skillslab:sign_together", args=[session.uuid])).status_code == 403
    assert answer.url == reverse("skillslab:attendance_list", args=[session.uuid])
    assert Assessment.objects.count() == 0
