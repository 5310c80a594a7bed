"""The board of cards and languages, and its screens: checking a translation, keeping languages after a typing error."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content.exceptions import CardError
from content.models import InstructionPage
from content.services.translations import confirm_translation, states_of
from content.services.workspaces import place_in
from lxp.models import AuditEvent, Organisation, Role, User
from tests.factories.cards import change_card, make_card, step_data, translate_card
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
BOARD = "content_editor:board"
SOURCES = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]


@pytest.fixture
def own() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def publisher(own: Organisation) -> User:
    return make_member(own, Role.PUBLISHER, language="en", first_name="Paula", last_name="Prins")


@pytest.fixture
def client(publisher: User) -> Client:
    client = Client()
    client.force_login(publisher)
    return client


@pytest.fixture
def critical(own: Organisation) -> InstructionPage:
    return make_card(own, title="Een wond spoelen", intro="Zo spoelt u een wondt.", is_critical=True, sources=SOURCES)


def digests(page: InstructionPage) -> dict[str, str]:
    source = InstructionPage.objects.get(pk=page.source_id)
    return {"text": InstructionPage.objects.get(pk=page.pk).text_digest, "source_text": source.text_digest}


def states(card: InstructionPage) -> dict[str, str]:
    (found,) = states_of(keys=[card.translation_key])
    return {code: str(each.state) for code, each in found.languages.items() if each.state != "missing"}


def shown(client: Client, **asked: str) -> str:
    response = client.get(reverse(BOARD), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_the_board_shows_own_cards_with_a_way_to_what_each_language_needs(
    client: Client, critical: InstructionPage
) -> None:
    page = translate_card(critical, "tr")
    make_card(make_organisation("esdoorn"), title="Kaart van een ander")

    board = shown(client)

    assert "Een wond spoelen" in board
    assert "medical-critical" in board
    assert "Kaart van een ander" not in board
    assert reverse("content_editor:check", args=[page.pk]) in board
    assert board.count(reverse("simple_translation:submit_page_translation", args=[critical.pk])) == 4


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({"state": "unchecked"}, ["Een wond spoelen"]),
        ({"state": "missing", "language": "tr"}, ["Een kous"]),
        ({"state": "unchecked", "language": "pl"}, []),
        ({"state": "onzin"}, ["Een kous", "Een wond spoelen"]),
    ],
)
def test_the_board_is_filtered_by_state_and_language(
    client: Client, own: Organisation, critical: InstructionPage, asked: dict[str, str], titles: list[str]
) -> None:
    translate_card(critical, "tr", title="Yara")
    make_card(own, title="Een kous")

    board = shown(client, **asked)

    assert [title for title in ("Een kous", "Een wond spoelen") if title in board] == titles


def test_the_board_costs_the_same_whatever_there_is(client: Client, own: Organisation) -> None:
    translate_card(make_card(own), "tr")
    shown(client)
    with CaptureQueriesContext(
        connection,
    ) as few:
        shown(client)

    for number in range(4):
        translate_card(make_card(own, title=f"Kaart {number}"), "pl")
    with CaptureQueriesContext(connection) as many:
        shown(client)

    assert len(many) == len(few)


def test_a_translation_is_confirmed_with_a_name(client: Client, publisher: User, critical: InstructionPage) -> None:
    page = translate_card(critical, "ar")
    address = reverse("content_editor:check", args=[page.pk])
    screen = client.get(address).content.decode()
    assert 'lang="ar" dir="rtl"' in screen
    assert "I have read this text and it is right" in screen

    response = client.post(address, {**digests(page), "confirm": "1"})

    assert response.status_code == 302
    page.refresh_from_db()
    assert (page.checked_by, page.is_checked, states(critical)["ar"]) == (publisher, True, "in_order")
    assert "Checked by Paula Prins" in client.get(address).content.decode()

    client.post(address, {"withdraw": "1"})

    assert states(critical)["ar"] == "unchecked"


def test_what_changed_while_somebody_read_is_refused_and_marked(client: Client, critical: InstructionPage) -> None:
    page = translate_card(critical, "tr")
    read = digests(page)
    change_card(critical, intro="Zo spoelt u een wond.")

    response = client.post(reverse("content_editor:check", args=[page.pk]), {**read, "confirm": "1"})

    assert "The text changed while you were reading." in response.content.decode()
    assert '<del lang="nl">Zo spoelt u een wondt.</del>' in response.content.decode()
    assert states(critical)["tr"] == "behind"


def test_an_author_brings_a_text_up_to_date_but_does_not_check_it(own: Organisation, critical: InstructionPage) -> None:
    page = translate_card(critical, "tr")
    change_card(critical, intro="Zo spoelt u een wond.")
    client = Client()
    client.force_login(make_member(own, Role.AUTHOR, language="en"))
    address = reverse("content_editor:check", args=[page.pk])

    assert client.post(address, {**digests(page), "confirm": "1"}).status_code == 302
    assert states(critical)["tr"] == "behind"

    client.post(address, {"follow": "1"})
    assert states(critical)["tr"] == "unchecked"


def test_nobody_checks_a_critical_text_of_their_own(publisher: User, critical: InstructionPage) -> None:
    page = translate_card(critical, "tr")
    page.save_revision(user=publisher).publish()

    with pytest.raises(CardError, match=r"zelf|yourself"):
        confirm_translation(page_id=page.pk, by=publisher, **digests(page))

    assert states(critical)["tr"] == "unchecked"


def test_who_publishes_alone_hears_whom_to_ask(
    client: Client, own: Organisation, publisher: User, critical: InstructionPage
) -> None:
    page = translate_card(critical, "tr")
    page.save_revision(user=publisher).publish()
    address = reverse("content_editor:check", args=[page.pk])
    alone = "Ask a partner organisation"
    assert alone in client.get(address).content.decode()

    make_member(own, Role.PUBLISHER)
    shown = client.get(address).content.decode()
    assert alone not in shown
    assert "Ask somebody else who may publish" in shown


def test_a_typing_error_is_mended_without_losing_the_languages(
    client: Client, publisher: User, critical: InstructionPage
) -> None:
    colleague = make_member(critical.organisation, Role.PUBLISHER, first_name="Cees")
    pages = [translate_card(critical, code) for code in ("tr", "pl")]
    confirm_translation(page_id=pages[0].pk, by=colleague, **digests(pages[0]))
    change_card(critical, intro="Zo spoelt u een wond.")
    address = reverse("content_editor:keep", args=[critical.pk])
    screen = client.get(address).content.decode()
    assert "<del>Zo spoelt u een wondt.</del>" in screen
    assert "<ins>Zo spoelt u een wond.</ins>" in screen

    sent = {"page": [page.pk for page in pages], "source_text": digests(pages[0])["source_text"]}
    response = client.post(address, {**sent, **{f"text-{page.pk}": page.text_digest for page in pages}})

    assert response.status_code == 302
    assert states(critical) == {"nl": "in_order", "tr": "in_order", "pl": "unchecked"}
    pages[0].refresh_from_db()
    assert pages[0].checked_by == colleague
    assert AuditEvent.objects.filter(action="card.kept", actor=publisher).count() == 2


def test_a_language_that_changed_meanwhile_is_not_kept(client: Client, critical: InstructionPage) -> None:
    page = translate_card(critical, "tr")
    other = translate_card(critical, "pl")
    change_card(critical, steps=[step_data(text="Spoel met water.")])
    change_card(page, intro="Başka.")

    sent = {"page": [page.pk, other.pk], "source_text": digests(page)["source_text"]}
    texts = {f"text-{each.pk}": each.text_digest for each in (page, other)}
    response = client.post(reverse("content_editor:keep", args=[critical.pk]), {**sent, **texts})

    assert "The text changed while you were reading." in response.content.decode()
    assert states(critical) == {"nl": "in_order", "tr": "behind", "pl": "behind"}


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
def test_a_page_with_an_endless_number_is_no_page(client: Client, critical: InstructionPage, number: str) -> None:
    translate_card(critical, "tr")
    change_card(critical, intro="Zo spoelt u een wond.")

    response = client.post(reverse("content_editor:keep", args=[critical.pk]), {"page": [number]})

    assert "Choose at least one language." in response.content.decode()
    assert states(critical)["tr"] == "behind"


def test_a_translation_that_went_to_another_organisation_is_not_kept(client: Client, critical: InstructionPage) -> None:
    page = translate_card(critical, "tr")
    place = place_in(organisation=make_organisation("esdoorn").slug, language="tr")
    page.move(place, pos="last-child")
    change_card(critical, intro="Zo spoelt u een wond.")
    address = reverse("content_editor:keep", args=[critical.pk])
    assert str(page.title) not in client.get(address).content.decode()

    sent = {"page": [page.pk], f"text-{page.pk}": page.text_digest}
    client.post(address, {**sent, "source_text": digests(page)["source_text"]})

    assert states(critical)["tr"] == "behind"


@pytest.mark.parametrize("name", ["check", "keep"])
def test_cards_of_others_are_not_there(client: Client, name: str) -> None:
    card = make_card(make_organisation("esdoorn"))
    page = translate_card(card, "tr") if name == "check" else card

    address = reverse(f"content_editor:{name}", args=[page.pk])

    assert client.get(address).status_code == 404
    assert client.post(address, {"confirm": "1", "text": page.text_digest}).status_code == 404
    assert not AuditEvent.objects.filter(action__startswith="card.").exists()
