"""What was on a phone goes into an account only because its owner says so, and nobody else sees it there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from content.exceptions import CardError
from content.models import KeptCard
from content.services.kept_cards import export_parts, forget, keep_cards, kept_by
from lxp.models import Organisation, User
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
DONE = date(2026, 11, 3)


@pytest.fixture
def linde() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def person(linde: Organisation) -> User:
    return make_member(linde, language="nl")


def test_a_card_is_kept_once_with_the_day_on_which_it_was_done(linde: Organisation, person: User) -> None:
    card = make_card(linde)
    name = str(card.short_name)

    keep_cards(person=person, cards={name: None})
    keep_cards(person=person, cards={name: DONE})
    keep_cards(person=person, cards={name: DONE + timedelta(days=9)})

    assert list(KeptCard.objects.values_list("person", "card", "done_on")) == [(person.pk, card.pk, DONE)]


def test_a_clock_that_runs_ahead_is_today(linde: Organisation, person: User) -> None:
    name = str(make_card(linde).short_name)

    keep_cards(person=person, cards={name: timezone.localdate() + timedelta(days=400)})

    assert KeptCard.objects.get().done_on == timezone.localdate()


def test_it_is_read_in_the_language_of_its_reader(linde: Organisation, person: User) -> None:
    card = make_card(linde)
    english = translate_card(card, "en")
    keep_cards(person=person, cards={str(card.short_name): None})

    assert [each.card for each in kept_by(person=person, language="en")] == [english]
    card.unpublish()
    assert kept_by(person=person, language="en") == []


def test_what_is_not_there_is_not_kept(linde: Organisation, person: User) -> None:
    card = make_card(linde)
    card.unpublish()

    with pytest.raises(CardError):
        keep_cards(person=person, cards={str(card.short_name): None, "nergens": None})

    assert not KeptCard.objects.exists()


def test_nothing_goes_before_a_button_is_pushed(client: Client, linde: Organisation, person: User) -> None:
    card = make_card(linde)
    client.force_login(person)

    assert client.get("/mijn/uitleg/").status_code == 200
    assert client.get(f"/mijn/uitleg/?card={card.short_name}").status_code == 200
    assert not KeptCard.objects.exists()

    client.post("/mijn/uitleg/", {"card": [card.short_name, "nergens"], f"klaar-{card.short_name}": "2026-11-03"})
    assert list(KeptCard.objects.values_list("card", "done_on")) == [(card.pk, DONE)]
    assert "Gedaan op" in client.get("/mijn/uitleg/").content.decode()

    client.post("/mijn/uitleg/", {"drop": card.short_name})
    assert not KeptCard.objects.exists()


@pytest.mark.parametrize("day", ["", "gisteren", "2026-13-01", "\x00"])
def test_a_day_that_is_none_is_left_out(client: Client, linde: Organisation, person: User, day: str) -> None:
    card = make_card(linde)
    client.force_login(person)

    client.post("/mijn/uitleg/", {"card": card.short_name, f"klaar-{card.short_name}": day})

    assert KeptCard.objects.get().done_on is None


def test_a_visitor_is_asked_to_sign_in_and_leaves_nothing(client: Client, linde: Organisation) -> None:
    card = make_card(linde)

    response = client.post("/mijn/uitleg/", {"card": card.short_name})

    assert response["Location"] == "/account/login/?next=/mijn/uitleg/"
    assert not KeptCard.objects.exists()


def test_who_else_works_there_sees_nothing_of_it(client: Client, linde: Organisation, person: User) -> None:
    card = make_card(linde)
    keep_cards(person=person, cards={str(card.short_name): DONE})
    client.force_login(make_member(linde, "administrator", "publisher", "coordinator", language="nl"))

    assert card.title not in client.get("/mijn/uitleg/").content.decode()
    client.post("/mijn/uitleg/", {"drop": card.short_name})
    assert KeptCard.objects.filter(person=person).count() == 1


def test_it_is_in_the_copy_of_a_person_and_goes_with_them(linde: Organisation, person: User) -> None:
    card = make_card(linde)
    keep_cards(person=person, cards={str(card.short_name): DONE})
    keep_cards(person=make_member(linde), cards={str(card.short_name): None})

    (part,) = export_parts(person=person)
    assert [(row["card__title"], row["done_on"]) for row in part.settled().rows] == [(card.title, "2026-11-03")]

    forget(person=person)
    assert list(KeptCard.objects.values_list("done_on", flat=True)) == [None]
