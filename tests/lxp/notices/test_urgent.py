"""The four exceptions: written in the transaction of what happened, told once, sent at least once, and never by accident."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client

from lxp.models import Membership, Notice, NoticeSettings, UrgentKind, User
from lxp.notices.sending import send_notices
from lxp.notices.urgent import tell_at_once
from tests.factories.people import PASSWORD, make_member, make_organisation, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
EMAIL = "anna@linde.example"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(clock: Any) -> User:
    return make_member(make_organisation("linde"), email=EMAIL)


def tell(person: User, key: str = "booking:1", **fields: Any) -> Notice | None:
    words = {"title": "Je plek is een uur later", "text": "Om 11.00 uur.", "action": "Bekijk"}
    values = {"kind": UrgentKind.BOOKING, "words": lambda: words, "url": "/p/x/", **fields}
    return tell_at_once(person=person, key=key, **values)


def test_it_goes_right_after_the_commit_at_any_hour(
    person: User, django_capture_on_commit_callbacks: Callable[..., Any]
):
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
        assert mail.outbox == []
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([EMAIL], "Je plek is een uur later")
    assert "http://localhost:8000/p/x/" in message.body
    assert "List-Unsubscribe" not in message.extra_headers
    assert Notice.objects.get().state == "sent"


def test_what_is_rolled_back_is_never_told(person: User):
    with transaction.atomic():
        tell(person)
        transaction.set_rollback(True)
    assert send_notices() == {}
    assert (mail.outbox, Notice.objects.exists()) == ([], False)


def test_a_lost_task_is_found_by_the_schedule_and_each_thing_is_told_once(person: User):
    tell(person)
    tell(person)
    tell(person, "booking:2")
    assert send_notices() == {"sent": 2}
    assert send_notices() == {}
    tell(person)
    assert send_notices() == {}


def test_it_is_written_in_the_language_of_its_reader(person: User):
    reader = make_member(Membership.objects.first().organisation, language="en")
    tell(reader, words=lambda: {"title": str(UrgentKind.SECURITY.label)})
    assert Notice.objects.get().title == "Something changed in my account"


def test_who_does_without_a_kind_gets_none_but_of_the_account(person: User):
    NoticeSettings.objects.create(person=person, muted=["booking", "security"], is_on=False)
    assert tell(person) is None
    told = tell(person, kind=UrgentKind.SECURITY)
    assert [told] == list(Notice.objects.filter(person=person, kind=UrgentKind.SECURITY))
    assert send_notices() == {"sent": 1}


def test_who_is_gone_wiped_or_inactive_gets_none(person: User):
    tell(person)
    tell(person, "change", kind=UrgentKind.SECURITY)
    Membership.objects.filter(person=person).update(ends_on=NOW.date() - timedelta(days=1))
    assert send_notices() == {"sent": 1, "not now": 1}  # of the account also who works nowhere today
    assert tell(make_person(is_active=False)) is None
    assert tell(make_person(wiped_at=NOW)) is None
    tell(person, "later", kind=UrgentKind.SECURITY)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert send_notices() == {"not now": 1}
    assert len(mail.outbox) == 1


def test_a_process_that_dies_while_sending_sends_again_as_the_same_mail(
    person: User, clock: Any, monkeypatch: pytest.MonkeyPatch
):
    class Died(BaseException):
        pass

    def send_and_die(backend: EmailBackend, messages: list[Any]) -> None:
        mail.outbox.extend(messages)
        raise Died

    tell(person)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send_and_die)
        with pytest.raises(Died):
            send_notices()
    assert send_notices() == {}
    clock.move_to(NOW + timedelta(minutes=6))
    assert send_notices() == {"sent": 1}
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_a_bounce_is_given_up_and_stops_nobody(person: User, monkeypatch: pytest.MonkeyPatch):
    other = make_member(Membership.objects.first().organisation)
    real = EmailBackend.send_messages

    def moody(backend: EmailBackend, messages: list[Any]) -> int:
        if messages[0].to == [EMAIL]:
            raise SMTPRecipientsRefused({EMAIL: (550, b"no such mailbox")})
        return real(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", moody)
    tell(person)
    tell(other)
    assert send_notices() == {"sent": 1, "not now": 1}
    assert Notice.objects.get(person=person).state == "given_up"
    assert EMAIL not in Notice.objects.get(person=person).failure


def test_a_changed_password_is_told_at_once_in_our_own_words(client: Client, person: User):
    client.login(email=EMAIL, password=PASSWORD)
    fields = {"oldpassword": PASSWORD, "password1": "an-even-longer-password", "password2": "an-even-longer-password"}
    client.post("/account/password/change/", fields)
    assert User.objects.get(pk=person.pk).check_password("an-even-longer-password")
    notice = Notice.objects.get()
    assert (notice.kind, notice.url) == ("security", "/account/email/")
    assert send_notices() == {"sent": 1}
    assert "127.0.0.1" not in mail.outbox[-1].body


def test_an_address_that_was_replaced_hears_of_it_too(client: Client, person: User):
    new = EmailAddress.objects.create(user=person, email="anna@thuis.example", verified=True, primary=False)
    client.force_login(person)
    client.post("/account/email/", {"action_primary": "", "email": new.email})
    assert User.objects.get(pk=person.pk).email == "anna@thuis.example"
    assert Notice.objects.get().address == EMAIL
    send_notices()
    assert mail.outbox[-1].to == [EMAIL]
