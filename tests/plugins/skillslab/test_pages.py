"""The pages of a learner: the same number of queries for any week, and nothing where the plugin is off."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4, uuid5

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lxp import plugin_manager
from lxp.models import User
from lxp.notices.items import DigestItem
from plugins.skillslab.models import Booking, Claim, Offer, Prerequisite, WaitlistEntry
from plugins.skillslab.permissions import partners_of
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.choices.mine import digest_items, home_items
from plugins.skillslab.services.sessions.changing import move_session
from tests.factories.modules import make_module, page_of, reflection
from tests.factories.people import make_member, make_organisation, make_volunteer
from tests.plugins.skillslab.lab import Lab, at, book, fill, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save(update_fields=["language"])
    client = Client()
    client.force_login(person)
    return client


def week_url(moment) -> str:
    return f"{reverse('skillslab:week')}?week={timezone.localdate(moment)}"


@pytest.mark.parametrize("count", [1, 3])
def test_a_week_needs_the_same_queries_for_any_number_of_sessions(lab: Lab, count: int) -> None:
    monday = at(14 - timezone.localdate().weekday(), 9)
    for number in range(count):
        session = lab.session(monday + timedelta(days=number))
        book(session, lab.member())
        wait(fill_and_return(lab, session), lab.member())
    client = signed_in(lab.member())
    client.get(week_url(monday))
    with CaptureQueriesContext(connection) as queries:
        response = client.get(week_url(monday))
    assert response.content.decode().count("Katheter inbrengen</a></b>") == count
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    # session, user, memberships, partners, types, rooms, sessions, places with kept places and who waits
    assert len(reads) == 8


def fill_and_return(lab: Lab, session):
    fill(lab, session)
    return session


def test_booking_from_the_week_is_two_taps_and_stands_in_the_list_and_on_the_home(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    client = signed_in(person)
    shown = client.get(week_url(session.starts_at)).content.decode()
    assert "2 places free" in shown
    request = re.search(r'name="request" value="([^"]+)"', shown)[1]
    for _again in range(2):
        response = client.post(reverse("skillslab:book"), {"slot": session.uuid, "request": request}, follow=True)
    assert response.redirect_chain == [(reverse("skillslab:mine"), 302)]
    assert "Katheter inbrengen" in response.content.decode()
    assert Booking.objects.get().uuid == uuid5(UUID(request), str(session.uuid))
    assert [(each.kind.value, str(each.title)) for each in home_items(person=person)] == [
        ("booked", "Katheter inbrengen")
    ]
    assert "You take part" in client.get(week_url(session.starts_at)).content.decode()


def test_a_full_session_leads_to_the_waitlist_and_an_offer_to_a_place(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = fill(lab, session)[0]
    client = signed_in(person)
    response = client.post(reverse("skillslab:book"), {"slot": session.uuid})
    assert (response.status_code, "Put me on the waitlist" in response.content.decode()) == (409, True)
    client.post(reverse("skillslab:wait", args=[session.uuid]))
    assert "You are number 1." in client.get(reverse("skillslab:mine")).content.decode()
    cancel_booking(booking=booking, by=booking.person)
    offer = Offer.objects.get()
    page = reverse("skillslab:offer", args=[offer.uuid])
    assert "Yes, I come" in client.get(page).content.decode()
    client.post(page, {"answer": "yes"})
    assert Booking.objects.get(person=person).state == "booked"


def test_an_offer_can_be_declined_and_is_nobody_elses(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = fill(lab, session)[0]
    wait(session, person)
    cancel_booking(booking=booking, by=booking.person)
    page = reverse("skillslab:offer", args=[Offer.objects.get().uuid])
    assert signed_in(lab.member()).post(page, {"answer": "yes"}).status_code == 404
    signed_in(person).post(page, {"answer": "no"})
    assert (Offer.objects.get().state, WaitlistEntry.objects.get().state) == ("declined", "left")


def test_a_place_that_was_cancelled_is_not_offered_for_cancelling_and_twice_changes_nothing(lab: Lab) -> None:
    person = lab.member()
    booking = book(lab.session(), person)
    client, page = signed_in(person), reverse("skillslab:cancel", args=[booking.pk])
    for _number in range(2):
        assert client.post(page).url == reverse("skillslab:mine")
    booking.refresh_from_db()
    assert (booking.state, booking.sequence) == ("cancelled", 1)
    shown = client.get(page).content.decode().partition("<main")[2].partition("</main>")[0]
    assert ("This place was cancelled." in shown, "<form" in shown) == (True, False)


def test_cancelling_is_one_tap_in_time_and_asks_a_reason_later(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    page = reverse("skillslab:cancel", args=[booking.pk])
    with time_machine.travel(session.starts_at - timedelta(hours=3), tick=False):
        client = signed_in(person)
        response = client.post(page, {"reason": " "})
        assert (response.status_code, "without a reason" in response.content.decode()) == (422, True)
        assert Booking.objects.get().state == "booked"
        client.post(page, {"reason": "Dienst geruild"})
    assert (Booking.objects.get().state, Booking.objects.get().is_late) == ("cancelled", True)


@pytest.mark.parametrize("address", ["cancel", "confirm", "booking_file"])
def test_a_place_of_somebody_else_does_not_exist(lab: Lab, address: str) -> None:
    booking = book(lab.session(), lab.member())
    response = signed_in(lab.member()).post(reverse(f"skillslab:{address}", args=[booking.pk]))
    assert (response.status_code, Booking.objects.get().state) == (404, "booked")


def test_what_is_missing_is_one_click_away(lab: Lab) -> None:
    module = make_module(lab.owner, reflection(), title="Theorie katheter")
    Prerequisite.objects.create(session_type=lab.session_type, module=module)
    session = lab.session()
    shown = signed_in(lab.member()).get(reverse("skillslab:session", args=[session.uuid])).content.decode()
    assert f"{page_of(module).slug}/" in shown
    assert "Book this place" not in shown


def test_a_module_shows_its_sessions_where_the_plugin_is_on(lab: Lab) -> None:
    module = make_module(lab.owner, reflection())
    lab.session_type.module = module
    lab.session_type.save()
    session = lab.session()
    address = page_of(module).get_url()
    link = reverse("skillslab:session", args=[session.uuid])
    assert link in signed_in(lab.member()).get(address).content.decode()
    assert link not in Client().get(address).content.decode()


def test_where_it_is_off_no_page_has_a_trace_of_it(lab: Lab) -> None:
    session = lab.session()
    person = make_member(make_organisation())
    client = signed_in(person)
    assert client.get(reverse("skillslab:week")).status_code == 404
    assert "skillslab" not in client.get("/mijn/").content.decode()
    booked = lab.member()
    book(session, booked)
    for organisation in (lab.owner, lab.partner):
        plugin_manager.switch(plugin="skillslab", organisation=organisation, on=False, by=None)
    assert "skillslab" not in signed_in(User.objects.get(pk=booked.pk)).get("/mijn/").content.decode()


# ── calendar and mail ────────────────────────────────────────────────────────────────────────────────────────


def events_of(content: bytes) -> list[tuple[str, int, str]]:
    return [
        (str(each["uid"]), int(each["sequence"]), str(each["status"])) for each in Calendar.from_ical(content).events
    ]


def test_the_identity_of_an_event_stays_and_its_sequence_rises(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    book(session, person)
    client = signed_in(person)
    page = client.get(reverse("skillslab:calendar")).content.decode()
    address = re.search(r'value="[^"]*(/p/skillslab/agenda/[^"]+)"', page)[1]
    reader = Client()
    (first,) = events_of(reader.get(address).content)
    move_session(session=session, location=lab.location, starts_at=at(12, 13), by=lab.coordinator)
    (moved,) = events_of(reader.get(address).content)
    cancel_booking(booking=Booking.objects.get(), by=person)
    (gone,) = events_of(reader.get(address).content)
    assert first[0] == moved[0] == gone[0]
    assert (first[1] < moved[1] < gone[1], first[2], moved[2], gone[2]) == (True, "CONFIRMED", "TENTATIVE", "CANCELLED")
    client.post(reverse("skillslab:calendar"))
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(("now", "day", "offset"), [("2027-03-20", "2027-03-29", 2), ("2027-10-25", "2027-11-01", 1)])
def test_both_changes_of_the_clock_leave_a_session_at_its_hour(lab: Lab, now: str, day: str, offset: int) -> None:
    with time_machine.travel(f"{now}T12:00:00+00:00", tick=False):
        days = (timezone.datetime.fromisoformat(day).date() - timezone.localdate()).days
        session, person = lab.session(at(days, 9)), lab.member()
        booking = book(session, person)
        content = signed_in(person).get(reverse("skillslab:booking_file", args=[booking.pk])).content
        (event,) = Calendar.from_ical(content).events
        assert event.start.strftime("%Y-%m-%d %H:%M %Z") == f"{day} {9 - offset:02}:00 UTC"
        assert Claim.objects.filter(person=person).count() == 8


def test_the_mail_tells_what_is_new_and_what_is_tomorrow(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    book(session, person)
    now = timezone.now()
    titles = [str(each.title) for each in digest_items(person=person, since=now - timedelta(hours=1))]
    assert titles == ["You have a place: Katheter inbrengen"]
    assert digest_items(person=person, since=now + timedelta(hours=1)) == []
    with time_machine.travel(session.starts_at - timedelta(hours=20), tick=False):
        (item,) = digest_items(person=person, since=timezone.now() - timedelta(days=1))
    assert isinstance(item, DigestItem)
    assert str(item.title) == "Do not forget: Katheter inbrengen"


def test_nonsense_is_answered_calmly(lab: Lab) -> None:
    client = signed_in(lab.member())
    for query in ("week=9999-99-99", "week=9999-12-31", "week=0001-01-01", "wat=x&waar=%2500", "week=9"):
        assert client.get(f"{reverse('skillslab:week')}?{query}").status_code == 200
    assert client.post(reverse("skillslab:book"), {"slot": "x", "request": "y"}).status_code == 404
    assert client.post(reverse("skillslab:book"), {"slot": str(uuid4())}).status_code == 404


def test_a_volunteer_of_a_partner_has_no_skillslab(lab: Lab) -> None:
    volunteer = make_volunteer(lab.owner)
    answer = signed_in(volunteer).get(reverse("skillslab:week"))
    assert str(lab.skillslab) not in answer.content.decode()
    assert partners_of(volunteer, lab.skillslab) == []
    assert "/p/skillslab/" not in signed_in(volunteer).get("/mijn/").content.decode()
