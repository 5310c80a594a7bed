"""Decision aids of others: on the cards of their topic while their pages are there; nothing is kept of who goes there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from content.links import NOT_PUBLIC, SILENT, fault_of
from content.models import DecisionAid, InstructionPage, OrganisationPage, TopicPage
from content.services.decision_aids import aids_of, digest_items, look_at_links, store_aid
from lxp.models import Organisation, Role
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_member, make_organisation
from tests.factories.web import PUBLIC, Server, answer, found

MONDAY = "2026-11-02T04:15:00+01:00"
PAGE = "https://keuzehulp.example/wonen/"


def seen(server: Server, url: str = PAGE, *addresses: str) -> str:
    return fault_of(url, look_up=found(*addresses or (PUBLIC,)), connect=server.connect)


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        ("200 OK", ""),
        ("416 No", ""),
        ("403 No", ""),
        ("405 No", ""),
        ("404 No", "404"),
        ("410 No", "410"),
        ("500 No", "500"),
    ],
)
def test_what_a_page_answers(status: str, fault: str) -> None:
    server = Server(answer(status=status))
    assert (seen(server), server.asked) == (fault, [(PUBLIC, "keuzehulp.example")])
    assert b"cookie" not in server.request.lower()


def test_a_page_that_says_nothing_is_silent() -> None:
    assert seen(Server(b"")) == SILENT


@pytest.mark.parametrize("url", ["https://keuzehulp.example/demènz/?q=é", "https://keuzehulp.example"])
def test_an_address_with_letters_of_another_alphabet_is_asked(url: str) -> None:
    server = Server(answer())
    assert (seen(server, url), server.request.isascii()) == ("", True)


def test_a_page_that_moved_is_followed_and_never_inside() -> None:
    moved = Server(answer(status="301 Moved", Location="https://10.0.0.7/geheim"))
    assert (seen(moved), moved.asked) == (NOT_PUBLIC, [(PUBLIC, "keuzehulp.example")])
    circle = Server(answer(status="302 Found", Location="/elders"))
    assert (seen(circle), len(circle.asked)) == (SILENT, 6)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://169.254.169.254/latest/", "https://[::1]/", "http://keuzehulp.example/",
        "https://keuzehulp.example:8443/", "https://me@keuzehulp.example/", "file:///etc/passwd", "https:///",
    ],
)  # fmt: skip
def test_nothing_inside_is_asked_for_who_typed_an_address(url: str) -> None:
    server = Server(answer())
    assert (seen(server, url), server.asked) == (NOT_PUBLIC, [])


def test_a_name_that_leads_inside_is_not_asked() -> None:
    server = Server(answer())
    assert (seen(server, PAGE, PUBLIC, "192.168.1.1"), server.asked) == (NOT_PUBLIC, [])


@pytest.fixture
def linde() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def topic(linde: Organisation) -> TopicPage:
    place = OrganisationPage.objects.get(organisation=linde, locale__language_code="nl")
    page = TopicPage(title="Dementie", slug="dementie", theme="brein", locale=Locale.objects.get(language_code="nl"))
    place.add_child(instance=page)
    page.save_revision().publish()
    return page


def make_aid(linde: Organisation, topic: TopicPage, **fields: Any) -> DecisionAid:
    values = {
        "organisation": linde, "topic": topic, "title": "Thuis wonen of verhuizen?", "maker": "De makers",
        "made_on": date(2026, 3, 1), "audience": "Mensen met dementie", "url": "https://keuzehulp.example/wonen/",
    }  # fmt: skip
    return store_aid(aid=DecisionAid(**{**values, **fields}), by=None)


def card_about(linde: Organisation, topic: TopicPage) -> InstructionPage:
    return make_card(linde, topic=topic)


@pytest.mark.django_db
def test_it_stands_on_the_cards_of_its_topic_in_every_language(
    client: Client, linde: Organisation, topic: TopicPage
) -> None:
    card = card_about(linde, topic)
    make_aid(linde, topic)
    turkish = make_aid(
        linde, topic, title="Evde mi?", url="https://keuzehulp.example/tr/", language="tr", is_spoken=True
    )
    translated = translate_card(card, "tr")

    assert aids_of(topic.pk, "tr")[0] == turkish
    page = client.get(translated.address_in("tr"))
    text = page.content.decode()
    assert 'href="https://keuzehulp.example/wonen/"' in text
    assert 'rel="noopener noreferrer"' in text
    assert "Dinleyebilirsiniz" in text
    assert dict(page.cookies) == {}
    hub = client.get("/tr/uitleg/dementie/").content.decode()
    assert hub.index("https://keuzehulp.example/tr/") < hub.index("https://keuzehulp.example/wonen/")
    assert "keuzehulp.example" not in client.get(make_card(linde, slug="los").address_in("nl")).content.decode()


@pytest.mark.django_db
def test_a_page_that_is_gone_leaves_the_cards_at_once_and_comes_back(
    client: Client, linde: Organisation, topic: TopicPage
) -> None:
    card, aid = card_about(linde, topic), make_aid(linde, topic)
    assert aid.url in client.get(card.address_in("nl")).content.decode()

    with time_machine.travel(MONDAY, tick=False):
        assert look_at_links(look=lambda url: "404") == [aid]
    assert aid.url not in client.get(card.address_in("nl")).content.decode()

    aid.refresh_from_db()
    with time_machine.travel(aid.looked_at + timedelta(days=7), tick=False):
        assert look_at_links(look=lambda url: "") == []
    assert aid.url in client.get(card.address_in("nl")).content.decode()


@pytest.mark.django_db
def test_a_page_may_be_silent_for_one_week(linde: Organisation, topic: TopicPage) -> None:
    aid = make_aid(linde, topic)
    seen = []
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _week in range(2):
            look_at_links(look=lambda url: SILENT)
            look_at_links(look=lambda url: "404")  # not twice in one week
            seen.append(aids_of(topic.pk, "nl"))
            clock.shift(timedelta(days=7))

    assert seen == [[aid], []]


@pytest.mark.django_db
def test_who_looks_after_it_is_told_once_that_it_left(linde: Organisation, topic: TopicPage) -> None:
    make_aid(linde, topic)
    people = [make_member(linde, Role.AUTHOR), make_member(linde), make_member(make_organisation("eigen"), Role.AUTHOR)]
    told = []
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _week in range(3):
            since = timezone.now()
            clock.shift(timedelta(days=7))
            look_at_links(look=lambda url: SILENT)
            told.append([len(digest_items(person=person, since=since)) for person in people])

    assert told == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.django_db
def test_another_address_is_looked_at_anew(linde: Organisation, topic: TopicPage) -> None:
    aid = make_aid(linde, topic)
    look_at_links(look=lambda url: "410")
    aid.refresh_from_db()

    aid.url = "https://keuzehulp.example/nieuw/"
    store_aid(aid=aid, by=make_member(linde, Role.AUTHOR))

    aid.refresh_from_db()
    assert (aid.looked_at, aid.fault, aid.is_usable) == (None, "", True)


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"url": "http://keuzehulp.example/"}, {"fault": "404"}, {"silent_weeks": 1}])
def test_the_database_refuses_what_cannot_be(linde: Organisation, topic: TopicPage, fields: dict[str, Any]) -> None:
    aid = make_aid(linde, topic)

    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionAid.objects.filter(pk=aid.pk).update(**fields)


@pytest.mark.django_db
def test_editors_see_all_and_change_their_own(linde: Organisation, topic: TopicPage) -> None:
    own = make_organisation("eigen")
    author, client = make_member(own, Role.AUTHOR, language="en"), Client()
    client.force_login(author)
    theirs = make_aid(linde, topic)
    form = {
        "title": "Mijn keuze", "url": "https://keuzehulp.example/mijn/", "maker": "Wij", "made_on": "2026-02-01",
        "audience": "Iedereen", "topic": topic.pk, "language": "nl",
    }  # fmt: skip

    for url in (
        "http://keuzehulp.example/",
        "https://127.0.0.1/",
        "https://me:pw@keuzehulp.example/",
        "https://keuzehulp.example:8443/",
    ):
        assert client.post(reverse("content_editor:aid_add"), {**form, "url": url}).status_code == 422, url
    assert DecisionAid.objects.count() == 1
    assert client.post(reverse("content_editor:aid_add"), form).status_code == 302

    made = DecisionAid.objects.get(title="Mijn keuze")
    shown = client.get(reverse("content_editor:aids")).content.decode()
    assert made.organisation == own
    assert [each.title in shown for each in (made, theirs)] == [True, True]
    assert client.post(reverse("content_editor:aid", args=[theirs.pk]), form).status_code == 404
    with pytest.raises(PermissionDenied):
        store_aid(aid=theirs, by=author)
    assert client.post(reverse("content_editor:aid", args=[made.pk]), {"drop": "1"}).status_code == 302
    assert list(DecisionAid.objects.all()) == [theirs]
