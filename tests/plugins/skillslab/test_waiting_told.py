"""What people hear who wait: that it is called off or moved, and why an offer ended; never something that is not so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from lxp.models import Notice, User
from plugins.skillslab.exceptions import OfferOverError
from plugins.skillslab.models import Booking, Offer, Session
from plugins.skillslab.services.bookings.booking import accept_offer, cancel_booking
from plugins.skillslab.services.bookings.waitlist import check_open, decline_offer
from plugins.skillslab.services.choices.mine import digest_items, places_of
from plugins.skillslab.services.sessions.changing import cancel_session, change_capacity, move_session
from plugins.skillslab.services.upkeep import settle_overdue
from tests.plugins.skillslab.lab import Lab, at, fill, wait
from tests.plugins.skillslab.test_pages import signed_in
from tests.plugins.skillslab.test_waitlist import free_one, near, offer_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
TITLE = "Katheter inbrengen"


@pytest.fixture
def session(lab: Lab) -> Session:
    """Ten days away, with both places taken."""
    session = lab.session()
    fill(lab, session)
    return session


def english(lab: Lab) -> User:
    return lab.member(language="en")


def mailed(person: User, since: datetime | None = None) -> list[tuple[str, str]]:
    items = digest_items(person=person, since=since or timezone.now() - timedelta(days=1))
    return [(str(each.title), str(each.text)) for each in items]


def told(person: User) -> list[tuple[str, str]]:
    return [(each.kind, each.title) for each in Notice.objects.filter(person=person).exclude(key__startswith="offer:")]


def ended(person: User) -> list[tuple[int, str]]:
    return [(each.session_id, each.reason) for each in places_of(person=person).ended]


def why_over(person: User, made: int = 0) -> tuple[str, list[str]]:
    offer = Offer.objects.filter(entry__person=person).select_related("entry", "session__session_type__skillslab")[made]
    with pytest.raises(OfferOverError) as refusal:
        check_open(offer, timezone.now())
    return str(refusal.value), [each.words for each in refusal.value.ways_on]


def test_who_waits_hears_that_a_session_is_called_off(lab: Lab, session: Session) -> None:
    waiting, offered, gone = english(lab), english(lab), english(lab)
    for person in (offered, waiting):
        wait(session, person)
    free_one(session)
    since = timezone.now()
    cancel_session(session=session, reason="Lekkage", by=lab.coordinator)
    assert mailed(waiting) == mailed(offered, since) == [(f"The session is cancelled: {TITLE}", "Lekkage")]
    assert (told(waiting), told(offered)) == ([], [("booking", f"The session is cancelled: {TITLE}")])
    assert mailed(waiting, timezone.now()) == mailed(gone) == []
    assert ended(waiting) == [(session.pk, "The session was called off: Lekkage")]
    shown = signed_in(waiting).get(reverse("skillslab:mine")).content.decode()
    assert "The session was called off: Lekkage" in shown
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert ended(waiting) == []


def test_within_a_day_they_hear_it_at_once(lab: Lab, session: Session) -> None:
    person = english(lab)
    wait(session, person)
    with near(session, hours=20):
        cancel_session(session=session, reason="Lekkage", by=lab.coordinator)
    assert told(person) == [("booking", f"The session is cancelled: {TITLE}")]


def test_who_waits_hears_that_a_session_moved_and_keeps_the_place_in_line(lab: Lab, session: Session) -> None:
    person, later = english(lab), english(lab)
    wait(session, person)
    with time_machine.travel(session.starts_at - timedelta(days=2), tick=False):
        moved = move_session(session=session, location=lab.location, starts_at=at(1, 13), by=lab.coordinator)
        wait(moved, later)
        assert [title for title, _text in mailed(person)] == [f"The session moved: {TITLE}"]
        assert "You keep your place in the queue." in mailed(person)[0][1]
        assert (mailed(later), ended(person)) == ([], [])
        assert told(person) == []
    with time_machine.travel(moved.starts_at - timedelta(hours=23), tick=False):
        move_session(
            session=session, location=lab.location, starts_at=moved.starts_at + timedelta(hours=1), by=lab.coordinator
        )
    assert told(person) == [("booking", f"The session moved: {TITLE}")]


def test_who_did_not_answer_hears_it_and_reads_it_in_my_places(lab: Lab, session: Session) -> None:
    first, second = english(lab), english(lab)
    wait(session, first)
    wait(session, second)
    free_one(session)
    until = Offer.objects.get().expires_at
    with time_machine.travel(until, tick=False):
        late = "You did not answer in time, so the place was free for somebody else."
        assert ended(first) == [(session.pk, late)]
        settle_overdue()
        assert ended(first) == [(session.pk, late)]
        assert mailed(first) == [(f"Your offer has ended: {TITLE}", late)]
        assert (told(first), why_over(first)) == ([], (f"{late} You can join the list again.", []))
        wait(session, first)
        assert ended(first) == []


def test_near_the_session_who_did_not_answer_hears_it_at_once(lab: Lab) -> None:
    session, person = lab.session(at(10, 16)), english(lab)
    fill(lab, session)
    wait(session, person)
    with near(session, hours=5):
        free_one(session)
    with near(session, hours=4):
        settle_overdue()
    assert told(person) == [("offer", f"Your offer has ended: {TITLE}")]


def test_who_waited_in_vain_reads_that_no_place_came_free(lab: Lab, session: Session) -> None:
    person = english(lab)
    wait(session, person)
    with time_machine.travel(session.ends_at, tick=False):
        assert ended(person) == [(session.pk, "No place came free.")]


def test_an_offer_says_that_the_session_was_called_off(lab: Lab, session: Session) -> None:
    person = english(lab)
    wait(session, person)
    free_one(session)
    cancel_session(session=session, reason="Lekkage", by=lab.coordinator)
    assert why_over(person) == ("The session was called off: Lekkage", [])
    page = signed_in(person).get(reverse("skillslab:offer", args=[Offer.objects.get().uuid])).content.decode()
    assert ("The session was called off: Lekkage" in page, "next person" in page, "waitlist again" in page) == (
        True,
        False,
        False,
    )


def test_an_offer_says_that_the_session_moved_and_leads_to_the_new_one(lab: Lab, session: Session) -> None:
    first, second = english(lab), english(lab)
    wait(session, first)
    free_one(session)
    wait(session, second)
    move_session(session=session, location=lab.location, starts_at=at(12, 13), by=lab.coordinator)
    words = "The session moved, so this offer has ended. You keep your place in the queue."
    assert why_over(first) == (words, ["See the new offer"])
    assert offer_to(first) is not None


def test_an_offer_says_that_there_are_fewer_places(lab: Lab, session: Session) -> None:
    person = english(lab)
    wait(session, person)
    change_capacity(session=session, capacity=3, by=lab.coordinator)
    since = timezone.now()
    change_capacity(session=session, capacity=2, by=lab.coordinator)
    words = "There are fewer places than before, so this offer has ended. You keep your place in the queue."
    assert why_over(person) == (words, [])
    assert mailed(person, since) == [(f"Your offer has ended: {TITLE}", words)]
    assert told(person) == [("offer", f"Your offer has ended: {TITLE}")]


def test_an_offer_that_was_answered_says_how(lab: Lab, session: Session) -> None:
    declined, accepted = english(lab), english(lab)
    wait(session, declined)
    wait(session, accepted)
    free_one(session)
    decline_offer(offer=offer_to(declined))
    accept_offer(offer=offer_to(accepted))
    address = reverse("skillslab:offer", args=[Offer.objects.get(state="accepted").uuid])
    assert "You have this place" in signed_in(accepted).get(address).content.decode()
    cancel_booking(booking=Booking.objects.get(person=accepted), by=accepted)
    assert why_over(declined) == ("You said no to this place. You can join the list again.", [])
    assert why_over(accepted)[0].startswith("You said yes to this place, and gave it back.")
    assert "You have this place" not in signed_in(accepted).get(address).content.decode()
