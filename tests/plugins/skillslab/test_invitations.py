"""Invitations as calendar programs get them: by the mail that somebody chose, read here by a parser of their own format."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage as ParsedMail
from email.parser import BytesParser
from email.policy import default
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from lxp.models import Digest, DigestKind, Notice, NoticeSettings, User
from lxp.notices.items import DigestItem
from lxp.notices.letters import digest_letter
from lxp.notices.sending import send_notices
from plugins.skillslab.models import Booking, InvitationChoice, Outage, Session
from plugins.skillslab.services.bookings.booking import accept_offer, cancel_booking, confirm_booking
from plugins.skillslab.services.choices.mine import digest_items
from plugins.skillslab.services.notices.calendars import calendar_of
from plugins.skillslab.services.notices.invitations import choose_invitations
from plugins.skillslab.services.sessions.changing import cancel_session, change_capacity, move_session
from plugins.skillslab.services.upkeep import settle_overdue
from tests.plugins.skillslab.lab import Lab, at, book, fill, wait
from tests.plugins.skillslab.test_pages import signed_in
from tests.plugins.skillslab.test_rivals import mending
from tests.plugins.skillslab.test_waitlist import offer_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
A_DAY = timedelta(days=1)


def event_in(calendar: str | bytes) -> dict[str, Any]:
    """What a calendar program needs of an invitation."""
    parsed = Calendar.from_ical(calendar)
    (event,) = parsed.events
    return {
        "method": str(parsed["method"]),
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "status": str(event["status"]),
        "starts": event.start,
        "ends": event.end,
        "attendee": (str(event["attendee"]), str(event["attendee"].params["partstat"])),
    }


def told(person: User, since: datetime | None = None) -> list[dict[str, Any]]:
    """The invitations in the digest of now."""
    items = digest_items(person=person, since=since or timezone.now() - A_DAY)
    return [event_in(each.calendar) for each in items if each.calendar]


def parsed(message: Any) -> ParsedMail:
    found: ParsedMail = BytesParser(policy=default).parsebytes(message.message().as_bytes())  # type: ignore[assignment]
    return found


def invitations_in(message: Any) -> list[ParsedMail]:
    return [each for each in parsed(message).walk() if each.get_content_type() == "text/calendar"]


def at_once(person: User) -> User:
    choose_invitations(person=person, when="at_once")
    return person


def test_a_place_is_invited_to_once_with_the_daily_mail(lab: Lab) -> None:
    person = lab.member()
    session = lab.session()
    book(session, person)
    (event,) = told(person)
    assert event == {
        "method": "REQUEST",
        "uid": f"session-{session.uuid}-{person.pk}@localhost",
        "sequence": 0,
        "status": "CONFIRMED",
        "starts": session.starts_at.astimezone(UTC),
        "ends": session.ends_at.astimezone(UTC),
        "attendee": (f"mailto:{person.email}", "ACCEPTED"),
    }
    assert told(person, since=timezone.now() + timedelta(minutes=1)) == []
    assert not Notice.objects.exists()


def test_the_mail_carries_it_with_its_method(lab: Lab) -> None:
    person = lab.member()
    book(lab.session(), person)
    items = digest_items(person=person, since=timezone.now() - A_DAY)
    digest = Digest(person=person, day=timezone.localdate(), item_count=1)
    (part,) = invitations_in(digest_letter(person, digest, items, person.email))
    assert (part.get_param("method"), part.get_filename()) == ("REQUEST", "1.ics")
    assert event_in(part.get_content())["method"] == "REQUEST"


def test_the_reminder_of_tomorrow_and_the_news_of_it_are_one_line(lab: Lab) -> None:
    person = lab.member()
    book(lab.session(at(1)), person)
    items = digest_items(person=person, since=timezone.now() - A_DAY)
    assert [(str(each.title), bool(each.calendar)) for each in items] == [("Do not forget: Katheter inbrengen", True)]


def test_every_change_rises_and_a_cancelled_place_is_taken_out_again(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = book(session, person)
    seen = told(person)
    move_session(session=session, location=lab.location, starts_at=at(12, 13), by=lab.coordinator)
    seen += told(person)
    confirm_booking(booking=booking)
    seen += told(person)
    cancel_booking(booking=booking, by=lab.coordinator, reason="Lekkage")
    seen += told(person)
    book(Session.objects.get(), person)
    seen += told(person)
    states = [(each["method"], each["status"], each["attendee"][1]) for each in seen]
    assert states == [
        ("REQUEST", "CONFIRMED", "ACCEPTED"),
        ("REQUEST", "TENTATIVE", "NEEDS-ACTION"),
        ("REQUEST", "CONFIRMED", "ACCEPTED"),
        ("CANCEL", "CANCELLED", "DECLINED"),
        ("REQUEST", "CONFIRMED", "ACCEPTED"),
    ]
    assert [each["sequence"] for each in seen] == [0, 2, 3, 4, 5]
    assert {each["uid"] for each in seen} == {seen[0]["uid"]}


def test_who_cancels_a_place_that_no_mail_told_of_hears_nothing(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    cancel_booking(booking=book(session, person), by=person)
    assert digest_items(person=person, since=timezone.now() - A_DAY) == []
    later = timezone.now() + timedelta(minutes=1)
    booking = book(session, person)
    with time_machine.travel(later + A_DAY, tick=False):
        cancel_booking(booking=booking, by=person)
        assert [each["method"] for each in told(person, since=later)] == ["CANCEL"]


def test_an_unanswered_question_takes_the_event_out(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    book(session, person)
    move_session(session=session, location=lab.location, starts_at=at(12, 13), by=lab.coordinator)
    asked = told(person)[0]["sequence"]
    with time_machine.travel(Booking.objects.get().answer_until, tick=False):
        settle_overdue()
        (event,) = told(person)
    assert (event["method"], event["sequence"] > asked) == ("CANCEL", True)


def test_who_wants_it_at_once_gets_each_in_a_mail_and_not_again_in_the_digest(lab: Lab) -> None:
    session, person = lab.session(), at_once(lab.member())
    booking = fill(lab, session)[0]
    wait(session, person)
    cancel_booking(booking=booking, by=booking.person)
    place = accept_offer(offer=offer_to(person))
    cancel_session(session=session, reason="Lekkage", by=lab.coordinator)
    notices = Notice.objects.filter(person=person, kind="booking").order_by("pk")
    events = [event_in(each.calendar) for each in notices]
    assert [(each["method"], each["sequence"]) for each in events] == [("REQUEST", 0), ("CANCEL", 2)]
    assert told(person) == []
    send_notices()
    (part,) = invitations_in(mail.outbox[-1])
    assert (part.get_param("method"), event_in(part.get_content())["uid"]) == ("CANCEL", events[0]["uid"])
    assert place.session == session


def test_who_wants_none_gets_none_and_still_hears_of_a_change_within_a_day(lab: Lab) -> None:
    with time_machine.travel(at(0, 12), tick=False):
        session, person = lab.session(at(1)), lab.member()
        choose_invitations(person=person, when="never")
        booking = book(session, person)
        assert (told(person), Notice.objects.count()) == ([], 0)
        cancel_booking(booking=booking, by=lab.coordinator, reason="Dubbel geboekt")
        assert [(each.kind, each.calendar) for each in Notice.objects.all()] == [("booking", "")]


def test_a_muted_kind_stays_muted(lab: Lab) -> None:
    session, person = lab.session(), at_once(lab.member())
    NoticeSettings.objects.create(person=person, muted=["booking"], looked_at=timezone.now())
    book(session, person)
    assert not Notice.objects.exists()


def test_the_choice_is_made_on_the_page_of_the_calendar(lab: Lab) -> None:
    person = lab.member()
    client, page = signed_in(person), reverse("skillslab:calendar")
    feed = client.get(page).context["url"]
    client.post(page, {"invitations": "at_once"})
    assert InvitationChoice.objects.get(person=person).when == "at_once"
    assert client.get(page).context["url"] == feed
    client.post(page, {"invitations": "always"})
    assert InvitationChoice.objects.get(person=person).when == "at_once"


@pytest.mark.parametrize(
    ("day", "hour_in_utc"),
    [("2027-03-27", 8), ("2027-03-28", 7), ("2027-03-29", 7), ("2027-10-30", 7), ("2027-10-31", 8), ("2027-11-01", 8)],
)
def test_nine_in_the_morning_is_nine_around_both_changes_of_the_clock(lab: Lab, day: str, hour_in_utc: int) -> None:
    wanted = date.fromisoformat(day)
    with time_machine.travel(datetime(2027, 3 if wanted.month == 3 else 10, 20, 12, tzinfo=UTC), tick=False):
        session, person = lab.session(at((wanted - timezone.localdate()).days, 9)), lab.member()
        book(session, person)
        (event,) = told(person)
    begins = datetime(wanted.year, wanted.month, wanted.day, hour_in_utc, tzinfo=UTC)
    assert (event["starts"], event["ends"]) == (begins, begins + timedelta(hours=2))
    local = timezone.localtime(event["starts"])
    assert (local.date(), local.hour) == (wanted, 9)


@pytest.mark.parametrize(("text", "count"), [("Tot en met maandag 30 november.", 1), ("Vernieuw het op tijd.", 1)])
def test_a_digest_names_a_day_once(lab: Lab, text: str, count: int) -> None:
    person = lab.member()
    item = DigestItem(DigestKind.PROOF, "Katheter", "/mijn/", text=text, day=date(2026, 11, 30))
    with translation.override("nl"):
        letter = digest_letter(
            person, Digest(person=person, day=date(2026, 11, 22), item_count=1), [item], person.email
        )
    bodies = [str(letter.body), str(letter.alternatives[0][0])]
    assert [each.count("maandag 30 november") for each in bodies] == [count, count]


def small_room(lab: Lab) -> Session:
    """A session in a room of three, which is given up for the other room with the fourth place."""
    lab.add_room("Klein", capacity=3)
    session = lab.session(at(10))
    assert session.room.name == "Klein"
    return session


def test_another_room_comes_with_a_new_invitation_for_the_same_event(lab: Lab) -> None:
    session, person = small_room(lab), lab.member()
    book(session, person)
    (before,) = told(person)
    later = timezone.now()
    change_capacity(session=session, capacity=4, by=lab.coordinator)
    (item,) = digest_items(person=person, since=later)
    assert (str(item.title), str(item.text).endswith("Heuvelhof, Lab 1")) == ("Another room: Katheter inbrengen", True)
    after = event_in(item.calendar)
    assert "(Lab 1)" in str(Calendar.from_ical(item.calendar).events[0]["location"])
    assert (after["method"], after["uid"], after["sequence"]) == ("REQUEST", before["uid"], before["sequence"] + 1)
    assert (told(person, since=timezone.now()), Notice.objects.count()) == ([], 0)


def test_another_room_within_a_day_is_told_at_once_and_more_places_in_it_are_not(lab: Lab) -> None:
    session, person = small_room(lab), lab.member(language="en")
    book(session, person)
    with time_machine.travel(session.starts_at - timedelta(hours=20), tick=False):
        change_capacity(session=session, capacity=3, by=lab.coordinator)
        assert Notice.objects.count() == 0
        change_capacity(session=session, capacity=4, by=lab.coordinator)
    notice = Notice.objects.get()
    assert (notice.title, event_in(notice.calendar)["sequence"]) == ("Another room: Katheter inbrengen", 2)


def test_a_broken_room_is_told_to_who_booked(lab: Lab) -> None:
    session, person = small_room(lab), lab.member()
    book(session, person)
    later = timezone.now()
    values = {"starts_at": at(9), "ends_at": at(12), "reason": "lek"}
    change = partial(Outage.objects.create, resource=session.room, **values)
    mending(lab, change)()
    assert [str(each.title) for each in digest_items(person=person, since=later)] == [
        "Another room: Katheter inbrengen"
    ]
    assert [each["sequence"] for each in told(person, since=later)] == [1]


def test_who_cancels_a_place_and_teaches_that_session_has_one_event(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    booking = cancel_booking(booking=book(session, person), by=person)
    session.allocations.create(role="instructor", person=person)
    (event,) = Calendar.from_ical(calendar_of(person=person)).events
    assert (str(event["status"]), int(event["sequence"])) == ("CONFIRMED", 1)
    assert event["dtstamp"].dt == booking.changed_at.replace(microsecond=0)
