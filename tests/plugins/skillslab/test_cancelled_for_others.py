"""Giving back somebody's place for them: who may, with a reason that the person reads, and what is written down of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from lxp.models import AuditEvent, Notice, Role
from plugins.skillslab.exceptions import BookingRefusedError
from plugins.skillslab.models import Offer
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.choices.mine import digest_items
from tests.factories.people import make_member
from tests.plugins.skillslab.lab import Lab, book, fill, wait
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_who_runs_the_session_gives_a_place_back_from_the_sheet_and_the_next_is_offered_it(lab: Lab) -> None:
    session, person = lab.session(), lab.member(lab.partner)
    booking = book(session, person)
    fill(lab, session)
    waiting = lab.member()
    wait(session, waiting)
    client, sheet = signed_in(lab.coordinator), reverse("skillslab:sheet", args=[session.uuid])
    page = reverse("skillslab:cancel_place", args=[booking.pk])
    assert page in client.get(sheet).content.decode()
    refused = client.post(page, {"reason": " "})
    booking.refresh_from_db()
    assert (refused.status_code, booking.state) == (422, "booked")
    assert "Say in a few words why. This person reads it." in refused.content.decode()
    assert client.post(page, {"reason": "Dubbel geboekt"}).url == sheet
    booking.refresh_from_db()
    assert (booking.state, booking.cancel_reason, booking.cancelled_by, booking.is_late) == (
        "cancelled",
        "Dubbel geboekt",
        lab.coordinator,
        False,
    )
    assert Offer.objects.get().entry.person == waiting
    event = AuditEvent.objects.get(action="booking.cancelled")
    assert (event.actor, event.person, event.organisation) == (lab.coordinator, person, lab.owner)
    (item,) = digest_items(person=person, since=timezone.now() - timedelta(days=1))
    assert (str(item.title), str(item.text)) == ("Your place is cancelled: Katheter inbrengen", "Dubbel geboekt")


def test_within_a_day_the_person_reads_the_reason_at_once(lab: Lab) -> None:
    session, person = lab.session(), lab.member(language="en")
    booking = book(session, person)
    with time_machine.travel(session.starts_at - timedelta(hours=5), tick=False):
        cancel_booking(booking=booking, by=lab.coordinator, reason="Dubbel geboekt")
    assert Notice.objects.get().text.endswith("A coordinator cancelled it: Dubbel geboekt")


def test_a_coordinator_of_a_partner_does_it_for_own_people_only(lab: Lab) -> None:
    session, coordinator = lab.session(), make_member(lab.partner, Role.COORDINATOR)
    own, other = book(session, lab.member(lab.partner)), book(session, lab.member())
    client = signed_in(coordinator)
    shown = client.get(reverse("skillslab:sheet", args=[session.uuid])).content.decode()
    pages = [reverse("skillslab:cancel_place", args=[each.pk]) for each in (own, other)]
    assert [each in shown for each in pages] == [True, False]
    assert [client.post(each, {"reason": "Dubbel"}).status_code for each in pages] == [302, 403]
    with pytest.raises(PermissionDenied):
        cancel_booking(booking=other, by=coordinator, reason="Dubbel")
    other.refresh_from_db()
    assert other.state == "booked"


def test_a_teacher_who_reads_the_list_gives_nobodys_place_back(lab: Lab) -> None:
    session = lab.session()
    page = reverse("skillslab:cancel_place", args=[book(session, lab.member()).pk])
    client = signed_in(session.allocations.get(role="instructor").person)
    assert page not in client.get(reverse("skillslab:sheet", args=[session.uuid])).content.decode()
    assert client.post(page, {"reason": "Dubbel"}).status_code == 403


def test_a_session_that_began_has_a_list_instead(lab: Lab) -> None:
    session = lab.session()
    booking = book(session, lab.member())
    with time_machine.travel(session.starts_at, tick=False):
        shown = signed_in(lab.coordinator).get(reverse("skillslab:sheet", args=[session.uuid])).content.decode()
        assert reverse("skillslab:cancel_place", args=[booking.pk]) not in shown
        with pytest.raises(BookingRefusedError, match="Note on its list who came"):
            cancel_booking(booking=booking, by=lab.coordinator, reason="Dubbel")
