"""The page of a card: for everybody, in the reader's language, and nothing is kept of who reads it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from content.models import InstructionPage
from content.services.translations import confirm_translation
from lxp.models import Organisation, Role
from tests.factories.cards import make_card, step_data, translate_card
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
SOURCES = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]
CHECK = [
    {
        "type": "question",
        "id": "9d7b52a0-0000-4000-8000-000000000001",
        "value": {
            "prompt": "Wanneer trekt u de kous aan?",
            "options": [
                {"type": "item", "value": {"text": "In de avond", "right": False, "feedback": "Dan is het been dik."}},
                {"type": "item", "value": {"text": "In de ochtend", "right": True, "feedback": "Dan is het been dun."}},
            ],
        },
    }
]
QUERIES = 3  # the look-up of the page, the page, and its languages; one more for its pictures, one for its recordings


@pytest.fixture(autouse=True)
def an_empty_cache() -> None:
    cache.clear()


@pytest.fixture
def linde() -> Organisation:
    return make_organisation("linde", name="De Linde", care_phone="045 555 26 28", care_hours="Mo-Fr 08:00-17:00")


def text_of(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200, response.headers.get("Location")
    return response.content.decode()


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 - the names are the database's own
            counts[table] = cursor.fetchone()[0]
    return counts


def test_a_card_is_there_without_an_account(client: Client, linde: Organisation) -> None:
    make_card(linde, core=["Doe het in de ochtend."], call=["De tenen worden blauw."], emergency=["De ander stikt."])

    page = text_of(client, "/nl/linde/een-steunkous-aantrekken/")

    assert "Laat de ander zitten" in page
    assert 'href="tel:+31455552628"' in page
    assert 'href="tel:112"' in page
    assert "maandag tot en met vrijdag: van 08:00 tot 17:00" in page
    assert "Inloggen" not in page


def test_a_visit_leaves_no_trace(client: Client, linde: Organisation) -> None:
    card = make_card(linde, check_questions=CHECK)
    translate_card(card, "ar")
    before = rows()

    answers = [
        client.get("/", headers={"Accept-Language": "ar"}),
        client.get(f"/i/{card.short_name}/", headers={"Accept-Language": "ar"}),
        client.get("/ar/linde/een-steunkous-aantrekken-ar/"),
        client.get("/nl/linde/een-steunkous-aantrekken/?c1=a"),
        client.get("/i/nergens/"),
        client.get("/tr/nergens/"),
        client.get("/tr/uitleg/kaarten.json"),
        client.get(f"/i/{card.short_name}/?set=nergens"),
    ]

    assert [each.status_code for each in answers] == [302, 302, 200, 200, 404, 404, 200, 302]
    assert [list(each.cookies) for each in answers] == [[]] * 8
    assert rows() == before


def test_the_short_address_leads_to_the_language_of_the_telephone(client: Client, linde: Organisation) -> None:
    card = make_card(linde)
    translate_card(card, "tr")
    address = f"/i/{card.short_name}/"

    def led_to(languages: str) -> str:
        response = client.get(address, headers={"Accept-Language": languages})
        assert "Accept-Language" in response["Vary"]
        return str(response["Location"])

    assert led_to("tr-TR,tr;q=0.9,en;q=0.5") == "/tr/linde/een-steunkous-aantrekken-tr/"
    assert led_to("pl") == "/pl/linde/een-steunkous-aantrekken/"
    assert led_to("xx") == "/nl/linde/een-steunkous-aantrekken/"


def test_a_code_that_is_no_card_leads_to_the_subjects_in_the_language_of_the_telephone(
    client: Client, linde: Organisation
) -> None:
    response = client.get("/i/nergens/", headers={"Accept-Language": "tr"})
    page = response.content.decode()

    assert (response.status_code, response["Content-Language"], "Accept-Language" in response["Vary"]) == (
        404,
        "tr",
        True,
    )
    assert "Bu açıklama burada yok" in page
    assert ('href="/tr/uitleg/"' in page, 'href="/ar/uitleg/"' in page, "/account/login/" in page) == (
        True,
        True,
        False,
    )


def test_the_start_offers_the_language_of_the_telephone(client: Client) -> None:
    found = [client.get("/", headers={"Accept-Language": code})["Location"] for code in ("uk-UA", "ar-SY", "de")]

    assert found == ["/uk/", "/ar/", "/nl/"]


def test_a_language_that_is_not_there_shows_dutch_and_says_so(client: Client, linde: Organisation) -> None:
    make_card(linde)

    page = text_of(client, "/tr/linde/een-steunkous-aantrekken/")

    assert '<html lang="tr" dir="ltr"' in page
    assert "Sizin dilinizde henüz yok." in page
    assert re.search(r'<div class="flow" lang="nl" dir="ltr">\s*<h1>Een steunkous aantrekken</h1>', page)


def test_arabic_runs_from_right_to_left(client: Client, linde: Organisation) -> None:
    translate_card(make_card(linde), "ar", title="الجورب الضاغط")

    page = text_of(client, "/ar/linde/een-steunkous-aantrekken-ar/")

    assert '<html lang="ar" dir="rtl"' in page
    assert page.count("ترجمة آلية. لم يراجعها إنسان بعد.") == 2  # on the screen and on paper
    assert "الخطوة 1:" in page


def test_at_another_time_the_doctor_on_duty_is_called(client: Client, linde: Organisation) -> None:
    address = make_card(linde, call=["Het been is dik."]).address_in("nl")
    at_another_time = "Neemt niemand op en kan het niet wachten?"
    assert at_another_time in text_of(client, address)

    Organisation.objects.update(care_hours="24/7")
    cache.clear()

    page = text_of(client, address)
    assert at_another_time not in page
    assert "Dag en nacht neemt er iemand op." in page


def test_the_switch_names_each_language_in_itself(client: Client, linde: Organisation) -> None:
    translate_card(make_card(linde), "tr")

    page = text_of(client, "/pl/linde/een-steunkous-aantrekken/")

    links = re.findall(r'<li><a href="([^"]+)" lang="(\w\w)"[^>]*>([^<]+)</a></li>', page)
    assert links == [
        ("/nl/linde/een-steunkous-aantrekken/", "nl", "Nederlands"),
        ("/en/linde/een-steunkous-aantrekken/", "en", "English"),
        ("/tr/linde/een-steunkous-aantrekken-tr/", "tr", "Türkçe"),
        ("/pl/linde/een-steunkous-aantrekken/", "pl", "Polski"),
        ("/ar/linde/een-steunkous-aantrekken/", "ar", "العربية"),
        ("/uk/linde/een-steunkous-aantrekken/", "uk", "Українська"),
    ]


def test_the_address_of_dutch_leads_on_where_the_language_is_there(client: Client, linde: Organisation) -> None:
    translate_card(make_card(linde), "tr")

    response = client.get("/tr/linde/een-steunkous-aantrekken/")

    assert (response.status_code, response["Location"]) == (302, "/tr/linde/een-steunkous-aantrekken-tr/")


def test_a_critical_card_that_nobody_checked_is_in_dutch(client: Client, linde: Organisation) -> None:
    card = make_card(linde, is_critical=True, sources=SOURCES)
    page = translate_card(card, "tr")

    response = client.get("/tr/linde/een-steunkous-aantrekken-tr/")

    assert (response.status_code, response["Location"]) == (302, "/tr/linde/een-steunkous-aantrekken/")
    shown = text_of(client, "/tr/linde/een-steunkous-aantrekken/")
    assert "önce bir kişinin kontrol etmesi gerekiyor" in shown
    assert page.title not in shown


def test_a_check_is_seen_at_the_next_visit(client: Client, linde: Organisation) -> None:
    card = make_card(linde, is_critical=True, sources=SOURCES)
    page = translate_card(card, "tr")
    assert "Een steunkous" in text_of(client, "/tr/linde/een-steunkous-aantrekken/")
    publisher = make_member(linde, Role.PUBLISHER, first_name="Ayşe", last_name="Kaya")

    confirm_translation(page_id=page.pk, by=publisher, text=page.text_digest, source_text=card.text_digest)

    shown = text_of(client, "/tr/linde/een-steunkous-aantrekken-tr/")
    assert "Ayşe Kaya" in shown
    assert "Otomatik çevrildi" not in shown


def test_a_translation_of_a_card_that_was_taken_back_is_gone(client: Client, linde: Organisation) -> None:
    card = make_card(linde)
    translate_card(card, "tr")

    card.unpublish()

    assert client.get("/tr/linde/een-steunkous-aantrekken-tr/").status_code == 404


def test_no_page_holds_the_key_of_a_question(client: Client, linde: Organisation) -> None:
    make_card(linde, check_questions=CHECK)

    page = text_of(client, "/nl/linde/een-steunkous-aantrekken/")

    assert "In de ochtend" in page
    assert "Dan is het been dun." not in page
    assert "Dan is het been dik." not in page
    assert "answer--" not in page


@pytest.mark.parametrize(
    ("answer", "said", "kept_back"),
    [
        ("a", ["Nog niet. Probeer het nog eens.", "Dan is het been dik."], ["Dan is het been dun.", "Dat klopt."]),
        ("b", ["Dat klopt.", "Dan is het been dun."], ["Dan is het been dik.", "Nog niet."]),
        ("x", [], ["Dan is het been dun.", "Dan is het been dik.", "Dat klopt.", "Nog niet."]),
    ],
)
def test_the_server_judges_what_was_chosen(
    client: Client, linde: Organisation, answer: str, said: list[str], kept_back: list[str]
) -> None:
    make_card(linde, check_questions=CHECK)

    page = text_of(client, f"/nl/linde/een-steunkous-aantrekken/?c1={answer}")

    assert [words for words in said if words not in page] == []
    assert [words for words in kept_back if words in page] == []


def test_an_answer_is_not_kept_in_the_cache(client: Client, linde: Organisation) -> None:
    make_card(linde, check_questions=CHECK)

    response = client.get("/nl/linde/een-steunkous-aantrekken/?c1=a")

    assert response.is_public is False


def test_facts_are_those_of_the_first_language(client: Client, linde: Organisation) -> None:
    seen = {"seen_by": "Els Jansen, wijkverpleegkundige", "seen_on": date(2026, 11, 2)}
    told = {"review_on": date(2027, 9, 1), "tried_by": "Twee mantelzorgers", "sources": SOURCES, **seen}
    card = make_card(linde, minutes=7, **told)
    translate_card(card, "en")

    page = text_of(client, "/en/linde/een-steunkous-aantrekken-en/")

    assert "7 minutes" in page
    assert "Sept. 1, 2027" in page
    assert "Twee mantelzorgers" in page
    assert "Els Jansen" not in page  # she read no English
    own = text_of(client, "/nl/linde/een-steunkous-aantrekken/")
    assert 'Laatst bekeken door <bdi lang="nl">Els Jansen, wijkverpleegkundige</bdi> op 2 november 2026.' in own
    assert "Thuisarts" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_whatever_it_holds(
    client: Client, linde: Organisation, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    card = make_card(linde, steps=[step_data(number) for number in range(1, count + 1)], check_questions=CHECK)
    for code in ("tr", "ar", "pl")[:count]:
        translate_card(card, code)
    client.get("/nl/linde/een-steunkous-aantrekken/?c1=a")  # what is remembered for all pages

    with django_assert_num_queries(QUERIES):
        client.get("/nl/linde/een-steunkous-aantrekken/?c1=b")


def test_pictures_come_late(client: Client, linde: Organisation) -> None:
    make_card(linde)

    page = text_of(client, "/nl/linde/een-steunkous-aantrekken/")

    assert all('loading="lazy"' in image for image in re.findall(r"<img [^>]*>", page))
    assert "preload" not in page


def test_the_paper_leads_back_to_every_language(client: Client, linde: Organisation) -> None:
    translate_card(make_card(linde), "ar")

    page = text_of(client, "/ar/linde/een-steunkous-aantrekken-ar/")

    assert "<bdi>testserver/i/een-steunkous-aantrekken</bdi>" in page
    assert 'class="qr"' in page


def test_a_card_is_shared_by_a_link_that_has_no_language(client: Client, linde: Organisation) -> None:
    translate_card(make_card(linde), "ar")

    page = text_of(client, "/ar/linde/een-steunkous-aantrekken-ar/")

    assert 'data-url="http://testserver/i/een-steunkous-aantrekken/"' in page


def test_numbers_in_a_line_can_be_called(client: Client, linde: Organisation) -> None:
    make_card(linde, do=["Bel 113 of 0800-0113."], dont=["Bel geen 112."], emergency=["<b>Bel 112</b>"])

    page = text_of(client, "/nl/linde/een-steunkous-aantrekken/")

    assert re.findall(r'<a class="tel" href="tel:(\d+)"><bdi>', page) == ["113", "08000113", "112"]
    assert "&lt;b&gt;Bel <a" in page


def test_a_preview_of_a_draft_is_shown(linde: Organisation) -> None:
    card = make_card(linde)
    page = InstructionPage.objects.get(pk=card.pk)
    page.title = "Een kous uittrekken"

    response: Any = page.make_preview_request()

    assert response.status_code == 200
    assert "Een kous uittrekken" in response.content.decode()
