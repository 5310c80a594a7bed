"""Handing over a set: without a name in it, in the family's language, until a day; and nothing kept of a visit but a number."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lxp import plugin_manager
from lxp.models import Role, User
from plugins.volunteers.models import CardSet
from plugins.volunteers.services.card_sets import end_set, hand_over
from plugins.volunteers.views import card_sets
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_member, make_organisation
from tests.plugins.volunteers.circle import Circle, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
COMPOSE = "/p/volunteers/meegeven/"


@pytest.fixture
def nurse(circle: Circle) -> User:
    return make_member(circle.organisation, first_name="Noor", last_name="Verpleegkundige")


def make_set(circle: Circle, nurse: User, *others: Any, **fields: Any) -> CardSet:
    keys = [each.translation_key for each in (circle.card, *others)]
    values = {"phone": "045 555 12 34", "ends_on": timezone.localdate() + timedelta(days=7), **fields}
    return hand_over(organisation=circle.organisation, by=nurse, cards=keys, **values)


def address_of(card_set: CardSet) -> str:
    return f"/i/set/{card_set.token}/"


def rows_of_everything() -> dict[str, list[Any]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.managed
    }


def test_one_page_and_one_button_make_a_set_with_the_number_of_the_organisation(circle: Circle, nurse: User) -> None:
    client = signed_in(nurse)
    form = client.get(COMPOSE).context["form"]
    assert form["phone"].value() == "045 555 12 34"
    sent = {"cards": [str(circle.card.translation_key)], "phone": form["phone"].value(), "occasion": "home"}
    answer = client.post(COMPOSE, {**sent, "ends_on": form["ends_on"].value().isoformat(), "maak": "1"}, follow=True)
    made = CardSet.objects.get()
    assert (made.made_by, made.organisation, made.opened) == (nurse, circle.organisation, 0)
    assert f"http://testserver/i/set/{made.token}/" in answer.content.decode()


def test_a_card_of_a_set_is_shared_with_its_number_and_the_set_in_every_language(circle: Circle, nurse: User) -> None:
    made, visitor = make_set(circle, nurse), Client()
    translate_card(circle.card, "tr")
    card = visitor.get(circle.card.address_in("nl"), {"set": made.token}).content.decode()

    link = f"/i/{circle.card.short_name}/?set={made.token}"
    assert f'data-url="http://testserver{link}"' in card
    led_to = visitor.get(link, headers={"Accept-Language": "tr"})["Location"]
    assert led_to.startswith("/tr/")
    assert led_to.endswith(f"?set={made.token}")
    assert "set=" not in visitor.get(f"/i/{circle.card.short_name}/?set=nergens")["Location"]
    assert f'data-url="http://testserver{address_of(made)}"' in visitor.get(address_of(made)).content.decode()


def test_searching_keeps_what_was_ticked_and_what_was_filled_in(circle: Circle, nurse: User) -> None:
    make_card(circle.organisation, title="Een steunkous", slug="steunkous", words=["dikke benen"])
    ticked = str(circle.card.translation_key)
    page = signed_in(nurse).post(COMPOSE, {"cards": [ticked], "q": "dikke benen", "phone": "112233445", "zoek": "1"})
    assert [card.title for card, _languages in page.context["cards"]] == ["Iemand optillen maasdal", "Een steunkous"]
    assert page.context["ticked"] == {circle.card.translation_key}
    assert page.context["form"]["phone"].value() == "112233445"
    assert not CardSet.objects.exists()


def test_a_search_that_finds_nothing_says_so_and_keeps_what_was_ticked(circle: Circle, nurse: User) -> None:
    sent = {"cards": [str(circle.card.translation_key)], "q": "zzzxq", "zoek": "1"}
    page = signed_in(nurse).post(COMPOSE, sent)
    assert [card.title for card, _languages in page.context["cards"]] == ["Iemand optillen maasdal"]
    assert "No card was found. Try another word." in page.content.decode()


def test_who_chooses_sees_in_which_languages_a_card_is_and_how_many_more_there_are(
    circle: Circle, nurse: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    translate_card(circle.card, "tr")
    sources = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]
    unchecked = make_card(circle.organisation, title="Medicijnen", slug="pillen", is_critical=True, sources=sources)
    translate_card(unchecked, "tr")
    page = signed_in(nurse).get(COMPOSE)
    assert {card.title: languages for card, languages in page.context["cards"]} == {
        "Iemand optillen maasdal": "Nederlands, Türkçe",
        "Medicijnen": "Nederlands",
    }
    assert page.context["more"] == 0
    monkeypatch.setattr(card_sets, "SHOWN_CARDS", 1)
    shown = signed_in(nurse).get(COMPOSE)
    assert len(shown.context["cards"]) == 1
    assert "There is 1 more card. Search it with a word." in shown.content.decode()
    searched = signed_in(nurse).get(f"{COMPOSE}?q=medicijnen iemand").content.decode()
    assert "Search it with a word." not in searched


@pytest.mark.parametrize(
    "wrong",
    [
        {"cards": []},
        {"phone": "mevrouw Jansen, kamer 12"},
        {"ends_on": "2020-01-01"},
        {"ends_on": "2999-01-01"},
        {"occasion": "anders"},
    ],
)
def test_a_set_that_is_not_right_is_refused_and_takes_no_free_text(
    circle: Circle, nurse: User, wrong: dict[str, Any]
) -> None:
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    sent = {"cards": [str(circle.card.translation_key)], "phone": "045 555 12 34", "ends_on": day, "occasion": "home"}
    assert signed_in(nurse).post(COMPOSE, {**sent, **wrong}).status_code == 422
    assert not CardSet.objects.exists()


def test_a_visit_sets_no_cookie_and_changes_one_number_and_nothing_else(circle: Circle, nurse: User) -> None:
    card_set = make_set(circle, nurse)
    before = rows_of_everything()
    for _visit in range(2):
        page = Client().get(address_of(card_set), headers={"accept-language": "tr"})
        assert page.status_code == 200
        assert not page.cookies
    assert Client().get(f"{address_of(card_set)}nl/print/").status_code == 200
    Client().head(address_of(card_set))
    after = rows_of_everything()
    assert [label for label in before if before[label] != after[label]] == ["volunteers.CardSet"]
    card_set.refresh_from_db()
    assert card_set.opened == 2


def test_a_set_opens_in_the_language_of_the_telephone_and_the_choice_stays_in_the_address(
    circle: Circle, nurse: User
) -> None:
    translate_card(circle.card, "tr", title="Kaldirmak")
    card_set = make_set(circle, nurse)
    turkish = Client().get(address_of(card_set), headers={"accept-language": "tr-TR,tr;q=0.9"}).content.decode()
    assert 'lang="tr"' in turkish
    assert "Kaldirmak" in turkish
    assert f'href="/i/set/{card_set.token}/ar/"' in turkish
    arabic = Client().get(f"{address_of(card_set)}ar/", headers={"accept-language": "tr"}).content.decode()
    assert 'dir="rtl"' in arabic
    assert "Iemand optillen maasdal" in arabic
    assert Client().get(f"{address_of(card_set)}xx/").status_code == 404


@pytest.mark.parametrize("how", ["ended", "expired"])
def test_a_link_that_ended_gives_a_kind_page_with_the_number(circle: Circle, nurse: User, how: str) -> None:
    card_set = make_set(circle, nurse)
    if how == "ended":
        address = reverse("volunteers:set_end", args=[card_set.uuid])
        assert signed_in(nurse).post(address).status_code == 302
    else:
        CardSet.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    page = Client().get(f"{address_of(card_set)}en/")
    assert page.status_code == 410
    assert "045 555 12 34" in page.content.decode()
    assert "Iemand optillen" not in page.content.decode()
    card_set.refresh_from_db()
    assert card_set.opened == 0


def test_an_unknown_link_and_a_plugin_that_is_off_look_the_same(circle: Circle, nurse: User) -> None:
    card_set = make_set(circle, nurse)
    plugin_manager.switch(plugin="volunteers", organisation=circle.organisation, on=False, by=None)
    known, unknown = Client().get(address_of(card_set)), Client().get("/i/set/onbekend/")
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert known.content.decode().replace(card_set.token, "onbekend") == unknown.content.decode()


def test_a_withdrawn_card_is_in_no_set_any_more(circle: Circle, nurse: User) -> None:
    other = make_card(circle.organisation, title="Een steunkous", slug="steunkous")
    card_set = make_set(circle, nurse, other)
    circle.card.unpublish()
    page = Client().get(f"{address_of(card_set)}nl/").content.decode()
    assert "Een steunkous" in page
    assert "Iemand optillen" not in page


def test_paper_has_each_card_with_its_steps_its_code_and_the_number(circle: Circle, nurse: User) -> None:
    card_set = make_set(circle, nurse, make_card(circle.organisation, title="Een steunkous", slug="steunkous"))
    page = Client().get(f"{address_of(card_set)}nl/print/").content.decode()
    assert (page.count('<article class="sheet'), page.count('class="qr"'), page.count("045 555 12 34")) == (2, 2, 2)
    assert "Het been ligt op een stoel." in page


def test_a_set_and_its_paper_say_what_is_not_in_the_language_or_was_not_checked(circle: Circle, nurse: User) -> None:
    translate_card(circle.card, "tr")
    made = make_set(circle, nurse, make_card(circle.organisation, title="Lopen met een rollator"))

    shown = Client().get(f"{address_of(made)}tr/").content.decode()
    paper = Client().get(f"{address_of(made)}tr/print/").content.decode()

    states = re.findall(r'<small class="tag tag--plain">([^<]+)</small>', shown)
    assert states == ["Henüz bir insan kontrol etmedi", "Flemenkçe dilinde"]
    assert paper.count("Otomatik çevrildi. Henüz bir insan kontrol etmedi.") == 1
    assert (shown.count("huisartsenpost</bdi>"), paper.count("huisartsenpost</bdi>")) == (1, 2)


def test_who_made_it_sees_how_often_it_was_opened_and_nobody_else_sees_it(circle: Circle, nurse: User) -> None:
    card_set = make_set(circle, nurse)
    Client().get(address_of(card_set))
    address = reverse("volunteers:set", args=[card_set.uuid])
    assert "Opened 1 time." in signed_in(nurse).get(address).content.decode()
    assert signed_in(make_member(circle.organisation, Role.ADMINISTRATOR)).get(address).status_code == 404
    assert signed_in(circle.volunteer).get(COMPOSE).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_set_costs_a_visitor_the_same_queries_for_any_number_of_cards(
    circle: Circle, nurse: User, count: int
) -> None:
    others = [make_card(circle.organisation, title=f"Kaart {n}", slug=f"kaart-{n}") for n in range(count - 1)]
    card_set = make_set(circle, nurse, *others)
    Client().get(address_of(card_set))
    with CaptureQueriesContext(connection) as queries:
        Client().get(address_of(card_set))
    assert len([each for each in queries if "SAVEPOINT" not in each["sql"]]) == 4


def test_a_card_of_a_set_is_of_who_gave_it_in_every_language_and_on_paper(circle: Circle, nurse: User) -> None:
    elsewhere = make_card(make_organisation(name="Elders", care_phone="046 111 22 33"), call=["Het bloedt."])
    translate_card(elsewhere, "ar", call=["Het bloedt."])
    made = make_set(circle, nurse, elsewhere, phone="045 999 88 77")
    visitor = Client()
    (address,) = [link for _card, link, *_ in visitor.get(f"{address_of(made)}nl/").context["cards"]][1:]
    assert address.endswith(f"?set={made.token}")

    shown = visitor.get(address)
    assert "tel:+31459998877" in shown.content.decode()
    assert "046 111 22 33" not in shown.content.decode()
    assert shown.context["care"].name == circle.organisation.name
    arabic = {link.code: link.url for link in shown.context["language_links"]}["ar"]
    assert "tel:+31459998877" in visitor.get(arabic).content.decode()
    assert f"{address}" in visitor.get(f"{address_of(made)}nl/print/").context["cards"][1].address
    assert "046 111 22 33" in visitor.get(address.partition("?")[0]).content.decode()

    end_set(card_set=made, by=nurse)
    assert "tel:+31455551234" in visitor.get(address).content.decode()  # of the organisation, as the set is closed


def test_who_says_that_a_card_is_not_right_comes_back_to_the_number_of_who_gave_it(circle: Circle, nurse: User) -> None:
    made = make_set(circle, nurse, phone="045 999 88 77")
    visitor, address = Client(), circle.card.address_in("nl")
    said = {"card": circle.card.short_name or "", "language": "nl"}
    assert f'action="/tel/klopt-niet/?set={made.token}"' in visitor.get(address, {"set": made.token}).content.decode()

    answers = [visitor.post(f"/tel/klopt-niet/?set={token}", said)["Location"] for token in (made.token, "x")]

    assert answers == [f"{address}?set={made.token}&gemeld=1#klopt-niet", f"{address}?gemeld=1#klopt-niet"]
    assert "tel:+31459998877" in visitor.get(answers[0]).content.decode()


def test_a_forged_set_changes_nothing_of_a_card(circle: Circle, nurse: User) -> None:
    made, other = make_set(circle, nurse, phone="045 999 88 77"), make_card(circle.organisation, title="Vallen")
    visitor = Client()
    for card, token in ((circle.card, "x"), (circle.card, "\x00"), (circle.card, made.token[:-1]), (other, made.token)):
        answer = visitor.get(card.address_in("nl"), {"set": token})
        assert (answer.status_code, "045 999 88 77" in answer.content.decode()) == (200, False)


def test_where_the_plugin_is_off_a_card_is_of_who_wrote_it(circle: Circle, nurse: User) -> None:
    made = make_set(circle, nurse, phone="045 999 88 77")
    plugin_manager.switch(plugin="volunteers", organisation=circle.organisation, on=False, by=None)
    assert "045 999 88 77" not in Client().get(circle.card.address_in("nl"), {"set": made.token}).content.decode()


def test_a_closed_set_leads_to_the_explanations_in_the_same_language(circle: Circle) -> None:
    assert 'href="/tr/uitleg/"' in Client().get("/i/set/nergens/tr/").content.decode()


def test_who_hands_over_prints_in_each_language(circle: Circle, nurse: User) -> None:
    made = make_set(circle, nurse)
    page = signed_in(nurse).get(reverse("volunteers:set", args=[made.uuid])).content.decode()
    languages = re.findall(rf'href="/i/set/{made.token}/(\w+)/print/" lang="(\w+)"', page)
    assert languages == [(code, code) for code in ("nl", "en", "tr", "pl", "ar", "uk")]
