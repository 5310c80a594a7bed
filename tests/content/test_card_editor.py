"""Writing a card in the editor: what is refused, and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from content.models import InstructionPage, OrganisationPage
from content.services.translations import TranslationState, state_of
from content.services.workspaces import open_for_caregivers
from lxp.models import Organisation, Role
from tests.factories.cards import make_card, translate_card
from tests.factories.editor import encoded
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Organisation:
    return make_organisation("eigen")


@pytest.fixture
def client(own: Organisation) -> Client:
    client = Client()
    client.force_login(make_member(own, Role.PUBLISHER, language="en"))
    return client


def step(number: int = 1) -> tuple[str, dict[str, Any]]:
    picture = {"image": "", "alt_text": ""}
    value = {"title": f"Stap {number}", "text": "Doe dit.", "picture": picture, "audio": "", "film": ""}
    return "step", value


def form(steps: int = 1, **fields: Any) -> dict[str, Any]:
    values = {
        "title": "Een pleister plakken", "slug": "pleister", "intro": "Zo plakt u een pleister.", "core": "", "do": "",
        "dont": "", "call": "", "emergency": "", "words": "pleister\n\npliester", "minutes": "3", "topic": "",
        "review_on": "", "tried_by": "", "seen_by": "", "seen_on": "", "seo_title": "", "search_description": "",
        "go_live_at": "", "expire_at": "",
        "needs": streamfield([]), "check_questions": streamfield([]), "sources": streamfield([]),
        "words_in": streamfield([]),
        "steps": streamfield([step(number) for number in range(steps)]), "comments": inline_formset([]),
        "action-publish": "action-publish", **fields,
    }  # fmt: skip
    return nested_form_data(values)


def add(client: Client, organisation: Organisation, data: dict[str, Any]) -> HttpResponse:
    place = OrganisationPage.objects.get(organisation=organisation, locale__language_code="nl")
    return client.post(
        reverse("wagtailadmin_pages:add", args=["content", "instructionpage", place.pk]), **encoded(data)
    )


def test_a_card_is_written_and_published(client: Client, own: Organisation) -> None:
    response = add(client, own, form(steps=6, do="Was uw handen.\nNeem de tijd."))

    assert response.status_code == 302
    card = InstructionPage.objects.get()
    assert (card.live, card.organisation, card.short_name) == (True, own, "pleister")
    assert (card.words, card.do) == (["pleister", "pliester"], ["Was uw handen.", "Neem de tijd."])
    assert len(card.steps) == 6


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": "Een pleister op een kleine wond plakken"}, "Use at most six words in the title."),
        ({"steps": 11}, "maximum number of items is 10"),
        ({"do": "a\nb\nc\nd\ne"}, "At most 4 lines."),
        ({"core": "a\nb\nc\nd"}, "At most 3 lines."),
        ({"is_critical": "on"}, "A medical-critical card needs a source."),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"seen_by": "Els Jansen, wijkverpleegkundige"}, "Give both: who looked at it, and on which day."),
        ({"seen_on": "2026-11-02"}, "Give both: who looked at it, and on which day."),
        ({"seen_by": "Els Jansen", "seen_on": "2999-01-01"}, "This day is still to come."),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    client: Client, own: Organisation, data: dict[str, Any], words: str
) -> None:
    response = add(client, own, form(**data))

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not InstructionPage.objects.exists()


def test_who_writes_elsewhere_writes_no_card_here(client: Client) -> None:
    other = make_organisation("ander")

    response = add(client, other, form())

    assert response.status_code == 404
    assert not InstructionPage.objects.exists()


def test_the_card_of_another_organisation_is_not_there_to_change(client: Client) -> None:
    card = make_card(make_organisation("ander"))

    response = client.post(reverse("wagtailadmin_pages:edit", args=[card.pk]), **encoded(form()))

    assert response.status_code == 404
    card.refresh_from_db()
    assert card.title == "Een steunkous aantrekken"


def test_a_translation_asks_no_fact_twice(client: Client, own: Organisation) -> None:
    page = translate_card(make_card(own), "tr")

    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    assert 'name="intro"' in shown
    assert 'name="is_critical"' not in shown
    assert 'name="minutes"' not in shown


def test_a_translation_begins_as_the_source_that_it_was_made_of(own: Organisation) -> None:
    card = make_card(own)
    open_for_caregivers(organisation=own)

    page = card.copy_for_translation(Locale.objects.get(language_code="uk"))

    page = InstructionPage.objects.select_related("source").get(pk=page.pk)
    assert (page.source, page.made_of, page.live, page.short_name) == (card, card.text_digest, False, None)
    assert page.organisation == own
    assert state_of(page) == TranslationState.MISSING
    assert [each.id for each in page.steps] == [each.id for each in card.steps]


def test_the_first_language_goes_last(client: Client, own: Organisation) -> None:
    card = make_card(own)
    translate_card(card, "tr")

    response = client.post(reverse("wagtailadmin_pages:delete", args=[card.pk]), follow=True)

    assert "This card has translations." in response.content.decode()
    assert InstructionPage.objects.count() == 2
