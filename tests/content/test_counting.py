"""Counting what readers need: one number is raised, nothing is kept of who raised it, and nobody can do more than that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from content.models import InstructionPage, MissedWord, NeedCount
from content.quarters import earlier, this_quarter
from content.services import card_search, counting
from content.services.card_search import CardIndex
from content.services.counting import countable_words, forget_old_counts
from lxp.models import Organisation
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_organisation
from tests.factories.simultaneous import at_once

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_day_in_the_fourth_quarter(monkeypatch: pytest.MonkeyPatch) -> Any:
    cache.clear()
    monkeypatch.setattr(card_search, "_kept", CardIndex())  # it knows cards by their times, which stand still here
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def linde() -> Organisation:
    return make_organisation("linde")


@pytest.fixture
def card(linde: Organisation) -> InstructionPage:
    return make_card(linde)


def tell(client: Client, headers: dict[str, str] | None = None, **sent: str) -> HttpResponse:
    answer = client.post("/tel/", {"language": "nl", **sent}, headers=headers)
    assert dict(answer.cookies) == {}
    return answer


def counts() -> dict[tuple[str, str, str], int]:
    return {(each.act, each.language, each.quarter): each.times for each in NeedCount.objects.all()}


def words() -> list[tuple[str, int]]:
    """The text that is kept, or "" where none is, and how often."""
    return sorted(MissedWord.objects.values_list("text", "times"))


def test_a_count_is_raised_by_card_act_language_and_quarter_and_nothing_else_is_kept(
    client: Client, card: InstructionPage
) -> None:
    answers = [tell(client, act="opened", card=card.short_name or "", language=code) for code in ("nl", "tr", "tr")]
    tell(client, act="failed", card=card.short_name or "")

    assert [each.status_code for each in answers] == [204, 204, 204]
    assert counts() == {("opened", "nl", "2026Q4"): 1, ("opened", "tr", "2026Q4"): 2, ("failed", "nl", "2026Q4"): 1}
    assert {field.name for field in NeedCount._meta.fields} == {"id", "card", "act", "language", "quarter", "times"}
    assert {field.name for field in MissedWord._meta.fields} == {"id", "language", "quarter", "mark", "times", "text"}


def test_the_languages_of_a_card_are_counted_with_the_card(client: Client, card: InstructionPage) -> None:
    translate_card(card, "ar")

    tell(client, act="printed", card=card.short_name or "", language="ar")

    assert NeedCount.objects.get().card == card


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"act": "opened", "card": "nergens"}, 404),
        ({"act": "opened", "card": ""}, 404),
        ({"act": "bought"}, 404),
        ({}, 404),
        ({"act": "opened", "language": "de"}, 404),
        ({"act": "opened", "language": "nl\x00"}, 204),
        ({"act": "missed", "words": ""}, 404),
        ({"act": "missed", "words": "zzzzzz", "language": "de"}, 404),
        ({"act": "opened", "words": "x" * 2000}, 413),
    ],
)
def test_what_is_not_there_is_refused_and_counts_nothing(
    client: Client, card: InstructionPage, sent: dict[str, str], status: int
) -> None:
    answer = tell(client, **{"card": card.short_name or "", **sent})

    assert answer.status_code == status
    assert (sum(counts().values()), words()) == (int(status == 204), [])


def test_a_card_that_was_withdrawn_is_not_counted(client: Client, card: InstructionPage) -> None:
    card.unpublish()

    assert tell(client, act="opened", card=card.short_name or "").status_code == 404
    assert counts() == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Sec-GPC": "1"}, 204), ({"DNT": "1"}, 204), ({"Sec-Fetch-Site": "cross-site"}, 403)],
)
def test_who_asks_not_to_be_followed_and_who_comes_from_another_site_is_not_counted(
    client: Client, card: InstructionPage, headers: dict[str, str], status: int
) -> None:
    assert tell(client, headers, act="opened", card=card.short_name or "").status_code == status
    assert counts() == {}


def test_only_a_post_counts(client: Client) -> None:
    assert [client.get(address).status_code for address in ("/tel/", "/tel/klopt-niet/")] == [405, 405]


def test_too_many_at_once_are_refused(client: Client, card: InstructionPage, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"count_need": "2/m/ip"}

    answers = [tell(client, act="opened", card=card.short_name or "").status_code for _time in range(3)]

    assert answers == [204, 204, 429]
    assert counts() == {("opened", "nl", "2026Q4"): 2}


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_where_readers_come_at_the_same_time(card: InstructionPage) -> None:
    def read() -> int:
        return tell(Client(), act="opened", card=card.short_name or "").status_code

    assert at_once([read] * 4) == [204] * 4
    assert counts() == {("opened", "nl", "2026Q4"): 4}


def test_the_button_works_without_scripts_and_leads_back(client: Client, card: InstructionPage) -> None:
    translate_card(card, "tr")

    answer = client.post("/tel/klopt-niet/", {"card": card.short_name or "", "language": "tr"}, headers={"DNT": "1"})

    assert (answer.status_code, answer["Location"]) == (
        302,
        "/tr/linde/een-steunkous-aantrekken-tr/?gemeld=1#klopt-niet",
    )
    assert counts() == {("not_right", "tr", "2026Q4"): 1}
    page = client.get(answer["Location"]).content.decode()
    assert '<form method="post" action="/tel/klopt-niet/" hidden>' in page
    assert "<card-count" not in page


def test_the_button_of_a_card_that_is_not_there_counts_nothing(client: Client) -> None:
    assert client.post("/tel/klopt-niet/", {"card": "nergens", "language": "nl"}).status_code == 404
    assert counts() == {}


def test_a_page_says_what_it_counts_and_a_draft_counts_nothing(client: Client, card: InstructionPage) -> None:
    page = client.get(card.address_in("nl")).content.decode()
    draft: Any = card.make_preview_request()

    assert 'data-act="opened" data-card="een-steunkous-aantrekken" data-language="nl"' in page
    assert "We tellen hoe vaak deze uitleg" in page
    assert "<card-count" not in draft.content.decode()


def test_a_word_is_kept_once_it_was_searched_five_times(client: Client, card: InstructionPage) -> None:
    found = []
    for question in ("Katheter?", "katheter", "Jansen katheter", "katheter", "Katheter!", "katheter"):
        tell(client, act="missed", words=question)
        found.append(words())

    assert found[3:] == [[("", 1), ("", 4)], [("", 1), ("katheter", 5)], [("", 1), ("katheter", 6)]]
    assert counts() == {("missed", "nl", "2026Q4"): 6}
    assert "jansen" not in str(list(MissedWord.objects.values()))


def test_words_of_another_language_and_quarter_are_others(client: Client, card: InstructionPage) -> None:
    for code in ("nl", "tr", "pl", "ar", "uk"):
        tell(client, act="missed", words="katheter", language=code)
    with time_machine.travel(datetime(2027, 1, 1, 12, tzinfo=UTC), tick=False):
        tell(client, act="missed", words="katheter")

    assert len(set(MissedWord.objects.values_list("mark", flat=True))) == 6
    assert set(MissedWord.objects.values_list("text", "times")) == {("", 1)}


def test_words_that_find_a_card_are_not_counted(client: Client, card: InstructionPage) -> None:
    assert tell(client, act="missed", words="steunkous Jansen").status_code == 404
    assert (counts(), words()) == ({}, [])


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Hoe moet ik de KATHETER legen", [("katheter", "katheter"), ("legen", "legen")]),
        ("şeker hastalığı", [("seker", "şeker"), ("hastaligi", "hastalığı")]),
        ("0612345678 1234AB x9y jan@thuis.example", [("jan", "jan"), ("thuis", "thuis"), ("example", "example")]),
        ("a ab abc", [("abc", "abc")]),
        ("x" * 31, []),
        ("<b>stoma</b>", [("stoma", "stoma")]),
    ],
)
def test_words_that_are_counted(question: str, found: list[tuple[str, str]]) -> None:
    assert list(countable_words(question)) == found


def test_the_database_refuses_a_rare_word() -> None:
    row = {"language": "nl", "quarter": "2026Q4", "mark": "0" * 64}
    for values in ({"times": 4, "text": "jansen"}, {"times": 5, "text": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MissedWord.objects.create(**row, **values)


def test_a_stranger_cannot_fill_the_database(
    client: Client, card: InstructionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_WAITING", 2)

    for question in ("katheter stoma", "qqqq wwww", "katheter"):
        tell(client, act="missed", words=question)

    assert sorted(MissedWord.objects.values_list("times", flat=True)) == [1, 2]


def test_old_counts_and_rare_words_of_ended_quarters_are_deleted(card: InstructionPage) -> None:
    kept, old = earlier(this_quarter(), 8), earlier(this_quarter(), 9)
    for quarter in (this_quarter(), kept, old):
        NeedCount.objects.create(card=card, act="opened", language="nl", quarter=quarter, times=1)
        MissedWord.objects.create(language="nl", quarter=quarter, mark="a", times=5, text="stoma")
        MissedWord.objects.create(language="nl", quarter=quarter, mark="b", times=4)

    assert forget_old_counts() == ["Deleted 4 counts of what people need that were too old or too small."]

    assert set(NeedCount.objects.values_list("quarter", flat=True)) == {"2026Q4", "2024Q4"}
    assert set(MissedWord.objects.values_list("quarter", "times")) == {("2026Q4", 5), ("2026Q4", 4), ("2024Q4", 5)}
    assert forget_old_counts() == []


def test_quarters_run_over_the_year() -> None:
    assert [earlier("2027Q1", count) for count in (0, 1, 4, 8)] == ["2027Q1", "2026Q4", "2026Q1", "2025Q1"]
