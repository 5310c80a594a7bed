"""Who teaches at two locations on one day has time for the way: looked at before, and kept free by the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Allocation, Claim, Location, Session, quarters
from plugins.skillslab.services.mending.effects import EffectsChangedError, make_change
from plugins.skillslab.services.mending.gaps import outlook_of
from plugins.skillslab.services.mending.replacing import candidates_for, replace_teacher
from plugins.skillslab.services.resources.travel import renew_ways_to
from plugins.skillslab.services.sessions.changing import cancel_session, move_session
from plugins.skillslab.services.sessions.proposals import Preferences, propose
from tests.factories.simultaneous import at_once
from tests.plugins.skillslab.lab import Lab, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TOO_NEAR = "No time for the way to or from another location: Toos Leraar."


@pytest.fixture
def dalhof(lab: Lab) -> Location:
    """Another location, 45 minutes away, with all that a session needs but a teacher."""
    location = lab.add_location("Dalhof")
    Location.objects.filter(pk=location.pk).update(travel_minutes=45)
    location.refresh_from_db()
    lab.add_room(location=location)
    lab.add_pieces(2, location=location)
    return location


def ways() -> list[tuple[int, int]]:
    """The quarters that are kept for a way: from and until, with the session that it leads to."""
    rows = Claim.objects.filter(is_travel=True).order_by("quarter")
    return [(each.allocation.session_id, each.quarter) for each in rows.select_related("allocation")]


def way(session: Session, starts_at: datetime, ends_at: datetime) -> list[tuple[int, int]]:
    return [(session.pk, each) for each in quarters(starts_at, ends_at)]


@pytest.mark.parametrize(("hour", "minute"), [(11, 0), (11, 15), (11, 30)])
def test_a_session_without_time_for_the_way_is_refused_by_name(
    lab: Lab, dalhof: Location, hour: int, minute: int
) -> None:
    lab.session(at(10))
    with pytest.raises(SessionRefusedError) as refusal:
        lab.session(at(10, hour, minute), location=dalhof)
    assert refusal.value.reasons == ("Instructors who are able and free: 1 needed, 0 there.", TOO_NEAR)
    assert Session.objects.count() == 1
    assert ways() == []


def test_a_session_with_time_for_the_way_keeps_it_free(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10))
    later = lab.session(at(10, 11, 45), location=dalhof)
    assert ways() == way(later, at(10, 11), at(10, 11, 45))


def test_a_session_before_one_elsewhere_leaves_time_to_come_there(lab: Lab, dalhof: Location) -> None:
    later = lab.session(at(10, 12), location=dalhof)
    assert ways() == []
    with pytest.raises(SessionRefusedError):
        lab.session(at(10, 9, 30))
    lab.session(at(10, 9, 15))
    assert ways() == way(later, at(10, 11, 15), at(10, 12))


def test_sessions_at_one_location_follow_each_other_at_once(lab: Lab, dalhof: Location) -> None:
    lab.add_room(location=dalhof)
    lab.add_pieces(2, location=dalhof)
    lab.session(at(10), location=dalhof)
    lab.session(at(10, 11), location=dalhof)
    assert ways() == []


def test_a_session_between_two_takes_the_way_over(lab: Lab, dalhof: Location) -> None:
    """Who goes there an hour earlier to teach needs no way for what follows there."""
    lab.add_room(location=dalhof)
    lab.add_pieces(2, location=dalhof)
    lab.session(at(10, 8))
    lab.session(at(10, 14), location=dalhof)
    between = lab.session(at(10, 12), location=dalhof)
    assert ways() == way(between, at(10, 11, 15), at(10, 12))


def test_the_database_refuses_what_would_be_on_the_way(lab: Lab, dalhof: Location) -> None:
    first = lab.session(at(10))
    lab.session(at(10, 11, 45), location=dalhof)
    mine = first.allocations.get(role=Allocation.Role.INSTRUCTOR)
    quarter = quarters(at(10, 11, 15), at(10, 11, 30)).start
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(allocation=mine, person_id=mine.person_id, quarter=quarter)
    assert Claim.objects.filter(person_id=mine.person_id, quarter=quarter).get().is_travel is True


def test_only_who_teaches_travels(lab: Lab) -> None:
    (thing, *_rest) = lab.session(at(10)).allocations.filter(resource__isnull=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(allocation=thing, resource_id=thing.resource_id, quarter=1, is_travel=True)


def test_a_session_that_is_called_off_or_moved_frees_the_way(lab: Lab, dalhof: Location) -> None:
    first = lab.session(at(10))
    later = lab.session(at(10, 11, 45), location=dalhof)
    move_session(session=first, location=lab.location, starts_at=at(12), by=lab.coordinator)
    assert ways() == []
    move_session(session=first, location=lab.location, starts_at=at(10), by=lab.coordinator)
    assert ways() == way(later, at(10, 11), at(10, 11, 45))
    cancel_session(session=first, reason="ziek", by=lab.coordinator)
    assert ways() == []


def test_moving_too_near_to_another_location_is_refused(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10))
    later = lab.session(at(10, 13), location=dalhof)
    before = ways()
    with pytest.raises(SessionRefusedError) as refusal:
        move_session(session=later, location=dalhof, starts_at=at(10, 11, 15), by=lab.coordinator)
    assert TOO_NEAR in refusal.value.reasons
    assert ways() == before


def test_who_has_no_time_for_the_way_does_not_take_over(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10))  # of Toos
    other = lab.add_teacher()
    later = lab.session(at(10, 11, 15), location=dalhof)
    (row,) = later.allocations.filter(role=Allocation.Role.INSTRUCTOR).select_related("session")
    assert row.person_id == other.pk
    found = candidates_for(allocation=row)
    assert [(each.person, why) for each, why in found.unable] == [
        (lab.teachers[0], "has no time for the way from or to another session")
    ]
    with pytest.raises(SessionRefusedError):
        replace_teacher(allocation=row, successor=lab.teachers[0], by=lab.coordinator)
    assert later.allocations.get(role=Allocation.Role.INSTRUCTOR).person_id == other.pk


def test_taking_over_takes_the_way_too(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10))  # of Toos
    other = lab.add_teacher()
    later = lab.session(at(10, 12), location=dalhof)
    (row,) = later.allocations.filter(role=Allocation.Role.INSTRUCTOR).select_related("session")
    assert (row.person_id, ways()) == (other.pk, [])
    replace_teacher(allocation=row, successor=lab.teachers[0], by=lab.coordinator)
    assert ways() == way(later, at(10, 11, 15), at(10, 12))


def longer(location: Location, minutes: int) -> None:
    Location.objects.filter(pk=location.pk).update(travel_minutes=minutes)
    renew_ways_to(location)


def test_a_way_that_takes_longer_is_seen_before_it_is_saved_and_is_a_task_afterwards(
    lab: Lab, dalhof: Location
) -> None:
    lab.session(at(10))
    later = lab.session(at(10, 12), location=dalhof)
    change = partial(longer, dalhof, 75)
    with pytest.raises(EffectsChangedError) as refusal:
        make_change(skillslab=lab.skillslab, change=change, by=lab.coordinator)
    (touched,) = refusal.value.effects.affected
    assert (touched.session, [each.words for each in touched.gaps]) == (later, [TOO_NEAR])
    assert ways() == way(later, at(10, 11, 15), at(10, 12))

    make_change(skillslab=lab.skillslab, change=change, by=lab.coordinator, seen=refusal.value.effects.stamp)

    (task,) = outlook_of(lab.skillslab).troubled
    assert (task.session, [each.words for each in task.gaps]) == (later, [TOO_NEAR])
    assert ways() == way(later, at(10, 11), at(10, 12))  # what is free of it


def test_a_way_that_takes_longer_and_still_fits_touches_nobody(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10))
    later = lab.session(at(10, 12), location=dalhof)
    make_change(skillslab=lab.skillslab, change=partial(longer, dalhof, 60), by=lab.coordinator)
    assert ways() == way(later, at(10, 11), at(10, 12))


def test_proposals_leave_time_for_the_way(lab: Lab, dalhof: Location) -> None:
    lab.session(at(10, 12))
    day = timezone.localdate(at(10))
    wanted = Preferences(lab.session_type, 6, day, day, capacity=2, location=dalhof)
    starts = [each.wish.starts_at for each in propose(preferences=wanted).sessions]
    assert starts
    way_there = timedelta(minutes=45)
    assert [each for each in starts if at(10, 10) - each < timedelta(0) and each < at(10, 14) + way_there] == []


@pytest.mark.django_db(transaction=True)
def test_two_sessions_too_near_to_each_other_at_once_are_one(lab: Lab, dalhof: Location) -> None:
    here, there = partial(lab.session, at(10)), partial(lab.session, at(10, 11, 15), location=dalhof)
    results = at_once([here, there])
    assert sorted(type(each).__name__ for each in results) == ["Session", "SessionRefusedError"]
    assert Session.objects.count() == 1
    assert ways() == []
