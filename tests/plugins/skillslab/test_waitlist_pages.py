"""What the pages say to who waits, who is offered a place, and who is refused: always with what to do next."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from plugins.skillslab.models import Offer, Session
from plugins.skillslab.services.bookings.booking import accept_offer, cancel_booking
from tests.plugins.skillslab.lab import Lab, at, fill, wait
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def full(lab: Lab) -> Session:
    session = lab.session(capacity=2)
    fill(lab, session)
    return session


def free_a_place(session: Session) -> None:
    booking = session.bookings.first()
    assert booking is not None
    cancel_booking(booking=booking, by=booking.person)


def test_who_waits_reads_the_number_and_can_leave_from_the_session(lab: Lab, full: Session) -> None:
    wait(full, lab.member())
    second = lab.member()
    entry = wait(full, second)
    shown = signed_in(second).get(reverse("skillslab:session", args=[full.uuid])).content.decode()
    assert "You are number 2." in shown
    assert "people wait" not in shown
    assert reverse("skillslab:leave", args=[entry.pk]) in shown


@pytest.mark.parametrize("state", ["left", "taken", "lapsed"])
def test_the_form_of_a_place_in_the_queue_that_ended_says_so_and_a_new_one_joins_again(
    lab: Lab, full: Session, state: str
) -> None:
    person = lab.member()
    client, url, sent = signed_in(person), reverse("skillslab:wait", args=[full.uuid]), {"request": str(uuid4())}
    client.post(url, sent)
    full.waitlist.update(state=state)
    again = client.post(url, sent)
    shown = again.content.decode()
    assert (again.status_code, "You are not on this waitlist any more." in shown) == (409, True)
    assert full.waitlist.get().state == state
    fresh = again.context["request_uuid"]
    assert f'name="request" value="{fresh}"' in shown
    answer = client.post(url, {"request": str(fresh)}, follow=True).content.decode()
    assert "You are number 1 on the waitlist." in answer
    assert list(full.waitlist.order_by("pk").values_list("state", flat=True)) == [state, "waiting"]


def test_an_offer_that_ended_leads_back_to_its_session(lab: Lab, full: Session) -> None:
    person = lab.member()
    wait(full, person)
    free_a_place(full)
    offer = Offer.objects.get()
    with time_machine.travel(offer.expires_at + timedelta(minutes=1), tick=False):
        shown = signed_in(person).get(reverse("skillslab:offer", args=[offer.uuid])).content.decode()
    assert "This offer has ended" in shown
    assert reverse("skillslab:session", args=[full.uuid]) in shown


def test_saying_no_to_what_was_taken_already_changes_nothing_and_says_so(lab: Lab, full: Session) -> None:
    person = lab.member()
    wait(full, person)
    free_a_place(full)
    offer = Offer.objects.get()
    accept_offer(offer=offer)
    answer = signed_in(person).post(reverse("skillslab:offer", args=[offer.uuid]), {"answer": "no"}, follow=True)
    assert "You said yes before" in answer.content.decode()
    assert full.bookings.get(person=person).state == "booked"


def test_a_refusal_leads_to_the_session(lab: Lab) -> None:
    session = lab.session()
    refused = signed_in(lab.member()).post(reverse("skillslab:wait", args=[session.uuid]))
    assert refused.status_code == 409
    assert "There is a free place. You can book it now." in refused.content.decode()
    assert f'href="{reverse("skillslab:session", args=[session.uuid])}"' in refused.content.decode()


def test_the_same_form_of_planning_sent_twice_is_one_session_and_another_day_is_another(lab: Lab) -> None:
    client, plan = signed_in(lab.coordinator), reverse("skillslab:plan", args=[lab.skillslab.uuid])
    values = {
        "session_type": lab.session_type.uuid,
        "location": lab.location.uuid,
        "day": at(10).date().isoformat(),
        "at": "09:00",
        "capacity": 2,
        "release_days": 3,
        "request": str(client.get(plan).context["request_uuid"]),
    }
    lab.add_room()
    lab.add_teacher()
    answers = [client.post(plan, values) for _number in range(2)]
    assert [each.url for each in answers] == [reverse("skillslab:sheet", args=[Session.objects.get().uuid])] * 2
    client.post(plan, {**values, "at": "10:00"})
    assert Session.objects.count() == 2


def test_a_free_moment_that_is_proposed_is_one_push_away(lab: Lab) -> None:
    first = lab.session(capacity=2)
    values = {
        "session_type": lab.session_type.uuid,
        "location": lab.location.uuid,
        "day": first.starts_at.date().isoformat(),
        "at": "09:00",
        "capacity": 2,
        "release_days": 3,
    }
    client, plan = signed_in(lab.coordinator), reverse("skillslab:plan", args=[lab.skillslab.uuid])
    refused = client.post(plan, values)
    moment = refused.context["others"][0].starts_at
    shown = refused.content.decode()
    assert (refused.status_code, shown.count('role="alert"'), "This session cannot be planned then." in shown) == (
        422,
        1,
        True,
    )
    assert f'name="moment" value="{moment.isoformat()}"' in refused.content.decode()
    client.post(plan, {**values, "moment": moment.isoformat()})
    assert list(Session.objects.exclude(pk=first.pk).values_list("starts_at", flat=True)) == [moment]
