"""How a card stands in each language: what follows from its texts, and from whom somebody named checked."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from content.api import card_in, cards_of
from content.exceptions import CardError
from content.models import InstructionPage, OrganisationPage
from content.services.translations import (
    TranslationState,
    confirm_translation,
    follow_source,
    states_of,
    withdraw_check,
)
from lxp.models import AuditEvent, Role, User
from tests.factories.cards import change_card, make_card, step_data, translate_card
from tests.factories.people import make_member, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SOURCES = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]


@pytest.fixture
def publisher() -> User:
    return make_member(make_organisation("linde"), Role.PUBLISHER)


@pytest.fixture
def card(publisher: User) -> InstructionPage:
    return make_card(publisher.organisations[0])


@pytest.fixture
def critical(publisher: User) -> InstructionPage:
    return make_card(publisher.organisations[0], title="Een wond spoelen", is_critical=True, sources=SOURCES)


def states(card: InstructionPage) -> dict[str, str]:
    (found,) = states_of(keys=[card.translation_key])
    return {code: str(each.state) for code, each in found.languages.items()}


def check(page: InstructionPage, by: User) -> InstructionPage:
    source = InstructionPage.objects.get(pk=page.source_id)
    return confirm_translation(page_id=page.pk, by=by, text=page.text_digest, source_text=source.text_digest)


def test_each_language_has_a_state(card: InstructionPage, publisher: User) -> None:
    translate_card(card, "tr")
    check(translate_card(card, "pl"), publisher)

    assert states(card) == {
        "nl": "in_order",
        "en": "missing",
        "tr": "unchecked",
        "pl": "in_order",
        "ar": "missing",
        "uk": "missing",
    }


def test_a_change_of_the_source_is_seen_at_once(card: InstructionPage, publisher: User) -> None:
    check(translate_card(card, "tr"), publisher)
    translate_card(card, "ar")

    change_card(card, steps=[step_data(text="Het been ligt hoog.")])

    assert {code: state for code, state in states(card).items() if state != "missing"} == {
        "nl": "in_order",
        "tr": "behind",
        "ar": "behind",
    }


def test_a_draft_of_the_source_changes_nothing_yet(card: InstructionPage) -> None:
    translate_card(card, "tr")
    card.intro = "Zo doet u het."

    card.save_revision()

    assert states(card)["tr"] == "unchecked"


@pytest.mark.parametrize("fields", [{"minutes": 9}, {"words": ["kous"]}, {"tried_by": "Twee mantelzorgers"}])
def test_what_is_no_text_asks_for_no_translation(card: InstructionPage, fields: dict[str, object]) -> None:
    translate_card(card, "tr")

    change_card(card, **fields)

    assert states(card)["tr"] == "unchecked"


def test_another_text_of_the_translation_is_checked_by_nobody(card: InstructionPage, publisher: User) -> None:
    page = translate_card(card, "tr")
    check(page, publisher)

    changed = change_card(page, intro="Başka.")

    assert states(card)["tr"] == "unchecked"
    assert (changed.checked_by, changed.is_checked) == (publisher, False)


def test_publishing_what_was_written_before_the_check_takes_no_check_back(
    card: InstructionPage, publisher: User
) -> None:
    page = translate_card(card, "tr")
    revision = page.save_revision()
    check(page, publisher)

    revision.publish()

    assert states(card)["tr"] == "in_order"


def test_bringing_a_translation_up_to_date_is_no_check(card: InstructionPage, publisher: User) -> None:
    page = translate_card(card, "tr")
    check(page, publisher)
    change_card(card, intro="Zo doet u het.")

    follow_source(page_id=page.pk, by=publisher)

    assert states(card)["tr"] == "unchecked"


def test_a_check_says_who_and_of_which_text(card: InstructionPage, publisher: User) -> None:
    page = translate_card(card, "tr")

    checked = check(page, publisher)

    assert (checked.checked_by, checked.checked_text, checked.made_of) == (
        publisher,
        page.text_digest,
        card.text_digest,
    )
    event = AuditEvent.objects.get(action="card.checked")
    assert (event.actor, event.detail) == (publisher, {"text": page.text_digest, "source": card.text_digest})


def test_a_text_that_changed_while_somebody_read_is_not_confirmed(card: InstructionPage, publisher: User) -> None:
    page = translate_card(card, "tr")
    change_card(card, intro="Zo doet u het.")

    with pytest.raises(CardError, match="changed while you were reading"):
        confirm_translation(page_id=page.pk, by=publisher, text=page.text_digest, source_text=card.text_digest)

    assert states(card)["tr"] == "behind"
    assert not AuditEvent.objects.filter(action="card.checked").exists()


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.ADMINISTRATOR])
def test_only_who_publishes_may_confirm(card: InstructionPage, role: Role) -> None:
    page = translate_card(card, "tr")

    with pytest.raises(PermissionDenied):
        check(page, make_member(card.organisation, role))

    assert states(card)["tr"] == "unchecked"


def test_a_publisher_of_another_organisation_may_not_confirm(card: InstructionPage) -> None:
    page = translate_card(card, "tr")

    with pytest.raises(PermissionDenied):
        check(page, make_member(make_organisation("esdoorn"), Role.PUBLISHER))

    assert states(card)["tr"] == "unchecked"


def test_the_source_itself_has_nothing_to_confirm(card: InstructionPage, publisher: User) -> None:
    with pytest.raises(CardError, match="nothing to compare"):
        confirm_translation(page_id=card.pk, by=publisher, text=card.text_digest, source_text=card.text_digest)


def test_a_critical_card_is_offered_only_while_somebody_checked_it(critical: InstructionPage, publisher: User) -> None:
    page = translate_card(critical, "tr")
    key = critical.translation_key

    def offered() -> str:
        card = card_in(key, "tr")
        assert card is not None
        return card.language

    assert offered() == "nl"
    check(page, publisher)
    assert offered() == "tr"
    withdraw_check(page_id=page.pk, by=publisher)
    assert offered() == "nl"
    check(page, publisher)
    change_card(critical, intro="Zo spoelt u een wond.")
    assert offered() == "nl"


def test_another_card_is_offered_without_a_check(card: InstructionPage, critical: InstructionPage) -> None:
    translate_card(card, "tr", title="Varis çorabı giymek")
    translate_card(critical, "tr", title="Yara yıkamak")

    assert [(page.title, page.language) for page in cards_of(language="tr")] == [
        ("Een wond spoelen", "nl"),
        ("Varis çorabı giymek", "tr"),
    ]


def test_no_translation_outlives_its_source(card: InstructionPage) -> None:
    translate_card(card, "tr")

    card.unpublish()

    assert cards_of(language="tr") == []
    assert card_in(card.translation_key, "tr") is None


def test_a_list_of_cards_costs_one_query(
    card: InstructionPage, critical: InstructionPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    translate_card(card, "tr")

    with django_assert_num_queries(1):
        assert [page.facts.title for page in cards_of(language="tr", organisations=[card.organisation])] == [
            "Een steunkous aantrekken",
            "Een wond spoelen",
        ]


def test_a_copy_of_a_card_is_a_card_of_its_own(critical: InstructionPage) -> None:
    copied = critical.copy(update_attrs={"slug": "nog-een", "title": "Nog een wond spoelen"})

    assert copied.translation_key != critical.translation_key
    assert (copied.source_id, copied.short_name) == (None, "een-wond-spoelen-2")


def test_who_vouched_for_a_card_did_not_vouch_for_its_copy(critical: InstructionPage) -> None:
    said = {"tried_by": "Twee mantelzorgers", "seen_by": "Els Jansen", "seen_on": date(2026, 11, 2)}
    change_card(critical, **said)
    translated = translate_card(critical, "tr")

    for page, slug in ((InstructionPage.objects.get(pk=critical.pk), "nog-een"), (translated, "kopya")):
        copied = page.copy(update_attrs={"slug": slug})
        for each in (InstructionPage.objects.get(pk=copied.pk), copied.get_latest_revision_as_object()):
            assert [getattr(each, name) for name in said] == ["", "", None]


def test_a_card_that_is_moved_belongs_to_its_new_place(card: InstructionPage) -> None:
    esdoorn = make_organisation("esdoorn")

    card.move(OrganisationPage.objects.get(organisation=esdoorn, locale__language_code="nl"), pos="last-child")

    assert InstructionPage.objects.get(pk=card.pk).organisation == esdoorn


def test_a_translation_that_is_copied_stays_critical(critical: InstructionPage, publisher: User) -> None:
    page = translate_card(critical, "tr")
    check(page, publisher)

    copied = InstructionPage.objects.get(pk=page.copy(update_attrs={"slug": "kopya"}).pk)

    assert (copied.source_id, copied.is_critical, copied.checked_at) == (None, True, None)
    assert [source["value"]["title"] for source in copied.sources.raw_data] == ["Thuisarts"]


def test_a_critical_card_without_a_source_is_refused(publisher: User) -> None:
    with pytest.raises(ValidationError, match="needs a source"):
        make_card(publisher.organisations[0], is_critical=True)

    assert not InstructionPage.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": "Een lange steunkous aantrekken in de ochtend"}, "at most six words"),
        ({"core": ["a", "b", "c", "d"]}, "At most 3 lines"),
        ({"do": list("abcde")}, "At most 4 lines"),
        ({"dont": ["x" * 201]}, "is too long"),
    ],
)
def test_what_is_too_much_is_refused(publisher: User, fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        make_card(publisher.organisations[0], **fields)

    assert not InstructionPage.objects.exists()


def test_the_database_knows_no_half_check(card: InstructionPage, publisher: User) -> None:
    page = translate_card(card, "tr")

    with pytest.raises(IntegrityError), transaction.atomic():
        InstructionPage.objects.filter(pk=page.pk).update(checked_by=publisher)

    assert states(card)["tr"] == TranslationState.UNCHECKED
