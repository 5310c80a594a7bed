"""The daily mail: nothing to say is no mail, who gets one and when, what it says, and how one stops it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from lxp.models import Digest, DigestKind, Membership, NoticeSettings, User
from lxp.notices.digests import planned, send_digests
from lxp.notices.items import DigestItem
from lxp.services.notices import choose_notices
from tests.factories.notices import HERE, MORNING, Teller, colleague, news, receivers
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db


# ── what a digest says ───────────────────────────────────────────────────────────────────────────────────────


def test_one_mail_with_everything_in_order_in_text_and_html(person: User, teller: Teller):
    teller.items[person.email] = [
        news("Later", day=date(2026, 12, 24)),
        news("Eerder", day=date(2026, 11, 26)),
        DigestItem(DigestKind.PROOF, "Katheter <inbrengen>", "/mijn/katheter/", text="Herhalen duurt 20 minuten."),
        news("Eerder", day=date(2026, 11, 26)),
    ]
    assert send_digests() == {"sent": 1}
    (message,) = mail.outbox
    (html,) = [part.content for part in message.alternatives]
    for words in ("Katheter", "Eerder", "Later", "http://localhost:8000/mijn/katheter/"):
        assert words in message.body
        assert words in html
    assert message.body.index("Katheter") < message.body.index("Eerder") < message.body.index("Later")
    assert message.body.count("Eerder") == 1
    assert "Katheter <inbrengen>" in message.body
    assert "Katheter &lt;inbrengen&gt;" in html
    assert "donderdag 26 november" in message.body
    assert "3" in message.subject.split()
    assert (message.to, message.extra_headers["Auto-Submitted"]) == ([person.email], "auto-generated")
    assert Digest.objects.get().item_count == 3


def test_it_is_in_the_language_of_its_reader(person: User, teller: Teller):
    teller.items[person.email] = [news(day=date(2026, 11, 26))]
    colleague(teller, "ben@linde.example", news(day=date(2026, 11, 26)), language="en", first_name="Ben")
    send_digests()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert "Hello Ben," in bodies["ben@linde.example"]
    assert "1 thing is ready for you" in bodies["ben@linde.example"]
    assert "Thursday 26 November" in bodies["ben@linde.example"]
    assert "donderdag 26 november" in bodies[person.email]


def test_nothing_to_say_is_no_mail_and_is_asked_once_a_day(person: User, teller: Teller):
    teller.items.clear()
    assert send_digests() == {"nothing to say": 1}
    assert send_digests() == {}
    assert (len(mail.outbox), len(teller.asked), Digest.objects.count()) == (0, 1, 0)


def test_the_next_one_tells_what_is_new_since_the_last(person: User, teller: Teller, clock: Any):
    send_digests()
    clock.move_to(MORNING + timedelta(days=1))
    send_digests()
    assert [since for _email, since in teller.asked] == [MORNING - timedelta(days=7), MORNING]
    assert len(mail.outbox) == 2


def test_what_somebody_does_without_is_left_out(person: User, teller: Teller):
    teller.items[person.email].append(DigestItem(DigestKind.LEARNING, "Een veiliger versie", "/leren/"))
    choose_notices(person=person, is_on=True, weekday=None, hour=8, muted=["news"])
    send_digests()
    assert "Er is iets nieuws" not in mail.outbox[0].body
    assert "Een veiliger versie" in mail.outbox[0].body


def test_more_than_twelve_things_are_counted(person: User, teller: Teller):
    teller.items[person.email] = [news(f"Nieuws {number:02}") for number in range(15)]
    send_digests()
    assert "Nieuws 11" in mail.outbox[0].body
    assert "Nieuws 12" not in mail.outbox[0].body


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "news"},
        {"title": ""},
        {"title": 7},
        {"text": "x" * 301},
        {"url": "https://elsewhere.example/"},
        {"url": "//elsewhere.example"},
        {"day": "morgen"},
        {"day": datetime(2026, 11, 25, 10)},  # noqa: DTZ001 - naive on purpose
    ],
)
def test_what_no_mail_can_say_is_refused(fields: dict[str, Any]):
    with pytest.raises(ValueError, match="item of a digest"):
        news(**fields)


# ── who gets one, and when ───────────────────────────────────────────────────────────────────────────────────


def test_who_is_wiped_gone_not_yet_there_or_unconfirmed_gets_none(person: User, teller: Teller):
    gone = colleague(teller, "weg@linde.example")
    Membership.objects.filter(person=gone).update(ends_on=date(2026, 11, 24))
    early = colleague(teller, "straks@linde.example")
    Membership.objects.filter(person=early).update(starts_on=date(2026, 11, 26))
    colleague(teller, "stil@linde.example", is_active=False)
    User.objects.filter(pk=colleague(teller, "gewist@linde.example").pk).update(wiped_at=MORNING)
    EmailAddress.objects.filter(user=colleague(teller, "onbevestigd@linde.example")).update(verified=False)
    teller.items["nergens@linde.example"] = [news()]
    make_person("nergens@linde.example", date_joined=MORNING - timedelta(days=90))
    send_digests()
    assert receivers() == [person.email]


def test_who_runs_the_installation_needs_no_place(person: User, teller: Teller):
    operator = make_person("beheer@regio.example", is_superuser=True, date_joined=MORNING - timedelta(days=90))
    teller.items[operator.email] = [news()]
    send_digests()
    assert sorted(receivers()) == sorted([person.email, operator.email])


def test_each_is_told_their_own(person: User, teller: Teller):
    colleague(teller, "ben@linde.example", news("Alleen voor Ben"))
    send_digests()
    bodies = {message.to[0]: message.body for message in mail.outbox}
    assert sorted(bodies) == ["anna@linde.example", "ben@linde.example"]
    assert "Alleen voor Ben" not in bodies[person.email]


SCHEDULES: list[tuple[str, dict[str, Any], datetime, bool]] = [
    ("before eight", {}, MORNING.replace(hour=7, minute=59), False),
    ("from eight", {}, MORNING.replace(hour=8), True),
    ("later that day, when the worker was down", {}, MORNING.replace(hour=23, minute=59), True),
    ("off", {"is_on": False}, MORNING, False),
    ("before the chosen hour", {"hour": 14}, MORNING, False),
    ("from the chosen hour", {"hour": 14}, MORNING.replace(hour=14), True),
    ("at midnight", {"hour": 0}, MORNING.replace(hour=0), True),
    ("the chosen day", {"weekday": 3}, MORNING, True),
    ("the day before", {"weekday": 4}, MORNING, False),
    ("a day late, since the worker was down", {"weekday": 2}, MORNING, True),
]


@pytest.mark.parametrize(("name", "choice", "moment", "is_due"), SCHEDULES, ids=[each[0] for each in SCHEDULES])
def test_the_chosen_day_and_hour(
    person: User, clock: Any, name: str, choice: dict[str, Any], moment: datetime, is_due: bool
):
    looked_at = (
        MORNING - timedelta(days=6) if "weekday" in choice and choice["weekday"] != 2 else MORNING - timedelta(days=3)
    )
    NoticeSettings.objects.create(person=person, looked_at=looked_at, **choice)
    clock.move_to(moment)
    assert send_digests() == ({"sent": 1} if is_due else {})


def test_who_came_today_is_told_from_tomorrow(person: User, clock: Any):
    User.objects.filter(pk=person.pk).update(date_joined=MORNING.replace(hour=7))
    assert send_digests() == {}
    clock.move_to(MORNING + timedelta(days=1))
    assert send_digests() == {"sent": 1}


@pytest.mark.parametrize("hour", [2, 3])
@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_day_on_which_the_clock_changes_has_one_digest(person: User, clock: Any, day: date, hour: int):
    """Two o'clock comes twice on 25 October 2026, and never on 28 March 2027."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=HERE)
    NoticeSettings.objects.create(person=person, hour=hour, looked_at=midnight - timedelta(hours=3))
    User.objects.filter(pk=person.pk).update(date_joined=midnight - timedelta(days=90))
    sent = []
    start = midnight.astimezone(ZoneInfo("UTC"))
    for quarter in range(4 * 25):
        clock.move_to(start + timedelta(minutes=15 * quarter))
        if timezone.localdate() == day and send_digests()["sent"]:  # the day has 23 or 25 hours
            sent.append(timezone.localtime().strftime("%d %H:%M %Z"))
    expected = {
        (10, 2): "25 02:00 CEST",
        (10, 3): "25 03:00 CET",
        (3, 2): "28 03:00 CEST",
        (3, 3): "28 03:00 CEST",
    }[day.month, hour]
    assert sent == [expected]
    assert Digest.objects.get().day == day


# ── the command, the choice, and stopping ────────────────────────────────────────────────────────────────────


def test_the_command_counts_first_and_then_sends(person: User, capsys: Any):
    call_command("send_digests", "--dry-run")
    assert capsys.readouterr().out == f"Person {person.uuid}: 1 things, in nl.\n1 digests would go.\n"
    assert (mail.outbox, Digest.objects.exists(), NoticeSettings.objects.exists()) == ([], False, False)
    call_command("send_digests")
    assert "Digests: 1 sent." in capsys.readouterr().out
    call_command("send_digests")
    assert "Digests: none due." in capsys.readouterr().out
    assert list(planned()) == []


@pytest.mark.parametrize("items", [1, 3])
def test_a_digest_needs_the_same_queries_for_any_number_of_items(
    person: User, teller: Teller, items: int, django_assert_num_queries: Callable[..., Any]
):
    teller.items[person.email] = [news(f"Nieuws {number}") for number in range(items)]
    NoticeSettings.objects.create(person=person, looked_at=MORNING - timedelta(days=1))
    # settle 3; who waits, who is due; person, choice, memberships; courses; address; take up 3, sending 1, sent 4
    with django_assert_num_queries(18):
        send_digests()


def test_the_page_keeps_a_choice_and_refuses_nonsense(client: Client, person: User):
    client.force_login(person)
    page = client.get("/mijn/berichten/").content.decode()
    assert person.email in page
    good = {
        "is_on": "on",
        "weekday": "1",
        "hour": "14",
        "digest_kinds": ["proof", "news"],
        "urgent_kinds": ["sign_off"],
    }
    assert client.post("/mijn/berichten/", good).status_code == 302
    kept = NoticeSettings.objects.get(person=person)
    assert (kept.is_on, kept.weekday, kept.hour) == (True, 1, 14)
    assert kept.muted == ["assessment", "booking", "bookings", "learning", "offer"]
    for bad in ({"hour": "24"}, {"weekday": "8"}, {"digest_kinds": ["security"]}, {"urgent_kinds": ["security"]}):
        assert client.post("/mijn/berichten/", {**good, **bad}).status_code == 422
    assert NoticeSettings.objects.get(person=person).hour == 14


def test_one_push_in_the_mail_stops_it_and_looking_does_not(person: User, clock: Any):
    send_digests()
    header = mail.outbox[0].extra_headers["List-Unsubscribe"]
    assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = header.strip("<>").removeprefix("http://localhost:8000")
    assert path in mail.outbox[0].body
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path).status_code == 200
    assert NoticeSettings.objects.get().is_on is True
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, NoticeSettings.objects.get().is_on) == (200, False)
    for trace in (person.email, person.first_name, str(person.uuid)):
        assert trace not in answer.content.decode()
    assert stranger.post(path[:-4] + "AAA/").status_code == 404
    clock.move_to(MORNING + timedelta(days=1))
    assert send_digests() == {}
