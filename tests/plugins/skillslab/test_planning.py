"""Planning: the whole set or nothing, and what moving or breaking something does, before it is saved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Absence, Allocation, Claim, Closure, Outage, Session, SessionType, Teacher
from plugins.skillslab.services.sessions.changing import change_capacity, impact_of, move_session
from plugins.skillslab.services.sessions.planning import SessionDraft, alternatives, plan_session
from skills_graph.services.profiles import authorise_assessor
from tests.factories.frameworks import make_competency
from tests.factories.modules import assignment, make_module
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def reasons_of(lab: Lab, **fields: object) -> tuple[str, ...]:
    with pytest.raises(SessionRefusedError) as refusal:
        lab.session(**fields)
    return refusal.value.reasons or (str(refusal.value),)


def test_a_session_has_its_room_equipment_and_people_with_time_around_it(lab: Lab) -> None:
    session = lab.session(capacity=5)
    roles = sorted(Allocation.objects.values_list("role", flat=True))
    assert roles == ["equipment", "equipment", "equipment", "instructor", "room"]
    first, last = int(session.starts_at.timestamp()) // 900, int(session.ends_at.timestamp()) // 900
    room = Claim.objects.filter(resource=lab.room).values_list("quarter", flat=True)
    assert sorted(room) == list(range(first - 2, last + 1))
    teacher = Claim.objects.filter(person=lab.teachers[0]).values_list("quarter", flat=True)
    assert sorted(teacher) == list(range(first, last))


def test_half_a_set_is_nothing(lab: Lab) -> None:
    assert reasons_of(lab, capacity=8) == ("Oefenpop: 4 needed, 3 free in Heuvelhof.",)
    assert (Session.objects.count(), Allocation.objects.count(), Claim.objects.count()) == (0, 0, 0)


def test_time_to_clean_up_keeps_the_next_session_away(lab: Lab) -> None:
    lab.session(at(10, 9))
    assert reasons_of(lab, starts_at=at(10, 11, 30))[0] == "No room for 2 people is free in Heuvelhof."
    lab.add_pieces(3)
    assert lab.session(at(10, 11, 45)).room == lab.room


@pytest.mark.parametrize("how", ["night", "closed", "out of order", "absent", "past", "too many"])
def test_what_is_not_there_is_said(lab: Lab, how: str) -> None:
    start, end, fields = at(10), at(10) + timedelta(hours=2), {}
    if how == "night":
        fields["starts_at"] = at(10, 21)
    if how == "closed":
        Closure.objects.create(location=lab.location, starts_at=start, ends_at=end, reason="verbouwing")
    if how == "out of order":
        Outage.objects.create(resource=lab.room, starts_at=start, ends_at=end, reason="lamp")
    if how == "absent":
        Absence.objects.create(teacher=Teacher.objects.get(), starts_at=start, ends_at=end)
    if how == "past":
        fields["starts_at"] = at(-1)
    if how == "too many":
        fields["capacity"] = 21
    words = {
        "night": "is not open on",
        "closed": "verbouwing",
        "out of order": "No room for 2 people",
        "absent": "Instructors who are able and free: 1 needed, 0 there.",
        "past": "starts in the future",
        "too many": "1 to 20 places",
    }
    assert words[how] in reasons_of(lab, **fields)[0]


def test_only_coordinators_of_a_partner_plan_and_for_their_own_organisation(lab: Lab) -> None:
    draft = SessionDraft(lab.session_type, lab.location, at(10), 2, lab.owner)
    with pytest.raises(PermissionDenied):
        plan_session(draft=draft, by=lab.member())
    draft.organiser = lab.partner
    with pytest.raises(SessionRefusedError):
        plan_session(draft=draft, by=lab.coordinator)


def test_places_that_are_kept_fit_into_the_session(lab: Lab) -> None:
    assert "You keep 3 places, and there are 2." in reasons_of(lab, shares={lab.partner: 3})[0]


def test_an_instructor_is_able_and_an_assessor_has_authority_that_day(lab: Lab) -> None:
    competency = make_competency("Katheter")
    module = make_module(lab.owner, assignment(outcomes=[]))
    session_type = SessionType.objects.get(pk=lab.session_type.pk)
    session_type.module, session_type.assessors = module, 1
    session_type.save()
    from_module(module, competency)
    reasons = reasons_of(lab, session_type=session_type)
    assert [each.split(":")[0] for each in reasons] == [
        "Instructors who are able and free",
        "Assessors with authority who are free",
    ]
    assessor = lab.add_teacher()
    for person in lab.teachers:
        prove(person, competency, 1, issuer=lab.owner)
    authorise_assessor(person=assessor, organisation=lab.owner, competency=competency, starts_on=at(-9).date())
    session = lab.session(session_type=session_type)
    roles = dict(session.allocations.filter(person__isnull=False).values_list("role", "person"))
    assert roles == {"instructor": lab.teachers[0].pk, "assessor": assessor.pk}


def from_module(module, competency) -> None:
    """What the current version proves; added as it is frozen."""
    version = module.current_version
    version.outcomes.create(competency=competency, level=1, kind="practical", is_entry=False)


# ── changing ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_moving_says_first_who_and_what_it_touches(lab: Lab) -> None:
    lab.add_room()
    lab.add_teacher()
    session, other = lab.session(at(10, 9)), lab.session(at(11, 9))
    busy, free = lab.member(), lab.member()
    book(session, busy)
    book(session, free)
    book(other, busy)
    impact = impact_of(session=session, location=lab.location, starts_at=at(11, 9))
    assert [each.person for each in impact.asked] == [busy, free]
    assert [(each.person, "Katheter inbrengen" in words) for each, words in impact.troubled] == [(busy, True)]
    assert impact.shortages == []


def test_a_move_that_cannot_be_offers_other_moments_and_changes_nothing(lab: Lab) -> None:
    session = lab.session(at(10, 9))
    lab.session(at(11, 9))
    impact = impact_of(session=session, location=lab.location, starts_at=at(11, 9))
    assert impact.shortages[0] == "No room for 2 people is free in Heuvelhof."
    moments = [each.starts_at for each in impact.alternatives]
    assert len(moments) == 3
    assert all(abs(each - at(11, 9)) < timedelta(hours=6) for each in moments)
    with pytest.raises(SessionRefusedError):
        move_session(session=session, location=lab.location, starts_at=at(11, 9), by=lab.coordinator)
    session.refresh_from_db()
    assert (session.starts_at, session.sequence, session.allocations.count()) == (at(10, 9), 0, 3)


def test_fewer_places_than_are_booked_is_refused(lab: Lab) -> None:
    session = lab.session(capacity=3)
    for _number in range(2):
        book(session, lab.member())
    with pytest.raises(SessionRefusedError) as refusal:
        change_capacity(session=session, capacity=1, by=lab.coordinator)
    assert "2 people have a place" in str(refusal.value)


def test_more_places_than_there_is_equipment_for_is_refused(lab: Lab) -> None:
    session = lab.session(capacity=2)
    with pytest.raises(SessionRefusedError):
        change_capacity(session=session, capacity=8, by=lab.coordinator)
    session.refresh_from_db()
    assert (session.capacity, session.allocations.count()) == (2, 3)


def test_alternatives_are_free_for_the_whole_set(lab: Lab) -> None:
    wish = SessionDraft(lab.session_type, lab.location, at(10), 2, lab.owner).wish
    lab.session(at(10))
    nearest = alternatives(wish)[0]
    draft = SessionDraft(lab.session_type, lab.location, nearest.starts_at, 2, lab.owner)
    assert plan_session(draft=draft, by=lab.coordinator).room == lab.room
