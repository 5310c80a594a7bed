"""What an informal caregiver finds without an account: the hubs, and the cards of a subject, in their own language."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, PageViewRestriction

from content.api import cards_of
from content.models import HomePage, TopicPage
from content.services.hubs import card_tiles, hub_of, hub_tiles
from lxp.models import Organisation
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SOURCES = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]


@pytest.fixture
def linde() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def topic() -> TopicPage:
    page = TopicPage(title="Steunkousen", slug="steunkousen", summary="Aan en uit.")
    HomePage.objects.get(locale__language_code="nl").add_child(instance=page)
    return page


def in_language(topic: TopicPage, code: str, title: str) -> TopicPage:
    page = TopicPage(
        title=title,
        slug=f"{topic.slug}-{code}",
        locale=Locale.objects.get(language_code=code),
        translation_key=topic.translation_key,
    )
    HomePage.objects.get(locale__language_code=code).add_child(instance=page)
    return page


def test_a_hub_is_there_as_soon_as_it_has_a_card(client: Client, linde: Organisation, topic: TopicPage) -> None:
    assert hub_tiles("nl") == []

    make_card(linde, topic=topic)
    (hub,) = hub_tiles("nl")

    assert (hub.title, hub.url, hub.count) == ("Steunkousen", "/nl/uitleg/steunkousen/", 1)
    page = client.get("/nl/uitleg/").content.decode()
    assert 'href="/nl/uitleg/steunkousen/"' in page


def test_a_hub_is_in_the_language_of_its_reader(linde: Organisation, topic: TopicPage) -> None:
    in_language(topic, "ar", "جوارب ضاغطة")
    make_card(linde, topic=topic)

    (arabic,), (polish,) = hub_tiles("ar"), hub_tiles("pl")

    assert (arabic.title, arabic.url, arabic.direction) == ("جوارب ضاغطة", "/ar/uitleg/steunkousen/", "rtl")
    assert (polish.title, polish.url, polish.language) == ("Steunkousen", "/pl/uitleg/steunkousen/", "nl")


def test_a_card_says_what_its_reader_must_know_of_its_language(linde: Organisation) -> None:
    card = make_card(linde, minutes=7)
    translate_card(card, "tr", title="Varis çorabı giydirmek")

    turkish, polish, dutch = (card_tiles(cards_of(language=code), code)[0] for code in ("tr", "pl", "nl"))

    assert (turkish.title, turkish.state, turkish.minutes) == (
        "Varis çorabı giydirmek",
        "Not checked by a person yet",
        7,
    )
    assert (polish.title, polish.state) == ("Een steunkous aantrekken", "In Dutch")
    assert dutch.state == ""


def test_a_critical_card_that_nobody_checked_is_in_dutch(linde: Organisation) -> None:
    card = make_card(linde, title="Een wond spoelen", is_critical=True, sources=SOURCES)
    translate_card(card, "tr", title="Yara yıkamak")

    (tile,) = card_tiles(cards_of(language="tr"), "tr")

    assert (tile.title, tile.state) == ("Een wond spoelen", "In Dutch")


def test_the_page_of_a_topic_shows_its_cards_in_every_language(
    client: Client, linde: Organisation, topic: TopicPage
) -> None:
    card = make_card(linde, topic=topic)
    translate_card(card, "ar", title="لبس الجورب الضاغط")
    make_card(linde, title="Iets anders")

    page = client.get("/ar/steunkousen/").content.decode()

    assert "لبس الجورب الضاغط" in page
    assert "Iets anders" not in page


def test_a_hub_is_a_page_of_caregivers_in_every_language(
    client: Client, linde: Organisation, topic: TopicPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    in_language(topic, "ar", "جوارب ضاغطة")
    card = make_card(linde, topic=topic)
    translate_card(card, "ar", title="لبس الجورب الضاغط")
    make_card(linde, title="Iets anders")

    answer = client.get("/ar/uitleg/steunkousen/")

    page = answer.content.decode()
    assert (answer.context["hub"].title, "لبس الجورب الضاغط" in page, "Iets anders" in page) == (
        "جوارب ضاغطة",
        True,
        False,
    )
    assert [link.url for link in answer.context["language_links"]] == [
        f"/{code}/uitleg/steunkousen/" for code, _name in settings.LANGUAGES
    ]
    assert ("/account/login/" in page, answer.cookies) == (False, {})
    with django_assert_num_queries(4):
        hub_of("steunkousen", "pl")


def test_a_subject_without_cards_has_no_hub(client: Client, linde: Organisation, topic: TopicPage) -> None:
    assert client.get("/nl/uitleg/steunkousen/").status_code == 404
    card = make_card(linde, topic=topic)
    assert client.get("/nl/uitleg/steunkousen/").status_code == 200
    topic.unpublish()
    assert client.get("/nl/uitleg/steunkousen/").status_code == 404
    topic.save_revision().publish()
    card.unpublish()
    assert client.get("/nl/uitleg/steunkousen/").status_code == 404


def test_a_card_that_is_kept_from_visitors_is_in_no_list(linde: Organisation, topic: TopicPage) -> None:
    card = make_card(linde, topic=topic)
    PageViewRestriction.objects.create(page=card.get_parent(), restriction_type=PageViewRestriction.LOGIN)

    assert cards_of(language="nl") == []
    assert hub_tiles("nl") == []


def test_the_home_page_leads_to_the_hubs(client: Client, linde: Organisation, topic: TopicPage) -> None:
    assert "/nl/uitleg/" not in client.get("/nl/").content.decode()

    make_card(linde, topic=topic)

    assert 'href="/nl/uitleg/"' in client.get("/nl/").content.decode()


@pytest.mark.parametrize("language", ["nl", "en", "tr", "pl", "ar", "uk"])
def test_no_page_for_caregivers_sets_a_cookie(
    client: Client, linde: Organisation, topic: TopicPage, language: str
) -> None:
    make_card(linde, topic=topic)

    answers = [client.get(f"/{language}/{path}") for path in ("uitleg/", "steunkousen/")]

    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(200, {}), (200, {})]
    assert "csrfmiddlewaretoken" not in "".join(answer.content.decode() for answer in answers)


def test_the_hubs_take_three_queries_however_many_there_are(
    linde: Organisation, topic: TopicPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        make_card(linde, title=f"Kaart {number}", topic=topic)

    with django_assert_num_queries(3):
        hub_tiles("nl")
