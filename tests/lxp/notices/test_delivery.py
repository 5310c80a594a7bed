"""Two workers, a mail server with moods, a process that dies: what fails for one stops nobody else, and nothing goes twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lxp.models import Digest, Membership, NoticeSettings, User
from lxp.notices.digests import send_digests
from lxp.notices.post import MailServerAwayError
from lxp.services.erasures import erase_person
from tests.factories.notices import MORNING, Teller, colleague, news, receivers
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db
AWAY, REFUSED, BOUNCED = SMTPServerDisconnected("gone"), SMTPDataError(451, b"later"), "bounced@example.org"


class Unreliable(EmailBackend):
    """A mail server with moods."""

    faults: list[Any] = []
    is_away = False

    def open(self) -> bool:
        if Unreliable.is_away:
            raise ConnectionRefusedError("nobody there")
        return True

    def send_messages(self, messages: list[Any]) -> int:
        if messages[0].to == [BOUNCED]:
            raise SMTPRecipientsRefused({BOUNCED: (550, b"no such mailbox")})
        if Unreliable.faults:
            raise Unreliable.faults.pop(0)
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Unreliable]]:
    settings.EMAIL_BACKEND = f"{__name__}.Unreliable"
    Unreliable.faults, Unreliable.is_away = [], False
    yield Unreliable
    Unreliable.faults, Unreliable.is_away = [], False


def test_the_database_refuses_a_second_digest_on_one_day(person: User):
    send_digests()
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(person=person, day=date(2026, 11, 25), item_count=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one(teller: Teller):
    organisation = make_organisation("linde")
    long_ago = timezone.now() - timedelta(days=90)
    people = [make_member(organisation, email=f"p{number}@linde.example", date_joined=long_ago) for number in range(3)]
    for person in people:
        teller.items[person.email] = [news()]
        NoticeSettings.objects.create(person=person, hour=0, looked_at=timezone.now() - timedelta(days=2))
    tallies = at_once([send_digests, send_digests])
    assert sum(tally["sent"] for tally in tallies) == 3
    assert sorted(receivers()) == [person.email for person in people]
    assert Digest.objects.filter(state="sent").count() == 3
    connection.close()


def test_a_server_that_is_away_is_said_and_nothing_is_taken_up(person: User, server: type[Unreliable]):
    server.is_away = True
    with pytest.raises(MailServerAwayError):
        send_digests()
    assert Digest.objects.exists() is False
    server.is_away = False
    assert send_digests() == {"sent": 1}


@pytest.mark.parametrize("fault", [AWAY, REFUSED, TimeoutError("slow"), RuntimeError("a backend of somebody else")])
def test_what_fails_for_now_is_tried_again_the_same_day(person: User, server: type[Unreliable], clock: Any, fault: Any):
    server.faults = [fault, fault]
    assert send_digests() == {"not now": 1}
    assert Digest.objects.get().state == "waiting"
    assert send_digests() == {}
    clock.move_to(MORNING + timedelta(minutes=6))
    assert send_digests() == {"not now": 1}
    clock.move_to(MORNING + timedelta(minutes=17))
    assert send_digests() == {"sent": 1}
    digest = Digest.objects.get()
    assert (digest.state, digest.tries, digest.failure, len(mail.outbox)) == ("sent", 3, "", 1)


def test_a_server_that_takes_the_connection_and_says_nothing_is_not_waited_for(settings: Any, person: User):
    assert 0 < settings.EMAIL_TIMEOUT <= 30  # seconds; without it a silent server would hold the worker for ever
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.1
        with pytest.raises(MailServerAwayError):
            send_digests()
    assert Digest.objects.exists() is False


def test_what_never_went_comes_the_next_day_with_what_it_would_have_told(
    person: User, server: type[Unreliable], teller: Teller, clock: Any
):
    server.faults = [AWAY]
    send_digests()
    clock.move_to(MORNING + timedelta(days=1))
    assert send_digests() == {"sent": 1}
    assert [each.state for each in Digest.objects.order_by("day")] == ["given_up", "sent"]
    # the second look begins within the time that the first one covered: nothing between them is lost
    assert teller.asked[1][1] <= MORNING


def test_an_address_that_bounces_stops_nobody_else(person: User, server: type[Unreliable], teller: Teller):
    colleague(teller, BOUNCED)
    last = colleague(teller, "zoe@linde.example")
    assert send_digests() == {"sent": 2, "not now": 1}
    assert receivers() == [person.email, last.email]
    failed = Digest.objects.get(person__email=BOUNCED)
    assert (failed.state, failed.failure) == ("given_up", "SMTPRecipientsRefused 550")


def test_a_package_that_fails_for_one_stops_nobody_else(person: User, teller: Teller):
    teller.items[person.email] = 7  # type: ignore[assignment]
    last = colleague(teller, "zoe@linde.example")
    assert send_digests() == {"sent": 1, "not now": 1}
    assert receivers() == [last.email]


class Died(BaseException):
    """The process is gone."""


def die(*_arguments: Any, **_keywords: Any) -> None:
    raise Died


def test_a_process_that_dies_before_sending_loses_nothing(person: User, clock: Any, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr("lxp.notices.digests.digest_letter", die)
        with pytest.raises(Died):
            send_digests()
    assert (Digest.objects.get().state, len(mail.outbox)) == ("waiting", 0)
    assert send_digests() == {}  # perhaps the other one still lives
    clock.move_to(MORNING + timedelta(minutes=6))
    assert send_digests() == {"sent": 1}
    clock.move_to(MORNING + timedelta(hours=6))
    assert send_digests() == {}
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("went", [True, False])
def test_a_process_that_dies_while_sending_never_sends_twice_and_tells_it_tomorrow(
    person: User, teller: Teller, clock: Any, monkeypatch: pytest.MonkeyPatch, went: bool
):
    def send_and_die(backend: EmailBackend, messages: list[Any]) -> None:
        if went:
            mail.outbox.extend(messages)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send_and_die)
        with pytest.raises(Died):
            send_digests()
    assert Digest.objects.get().state == "sending"
    clock.move_to(MORNING + timedelta(hours=1))
    assert send_digests() == {}
    assert (Digest.objects.get().state, len(mail.outbox)) == ("given_up", int(went))
    clock.move_to(MORNING + timedelta(days=1))
    assert send_digests() == {"sent": 1}
    assert teller.asked[-1][1] <= MORNING  # what it would have told is told now


def test_who_is_wiped_while_it_waits_gets_nothing(
    person: User, server: type[Unreliable], clock: Any, tmp_path, settings
):
    settings.VAR_DIR = tmp_path
    server.faults = [AWAY]
    send_digests()
    Membership.objects.filter(person=person).update(starts_on=date(2020, 1, 1), ends_on=date(2026, 11, 24))
    erase_person(person=User.objects.get(pk=person.pk), by=None)
    clock.move_to(MORNING + timedelta(minutes=6))
    assert send_digests() == {}
    assert (mail.outbox, Digest.objects.exists(), NoticeSettings.objects.exists()) == ([], False, False)
