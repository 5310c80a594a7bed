"""Who has something to say in a digest, and to whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import mail

from lxp.hookspecs import hookimpl
from lxp.models import DigestKind, Membership, User
from lxp.notices.items import DigestItem
from tests.factories.people import make_member

HERE = ZoneInfo("Europe/Amsterdam")
MORNING = datetime(2026, 11, 25, 9, 0, tzinfo=HERE)  # a Wednesday


class Teller:
    """A package that has something to say to whom a test names."""

    def __init__(self) -> None:
        self.items: dict[str, list[DigestItem]] = {}
        self.asked: list[tuple[str, datetime]] = []

    @hookimpl
    def digest_items(self, person: User, since: datetime) -> list[DigestItem]:
        self.asked.append((person.email, since))
        if self.items.get(person.email) is None:
            return []
        return self.items[person.email]


def news(title: str = "Er is iets nieuws", **fields: Any) -> DigestItem:
    return DigestItem(**{"kind": DigestKind.NEWS, "title": title, "url": "/mijn/", **fields})


def colleague(teller: Teller, email: str, *items: DigestItem, **fields: Any) -> User:
    organisation = Membership.objects.first().organisation
    person = make_member(organisation, email=email, date_joined=MORNING - timedelta(days=90), **fields)
    teller.items[email] = list(items or [news()])
    return person


def receivers() -> list[str]:
    return [message.to[0] for message in mail.outbox]
