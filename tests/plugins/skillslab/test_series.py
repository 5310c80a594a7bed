"""A series: dates at which everything is free, saved as a whole or not at all, with places for organisations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from lxp.models import Role
from plugins.skillslab.exceptions import SessionRefusedError
from plugins.skillslab.models import Absence, Allocation, Claim, Outage, Plan, SeatShare, Session, Teacher
from plugins.skillslab.services.figures.targeting import digest_items
from plugins.skillslab.services.sessions.proposals import Preferences, Proposal, propose
from plugins.skillslab.services.sessions.series import SeriesDraft, publish_series, save_series, share_series
from tests.factories.people import make_member, make_organisation
from tests.plugins.skillslab.crowd import make_crowd
from tests.plugins.skillslab.lab import Lab, at, book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel("2026-02-10 09:00+01:00", tick=False):
        yield


def wanted(lab: Lab, count: int, days: int = 5, **fields: Any) -> Preferences:
    values = {"first": MONDAY, "last": MONDAY + timedelta(days=days - 1), "capacity": 2, **fields}
    return Preferences(session_type=lab.session_type, count=count, **values)


def starts(proposal: Proposal) -> list[str]:
    return [f"{timezone.localtime(each.wish.starts_at):%a %H:%M}" for each in proposal.sessions]


def draft_of(lab: Lab, proposal: Proposal, **fields: Any) -> SeriesDraft:
    moments = [(each.wish.location, each.wish.starts_at) for each in proposal.sessions]
    values = {"organiser": lab.owner, "moments": moments, "capacity": proposal.preferences.capacity, **fields}
    values = {"needed_until": date(2026, 6, 30), "request_uuid": uuid4(), **values}
    return SeriesDraft(session_type=lab.session_type, **values)


def saved(lab: Lab, count: int = 2, **fields: Any) -> Plan:
    return save_series(draft=draft_of(lab, propose(preferences=wanted(lab, count)), **fields), by=lab.coordinator)


def nothing_is_there() -> bool:
    return not any(model.objects.exists() for model in (Plan, Session, Allocation, Claim, SeatShare))


# ── proposing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_sessions_are_spread_over_the_days_at_usual_hours_with_their_whole_set(lab: Lab) -> None:
    proposal = propose(preferences=wanted(lab, 3))
    assert starts(proposal) == ["Mon 09:00", "Wed 09:00", "Fri 09:00"]
    (first, *_rest) = proposal.sessions
    assert (str(first.answer.room), first.teachers, first.equipment) == ("Lab 1", ["Toos Leraar"], {"Oefenpop": 1})
    assert proposal.reasons == []


def test_as_soon_as_possible_fills_a_day_before_the_next(lab: Lab) -> None:
    assert starts(propose(preferences=wanted(lab, 3, is_spread=False))) == ["Mon 09:00", "Mon 13:00", "Mon 16:00"]


def test_days_and_part_of_the_day_are_as_preferred(lab: Lab) -> None:
    asked = wanted(lab, 2, days=14, weekdays=frozenset({2}), part="afternoon")
    assert starts(propose(preferences=asked)) == ["Tue 13:00", "Tue 13:00"]


def test_a_location_is_as_preferred(lab: Lab) -> None:
    lab.add_room(location=(other := lab.add_location("Dalhof")))
    lab.add_pieces(1, location=other)
    proposal = propose(preferences=wanted(lab, 2, location=other))
    assert {each.wish.location for each in proposal.sessions} == {other}


def test_what_is_planned_already_is_in_the_way(lab: Lab) -> None:
    lab.session(at((MONDAY - timezone.localdate()).days, 9))
    proposal = propose(preferences=wanted(lab, 1, days=1))
    assert starts(proposal) == ["Mon 13:00"]


def test_fewer_than_asked_says_what_is_short_and_when(lab: Lab) -> None:
    Absence.objects.create(teacher=Teacher.objects.get(), starts_at=at(20, 0), ends_at=at(22, 0))
    Outage.objects.create(resource=lab.room, starts_at=at(22, 0), ends_at=at(23, 0), reason="lamp")
    proposal = propose(preferences=wanted(lab, 2, days=3))
    assert (len(proposal.sessions), proposal.lacking) == (0, 2)
    assert [(each.words, each.days) for each in proposal.reasons] == [
        (
            "Instructors who are able and free: 1 needed, 0 there.",
            [MONDAY, MONDAY + timedelta(days=1)],
        ),
        ("No room for 2 people is free in Heuvelhof.", [MONDAY + timedelta(days=2)]),
    ]


def test_what_a_location_never_has_is_said_once(lab: Lab) -> None:
    proposal = propose(preferences=wanted(lab, 2, capacity=8))
    assert [(each.words, each.days) for each in proposal.reasons] == [
        ("Heuvelhof has 3 of Oefenpop, and 4 are needed.", [])
    ]


def test_a_closed_location_says_that_it_is_closed(lab: Lab) -> None:
    lab.location.opening_hours.all().delete()
    assert [each.words for each in propose(preferences=wanted(lab, 1)).reasons] == [
        "No location is open at these hours."
    ]


def test_an_instructor_whose_proof_ends_is_proposed_only_until_then(lab: Lab) -> None:
    crowd = make_crowd(lab)
    lab.teachers[0].holdings.update(until=MONDAY + timedelta(days=2))
    crowd.add(1)
    assert starts(propose(preferences=wanted(lab, 9, part="morning"))) == ["Mon 09:00", "Tue 09:00"]


@pytest.mark.parametrize(
    "fields", [{"count": 61}, {"days": 400}, {"days": -20}, {"capacity": 21}, {"first": date(2025, 1, 1), "days": 9}]
)
def test_what_no_series_can_be_is_refused(lab: Lab, fields: dict[str, Any]) -> None:
    values = {"count": 1, **fields}
    if "first" in values:
        values["last"] = date(2025, 1, 9)
    with pytest.raises(SessionRefusedError):
        propose(preferences=wanted(lab, **values))


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_series_is_saved_as_drafts_with_everything_and_places_that_are_kept(lab: Lab) -> None:
    plan = saved(lab, 2, shares={lab.partner: 1})
    sessions = list(plan.sessions.order_by("starts_at"))
    assert [(each.state, each.capacity, each.organiser) for each in sessions] == [("draft", 2, lab.owner)] * 2
    assert sessions[0].release_at == sessions[0].starts_at - timedelta(days=14)
    assert list(SeatShare.objects.values_list("organisation", "seats")) == [(lab.partner.pk, 1)] * 2
    roles = sorted(Allocation.objects.filter(session=sessions[1]).values_list("role", flat=True))
    assert roles == ["equipment", "instructor", "room"]
    assert Claim.objects.filter(allocation__session=sessions[1]).count() == 8 + 11 + 11


def test_the_same_request_twice_is_one_series(lab: Lab) -> None:
    draft = draft_of(lab, propose(preferences=wanted(lab, 3)))
    assert save_series(draft=draft, by=lab.coordinator) == save_series(draft=draft, by=lab.coordinator)
    assert (Plan.objects.count(), Session.objects.count()) == (1, 3)


def test_when_somebody_was_before_nothing_is_saved_and_it_says_what_is_short(lab: Lab) -> None:
    proposal = propose(preferences=wanted(lab, 3))
    lab.session(proposal.sessions[1].wish.starts_at)
    before = Claim.objects.count()
    with pytest.raises(SessionRefusedError, match="Somebody was just before you") as refusal:
        save_series(draft=draft_of(lab, proposal), by=lab.coordinator)
    assert refusal.value.reasons[0].endswith("No room for 2 people is free in Heuvelhof.")
    assert (Plan.objects.count(), Session.objects.count(), Claim.objects.count()) == (0, 1, before)
    assert starts(propose(preferences=wanted(lab, 3))) == ["Mon 09:00", "Wed 13:00", "Fri 09:00"]


@pytest.mark.parametrize("why", ["no dates", "past", "too many kept", "not a partner", "not mine", "nobody"])
def test_a_series_that_cannot_be_is_refused_and_nothing_is_there(lab: Lab, why: str) -> None:
    fields: dict[str, Any] = {}
    by = lab.coordinator
    if why == "no dates":
        fields["moments"] = []
    if why == "past":
        fields["moments"] = [(lab.location, at(-3))]
    if why == "too many kept":
        fields["shares"] = {lab.owner: 2, lab.partner: 1}
    if why == "not a partner":
        fields["shares"] = {make_organisation("elders"): 1}
    if why == "not mine":
        fields["organiser"] = lab.partner
    if why == "nobody":
        by = lab.member()
    with pytest.raises((SessionRefusedError, PermissionDenied)):
        save_series(draft=draft_of(lab, propose(preferences=wanted(lab, 2)), **fields), by=by)
    assert nothing_is_there()


def test_places_can_be_kept_later_in_the_whole_series(lab: Lab) -> None:
    plan = saved(lab, 2)
    share_series(plan=plan, shares={lab.owner: 1, lab.partner: 1}, release_days=7, by=lab.coordinator)
    first = plan.sessions.order_by("starts_at").first()
    assert sorted(first.seat_shares.values_list("organisation", "seats")) == sorted(
        [(lab.owner.pk, 1), (lab.partner.pk, 1)]
    )
    assert first.release_at == first.starts_at - timedelta(days=7)
    with pytest.raises(SessionRefusedError):
        share_series(plan=plan, shares={lab.owner: 3}, release_days=7, by=lab.coordinator)
    assert SeatShare.objects.count() == 4


def test_opening_a_series_opens_every_draft_and_twice_changes_nothing(lab: Lab) -> None:
    plan = saved(lab, 2)
    opened = publish_series(plan=plan, by=lab.coordinator)
    with time_machine.travel("2026-02-11 09:00+01:00", tick=False):
        again = publish_series(plan=plan, by=lab.coordinator)
    assert (opened.published_at, again.published_at) == (timezone.now(), timezone.now())
    assert set(Session.objects.values_list("state", flat=True)) == {"published"}
    with pytest.raises(PermissionDenied):
        publish_series(plan=plan, by=make_member(lab.partner, Role.COORDINATOR))


# ── who hears of it ──────────────────────────────────────────────────────────────────────────────────────────


def test_only_who_needs_it_hears_of_it_once(lab: Lab) -> None:
    crowd = make_crowd(lab)
    (soon,), (later,) = crowd.add(1, until=date(2026, 5, 1)), crowd.add(1, lab.partner, until=date(2027, 5, 1))
    (has_place,), (elsewhere,) = (
        crowd.add(1, until=date(2026, 5, 1)),
        crowd.add(1, make_organisation("elders"), until=date(2026, 5, 1)),
    )
    plan, since = saved(lab, 2), timezone.now() - timedelta(days=1)
    assert digest_items(person=soon, since=since) == []
    publish_series(plan=plan, by=lab.coordinator)
    book(plan.sessions.order_by("starts_at").first(), has_place)
    (item,) = digest_items(person=soon, since=since)
    assert (item.title, item.day) == ("New sessions for you: Katheter inbrengen", date(2026, 4, 30))
    assert item.url == f"/p/skillslab/?week=2026-03-03&wat={lab.session_type.uuid}"
    assert [digest_items(person=each, since=since) for each in (later, has_place, elsewhere)] == [[], [], []]
    assert digest_items(person=soon, since=timezone.now()) == []


def test_a_series_of_many_is_one_transaction_with_few_queries(lab: Lab, django_assert_max_num_queries: Any) -> None:
    preferences = wanted(lab, 20, days=28)
    with django_assert_max_num_queries(16):
        proposal = propose(preferences=preferences)
    assert len(proposal.sessions) == 20
    with django_assert_max_num_queries(80):
        save_series(draft=draft_of(lab, proposal, request_uuid=UUID(int=7)), by=lab.coordinator)
    assert Session.objects.count() == 20
