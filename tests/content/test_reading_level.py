"""How hard a Dutch text reads, and that what is harder than B1 is not published without a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.models import InstructionPage
from content.reading_level import reading_of, sentences_of, syllables_of
from lxp.models import AuditEvent, Organisation, Role
from tests.content.test_card_editor import add, form
from tests.factories.cards import make_card
from tests.factories.people import make_member, make_organisation

EASY = "Was uw handen. Pak het gaas."
LONG = "De verpleegkundige die vandaag bij u langs komt kijkt eerst naar de wond en belt daarna de arts van de praktijk op."
HARD = "Verantwoordelijkheidsgevoel vereist organisatorische afstemmingsprocedures."


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("gaas", 1), ("medicijnen", 4), ("ruïne", 3), ("coördinatie", 5), ("verantwoordelijkheid", 6), ("nieuw", 1),
        ("draaien", 2), ("yoghurt", 2), ("patiënt", 3), ("eieren", 3), ("pyjama", 3), ("cm", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_vowels(word: str, number: int) -> None:
    assert syllables_of(word) == number


def test_a_line_without_a_full_stop_is_a_sentence() -> None:
    assert sentences_of(["Een wond", "Was hem. Droog hem!", "…"]) == ["Een wond", "Was hem.", "Droog hem!"]


@pytest.mark.parametrize(
    ("text", "score", "level", "is_allowed"),
    [
        (EASY, 114.2, "A2", True),
        (HARD, -258.9, "C1", False),
    ],
)
def test_a_text_has_a_score_and_a_level(text: str, score: float, level: str, is_allowed: bool) -> None:
    reading = reading_of([text])

    assert reading is not None
    assert (reading.score, reading.level, reading.is_allowed) == (score, level, is_allowed)


def test_long_sentences_are_named_and_one_hard_one_is_enough() -> None:
    reading = reading_of([EASY, LONG])

    assert reading is not None
    assert (reading.long, reading.hardest[0], reading.is_allowed) == ([LONG], LONG, False)
    assert reading_of(["...", ""]) is None


@pytest.fixture
def own(db: None) -> Organisation:
    return make_organisation("eigen")


def signed_in(organisation: Organisation, role: Role) -> Client:
    client = Client()
    client.force_login(make_member(organisation, role, language="en"))
    return client


def send(client: Client, organisation: Organisation, **fields: Any) -> str:
    return add(client, organisation, form(intro=LONG, **fields)).content.decode()


def test_what_is_harder_than_b1_is_not_published(own: Organisation) -> None:
    answer = send(signed_in(own, Role.PUBLISHER), own)

    assert "This text is harder than B1." in answer
    assert LONG in answer
    assert not InstructionPage.objects.exists()


def test_who_publishes_may_with_a_reason_that_is_kept(own: Organisation) -> None:
    send(signed_in(own, Role.PUBLISHER), own, reading_reason="De wet schrijft deze zin voor.")

    assert InstructionPage.objects.get().live
    event = AuditEvent.objects.get(action="card.published_harder")
    assert event.detail["reason"] == "De wet schrijft deze zin voor."


def test_what_became_harder_in_review_is_not_approved_from_a_list(own: Organisation) -> None:
    """Wagtail's lists approve the newest draft without the form of the page, which would ask for a reason."""
    add(signed_in(own, Role.AUTHOR), own, form(**{"action-publish": "", "action-submit": "action-submit"}))
    card = InstructionPage.objects.get()
    state = card.current_workflow_task_state
    card.intro = LONG
    card.save_revision()
    publisher = signed_in(own, Role.PUBLISHER)
    approve = reverse("wagtailadmin_pages:workflow_action", args=[card.pk, "approve", state.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[card.pk])

    answer = publisher.post(approve)
    dialogue = publisher.post(approve, headers={"X-Requested-With": "XMLHttpRequest"})

    assert (answer["Location"], dialogue.json()) == (edit, {"step": "success", "redirect": edit})
    assert LONG in publisher.get(edit).content.decode()
    card.refresh_from_db()
    assert (card.live, card.workflow_in_progress) == (False, True)

    card.intro = EASY
    card.save_revision()
    publisher.post(approve)
    card.refresh_from_db()
    assert (card.live, card.intro) == (True, EASY)


def test_several_cards_are_published_together_only_where_each_may_be(own: Organisation) -> None:
    easy, hard = make_card(own, title="Makkelijk", slug="makkelijk"), make_card(own, title="Moeilijk", slug="moeilijk")
    hard.intro = LONG
    hard.save_revision()
    for card in (easy, hard):
        card.unpublish()
    publisher, place = signed_in(own, Role.PUBLISHER), hard.get_parent()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    publisher.post(f"{bulk}?id={easy.pk}&id={hard.pk}&next=/admin/")
    publisher.post(f"{bulk}?id={place.pk}&next=/admin/", {"include_descendants": "on"})
    assert not InstructionPage.objects.live().exists()
    assert "Moeilijk: This text is harder than B1." in publisher.get("/admin/").content.decode()

    publisher.post(f"{bulk}?id={easy.pk}&next=/admin/")
    assert list(InstructionPage.objects.live()) == [easy]


def test_what_somebody_writes_is_measured_and_not_stored(own: Organisation) -> None:
    client, address = signed_in(own, Role.AUTHOR), reverse("content_editor:read")

    answer = client.post(address, {"text": [EASY, LONG]}).json()
    assert (answer["long"], answer["is_fine"]) == ([LONG], False)
    assert "This text reads at level" in answer["words"]
    assert "It is too hard to publish: a sentence has at most 20 words" in answer["words"]
    easy = client.post(address, {"text": EASY}).json()
    assert (easy["is_fine"], "too hard" in easy["words"]) == (True, False)
    assert client.post(address).json() == {"words": "Nothing to read yet.", "long": [], "is_fine": True}
    assert not InstructionPage.objects.exists()
    assert signed_in(own, Role.ASSESSOR).post(address, {"text": EASY}).status_code == 403


def test_an_author_has_no_reason_but_may_write_on(own: Organisation) -> None:
    client = signed_in(own, Role.AUTHOR)
    reason = {"reading_reason": "Daarom.", "action-publish": ""}

    refused = send(client, own, **reason, **{"action-submit": "action-submit"})
    assert "Or ask who publishes" in refused
    assert not InstructionPage.objects.exists()

    send(client, own, **reason)
    card = InstructionPage.objects.get()
    assert (card.live, card.intro) == (False, LONG)
    opened = client.get(reverse("wagtailadmin_pages:edit", args=[card.pk])).content.decode()
    assert "Sentences of more than 15 words:" in opened
    assert "This text reads at level" in opened
