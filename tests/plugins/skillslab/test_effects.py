"""What a change of the skillslab does to sessions and people: seen before it is saved, and only saved as it was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lxp.models import Role
from plugins.skillslab.models import (
    Absence,
    Allocation,
    Claim,
    Closure,
    EquipmentNeed,
    OpeningHours,
    Outage,
    Replacement,
    Resource,
    Session,
    Teacher,
)
from plugins.skillslab.services.mending.effects import Effects, EffectsChangedError, make_change
from plugins.skillslab.services.mending.gaps import outlook_of
from skills_graph.services.profiles import authorise_assessor
from tests.factories.frameworks import make_competency
from tests.factories.modules import assignment, make_module
from tests.factories.people import make_member
from tests.factories.skills import prove
from tests.plugins.skillslab.lab import Lab, at, book
from tests.plugins.skillslab.test_planning import from_module

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def broken(thing: Resource, first: int = 9, last: int = 11) -> Callable[[], object]:
    values = {"resource": thing, "starts_at": at(first, 0), "ends_at": at(last, 0), "reason": "lek"}
    return partial(Outage.objects.create, **values)


def seen_by(lab: Lab, change: Callable[[], object]) -> Effects:
    with pytest.raises(EffectsChangedError) as refusal:
        make_change(skillslab=lab.skillslab, change=change, by=lab.coordinator)
    return refusal.value.effects


def piece_of(session: Session) -> Resource:
    return session.allocations.filter(role="equipment").order_by("pk")[0].resource


def test_what_touches_nothing_is_saved_at_once(lab: Lab) -> None:
    session = lab.session()
    spare = Resource.objects.pieces().exclude(pk=piece_of(session).pk)[0]
    effects = make_change(skillslab=lab.skillslab, change=broken(spare), by=lab.coordinator)
    assert (effects.affected, effects.stamp, Outage.objects.count()) == ([], "", 1)


def test_a_broken_piece_lists_sessions_and_people_and_saves_nothing_yet(lab: Lab) -> None:
    session = lab.session()
    booking = book(session, lab.member(first_name="Sanne", last_name="Janssen"))
    piece = piece_of(session)
    effects = seen_by(lab, broken(piece))
    (affected,) = effects.affected
    assert (affected.session, affected.people, affected.names) == (session, 1, [str(booking.person)])
    assert [gap.words for gap in affected.gaps] == [f"{piece} is out of order: lek."]
    (swap,) = affected.mend.swaps
    assert (swap.out, swap.into != str(piece), affected.mend.left) == (str(piece), True, [])
    assert (Outage.objects.count(), piece_of(session)) == (0, piece)


def test_one_click_gives_the_session_another_piece(lab: Lab) -> None:
    session = lab.session()
    piece = piece_of(session)
    effects = seen_by(lab, broken(piece))
    values = {"skillslab": lab.skillslab, "change": broken(piece), "by": lab.coordinator}
    make_change(**values, seen=effects.stamp, mend=True)
    other = piece_of(session)
    assert (str(other), Outage.objects.get().resource) == (effects.affected[0].mend.swaps[0].into, piece)
    assert Claim.objects.filter(resource=piece).exists() is False
    assert Claim.objects.filter(resource=other).count() == 8 + 2 + 1
    assert outlook_of(lab.skillslab).troubled == []
    session.refresh_from_db()
    assert session.sequence == 0  # nobody's calendar says which piece it is


def test_saving_without_other_pieces_leaves_the_sessions_as_a_task(lab: Lab) -> None:
    session = lab.session()
    piece = piece_of(session)
    seen = seen_by(lab, broken(piece)).stamp
    make_change(skillslab=lab.skillslab, change=broken(piece), by=lab.coordinator, seen=seen)
    (troubled,) = outlook_of(lab.skillslab).troubled
    assert (troubled.session, [each.words for each in troubled.gaps]) == (session, [f"{piece} is out of order: lek."])
    assert piece_of(session) == piece


def test_what_cannot_be_mended_is_left_with_the_nearest_moments(lab: Lab) -> None:
    session = lab.session(capacity=6)  # needs all three manikins
    (affected,) = seen_by(lab, broken(piece_of(session))).affected
    assert (affected.mend.swaps, affected.mend.left) == ([], [f"{piece_of(session)} is out of order: lek."])
    moments = [each.starts_at for each in affected.mend.ways_out]
    assert len(moments) == 3
    assert moments[0] == at(11, 0) + timedelta(hours=7)  # the first hour of opening after it is whole again


def test_the_same_time_at_another_location_is_a_way_out(lab: Lab) -> None:
    other = lab.add_location()
    lab.add_room(location=other)
    lab.add_pieces(1, location=other)
    session = lab.session()
    values = {"location": lab.location, "starts_at": at(10, 0), "ends_at": at(11, 0), "reason": "lekkage"}
    (affected,) = seen_by(lab, partial(Closure.objects.create, **values)).affected
    first = affected.mend.ways_out[0]
    assert (first.location, first.starts_at) == (other, session.starts_at)
    assert (affected.mend.swaps, len(affected.mend.left)) == ([], 1)


def test_a_preview_that_is_not_true_any_more_saves_nothing(lab: Lab) -> None:
    session = lab.session()
    piece = piece_of(session)
    seen = seen_by(lab, broken(piece)).stamp
    lab.add_room()
    lab.add_teacher()
    lab.session(capacity=4)  # takes the two that were free
    with pytest.raises(EffectsChangedError) as refusal:
        make_change(skillslab=lab.skillslab, change=broken(piece), by=lab.coordinator, seen=seen, mend=True)
    assert refusal.value.effects.affected[0].mend.swaps == []
    assert (Outage.objects.count(), piece_of(session)) == (0, piece)


@pytest.mark.parametrize("what", ["room", "hours", "smaller", "retired", "absent", "left", "need", "ratio"])
def test_every_kind_of_change_tells_whom_it_touches(lab: Lab, what: str) -> None:
    session = lab.session(capacity=5)
    room, teacher = lab.room, Teacher.objects.get()
    week = {"starts_at": at(9, 0), "ends_at": at(12, 0)}
    changes: dict[str, Callable[[], object]] = {
        "room": broken(room),
        "hours": lambda: OpeningHours.objects.update(opens_at="10:00"),
        "smaller": lambda: Resource.objects.filter(pk=room.pk).update(capacity=4),
        "retired": lambda: Resource.objects.filter(pk=room.pk).update(retired_at=timezone.now()),
        "absent": lambda: Absence.objects.create(teacher=teacher, **week),
        "left": lambda: Teacher.objects.update(left_at=timezone.now()),
        "need": lambda: EquipmentNeed.objects.update(people=1),
        "ratio": lambda: type(lab.session_type).objects.update(people_per_instructor=4),
    }
    words = {
        "room": "Lab 1 is out of order: lek.",
        "hours": "Heuvelhof is not open on",
        "smaller": "Lab 1 is for 4 people, and there are 5 places.",
        "retired": "Lab 1 is not used any more.",
        "absent": "Toos Leraar cannot come then.",
        "left": "Toos Leraar does not teach here any more.",
        "need": "Oefenpop: 5 needed, 3 there.",
        "ratio": "Instructors: 2 needed, 1 there.",
    }
    (affected,) = seen_by(lab, changes[what]).affected
    assert affected.session == session
    assert affected.gaps[0].words.startswith(words[what])
    assert outlook_of(lab.skillslab).troubled == []


def test_an_ill_teacher_is_replaced_by_somebody_free_and_both_calendars_change(lab: Lab) -> None:
    session, ill = lab.session(), lab.teachers[0]
    well = lab.add_teacher()
    values = {"teacher": Teacher.objects.get(person=ill), "starts_at": at(10, 0), "ends_at": at(11, 0)}
    change = partial(Absence.objects.create, **values)
    effects = seen_by(lab, change)
    make_change(skillslab=lab.skillslab, change=change, by=lab.coordinator, seen=effects.stamp, mend=True)
    session.refresh_from_db()
    assert (session.sequence, session.changed_by) == (1, lab.coordinator)
    assert Allocation.objects.get(role="instructor").person == well
    assert (Replacement.objects.get().person, Claim.objects.filter(person=ill).count()) == (ill, 0)


def test_an_assessor_who_teaches_goes_on_and_only_the_ill_one_changes(lab: Lab) -> None:
    competency, module = make_competency("Katheter"), make_module(lab.owner, assignment(outcomes=[]))
    from_module(module, competency)
    lab.session_type.module, lab.session_type.assessors = module, 1
    lab.session_type.save()
    first, second, third = lab.teachers[0], lab.add_teacher(), lab.add_teacher()
    for person in lab.teachers:
        prove(person, competency, 1, issuer=lab.owner)
        authorise_assessor(person=person, organisation=lab.owner, competency=competency, starts_on=at(-9).date())
    session = lab.session()
    before = dict(session.allocations.filter(person__isnull=False).values_list("role", "person"))
    ill = Teacher.objects.get(person=before["assessor"])
    change = partial(Absence.objects.create, teacher=ill, starts_at=at(10, 0), ends_at=at(11, 0))
    make_change(skillslab=lab.skillslab, change=change, by=lab.coordinator, seen=seen_by(lab, change).stamp, mend=True)
    after = dict(session.allocations.filter(person__isnull=False).values_list("role", "person"))
    assert after["instructor"] == before["instructor"]
    (free,) = {first.pk, second.pk, third.pk} - set(before.values())
    assert after["assessor"] == free


def test_authority_that_will_have_lapsed_is_a_task(lab: Lab) -> None:
    competency, module = make_competency("Katheter"), make_module(lab.owner, assignment(outcomes=[]))
    from_module(module, competency)
    lab.session_type.module, lab.session_type.assessors = module, 1
    lab.session_type.save()
    assessor = lab.add_teacher()
    for person in lab.teachers:
        prove(person, competency, 1, issuer=lab.owner)
    given = authorise_assessor(person=assessor, organisation=lab.owner, competency=competency, starts_on=at(-9).date())
    lab.session()
    assert outlook_of(lab.skillslab).troubled == []
    type(given).objects.filter(pk=given.pk).update(ends_on=at(9).date())
    (troubled,) = outlook_of(lab.skillslab).troubled
    assert [each.words for each in troubled.gaps] == ["Toos Leraar may not assess this on that day."]


def test_only_who_looks_after_the_skillslab_changes_it(lab: Lab) -> None:
    partner = make_member(lab.partner, Role.COORDINATOR)
    for person in (partner, lab.member()):
        with pytest.raises(PermissionDenied):
            make_change(skillslab=lab.skillslab, change=broken(lab.room), by=person)
    assert Outage.objects.exists() is False


def test_names_of_other_organisations_are_counted_in_sessions_that_they_run(lab: Lab) -> None:
    planner = make_member(lab.partner, Role.COORDINATOR)
    session = lab.session()
    Session.objects.filter(pk=session.pk).update(organiser=lab.partner)
    book(session, lab.member(first_name="Eigen", last_name="Mens"))
    book(session, lab.member(lab.partner), lab.partner)
    (affected,) = seen_by(lab, broken(piece_of(session))).affected
    assert (affected.people, affected.names, affected.others) == (2, ["Eigen Mens"], 1)
    assert planner.organisations == [lab.partner]


@pytest.mark.parametrize("count", [1, 4])
def test_looking_costs_the_same_for_any_number_of_sessions(lab: Lab, django_assert_num_queries, count: int) -> None:
    for number in range(count):
        lab.session(at(10 + number))
    Resource.objects.filter(pk=lab.room.pk).update(capacity=1)
    with django_assert_num_queries(12):  # sixteen where modules prove something
        assert len(outlook_of(lab.skillslab).troubled) == count
