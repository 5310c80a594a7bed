"""What editors see of what people need: whole groups of five, of their own cards and of all that everybody may read."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from content.models import InstructionPage, MissedWord, NeedCount
from content.services.need import Figures, in_fives, missed_searches, need_of_all, need_of_own, together
from lxp.models import Organisation, Role, User
from tests.factories.cards import make_card, translate_card
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
PAGE = "content_editor:need"
QUARTER = "2026Q4"


@pytest.fixture(autouse=True)
def a_day_in_the_fourth_quarter() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def own() -> Organisation:
    return make_organisation("linde", name="De Linde")


@pytest.fixture
def author(own: Organisation) -> User:
    return make_member(own, Role.AUTHOR, language="en")


@pytest.fixture
def client(author: User) -> Client:
    client = Client()
    client.force_login(author)
    return client


def counted(card: InstructionPage | None, quarter: str = QUARTER, **acts: dict[str, int]) -> None:
    """Counts of a card, or of searches, by act and language."""
    for act, languages in acts.items():
        for code, times in languages.items():
            NeedCount.objects.create(card=card, act=act, language=code, quarter=quarter, times=times)


def missed(text: str, times: int, language: str = "nl", quarter: str = QUARTER) -> None:
    kept = text if times >= 5 else ""
    MissedWord.objects.create(language=language, quarter=quarter, mark=text, times=times, text=kept)


def shown(client: Client, **asked: str) -> str:
    response = client.get(reverse(PAGE), asked)
    assert response.status_code == 200
    return unescape(response.content.decode())


def cells(page: str, title: str) -> list[str]:
    """The words of a row, cell by cell."""
    row = next(each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{title}</a>" in each)
    plain = [re.sub(r'<span class="lxp-board__language">.*?</span>|<svg.*?</svg>|<[^>]+>', " ", each) for each in
             re.findall(r"<td.*?</td>", row, re.DOTALL)]  # fmt: skip
    return [" ".join(each.split()) for each in plain]


def test_counts_are_shown_in_whole_groups_of_five(own: Organisation) -> None:
    card = make_card(own)
    counted(card, opened={"nl": 12, "tr": 4}, printed={"nl": 4}, answered={"nl": 9, "tr": 1}, failed={"nl": 5})

    (row,) = need_of_own(organisations=[own], quarter=QUARTER)
    (turkish,) = need_of_own(organisations=[own], quarter=QUARTER, language="tr")

    assert row.figures == Figures(opened=15, printed=0, answered=10, failed=5, not_right=0)
    assert [(each.name, each.opened, each.is_there) for each in row.languages] == [("Nederlands", 10, True)]
    assert (turkish.figures, turkish.languages) == (Figures(), [])


@pytest.mark.parametrize("times", range(5))
def test_a_few_and_nobody_look_the_same(client: Client, own: Organisation, times: int) -> None:
    counted(make_card(own, title="Een kous"), opened={"nl": times}, printed={"nl": 5})

    assert cells(shown(client), "Een kous") == ["fewer than 5", "5", "fewer than 5", "fewer than 5", "–"]


def test_nothing_that_is_subtracted_gives_a_few_away(own: Organisation) -> None:
    """Whatever was counted, the figures of a page, its sums and those of the next count differ by fives or not at all."""
    dice = random.Random(5)  # noqa: S311 - figures, not secrets
    cards = [make_card(own, title=f"Kaart {number}") for number in range(3)]
    for card in cards:
        counted(card, opened={code: dice.randint(1, 13) for code, _name in settings.LANGUAGES})
    seen = set()
    for _round in range(5):
        for language in ("", "nl", "tr", "ar"):
            rows = need_of_own(organisations=[own], quarter=QUARTER, language=language)
            seen |= {row.figures.opened for row in rows} | {together(rows).opened}
            seen |= {each.opened for row in rows for each in row.languages}
        NeedCount.objects.filter(language="tr", card=cards[0]).update(times=dice.randint(1, 13))

    assert {abs(one - other) % 5 for one, other in itertools.product(seen, seen)} == {0}


def test_the_total_of_a_card_gives_none_of_its_languages_away() -> None:
    """Of a total in fives, what one language has more than is shown of it can always be one number or another."""
    possible: dict[int, set[int]] = defaultdict(set)
    for rests in itertools.product(range(5), repeat=len(settings.LANGUAGES)):
        possible[in_fives(sum(rests))].add(rests[0])

    assert min(len(each) for each in possible.values()) > 1


def test_the_sum_is_one_of_what_is_shown(own: Organisation) -> None:
    for number in range(3):
        counted(make_card(own, title=f"Kaart {number}"), opened={"nl": 9}, failed={"nl": 4})

    assert together(need_of_own(organisations=[own], quarter=QUARTER)) == Figures(opened=15)


def test_a_card_that_a_third_does_not_understand_is_pointed_out(client: Client, own: Organisation) -> None:
    counted(make_card(own, title="Moeilijk"), answered={"nl": 31}, failed={"nl": 12}, not_right={"ar": 6})
    counted(make_card(own, title="Makkelijk"), answered={"nl": 32}, failed={"nl": 7})

    page = shown(client)

    assert cells(page, "Moeilijk")[2:4] == ["10 of 30", "5"]
    assert cells(page, "Makkelijk")[2:4] == ["5 of 30", "fewer than 5"]
    assert page.count("lxp-board__cell--behind") == 2


def test_who_reads_a_language_that_a_card_is_not_in_is_seen(client: Client, own: Organisation) -> None:
    card = make_card(own, title="Een kous")
    translate_card(card, "tr")
    counted(card, opened={"nl": 20, "pl": 7, "tr": 11})

    assert cells(shown(client), "Een kous")[4] == "Dutch: 20 Turkish: 10 Polish: 5 (not there yet)"


def test_cards_of_others_are_seen_together_only_where_everybody_may_read_them(
    client: Client, own: Organisation
) -> None:
    other = make_organisation("esdoorn", name="De Esdoorn")
    counted(make_card(own, title="Eigen kaart"), opened={"nl": 5})
    counted(make_card(other, title="Kaart voor iedereen"), opened={"nl": 30})
    draft, kept = make_card(other, title="Kaart in de maak"), make_card(other, title="Kaart achter slot")
    for each in (draft, kept):
        counted(each, opened={"nl": 50})
    draft.unpublish()
    PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.LOGIN)

    mine, everybody = shown(client), shown(client, scope="together")

    titles = ("Eigen kaart", "Kaart voor iedereen", "Kaart in de maak", "Kaart achter slot")
    assert [title in mine for title in titles] == [True, False, False, False]
    assert [title in everybody for title in titles] == [True, True, False, False]
    assert cells(everybody, "Kaart voor iedereen")[:2] == ["De Esdoorn", "30"]
    assert [row.figures.opened for row in need_of_all(quarter=QUARTER, reader="nl")] == [30, 5]


def test_an_own_card_that_was_withdrawn_stays_as_long_as_it_has_figures(own: Organisation) -> None:
    was_read, never = make_card(own, title="Gelezen"), make_card(own, title="Nooit")
    counted(was_read, opened={"nl": 6})
    counted(never, opened={"nl": 4})
    for each in (was_read, never):
        each.unpublish()

    assert [row.title for row in need_of_own(organisations=[own], quarter=QUARTER)] == ["Gelezen"]


def test_each_quarter_stands_by_itself(client: Client, own: Organisation) -> None:
    card = make_card(own, title="Een kous")
    counted(card, opened={"nl": 5})
    counted(card, "2026Q3", opened={"nl": 25})
    counted(card, "2024Q3", opened={"nl": 95})

    assert cells(shown(client), "Een kous")[0] == "5"
    assert cells(shown(client, quarter="2026Q3"), "Een kous")[0] == "25"
    assert cells(shown(client, quarter="2024Q3"), "Een kous")[0] == "5"  # is kept no longer, so it cannot be asked
    assert "October up to and including December 2026" in shown(client)


def test_words_that_found_nothing_are_the_same_for_every_organisation(client: Client) -> None:
    counted(None, missed={"nl": 23, "tr": 5, "ar": 4})
    missed("stoma", 7)
    missed("katheter", 13)
    missed("jansen", 4)
    missed("şeker", 5, "tr")
    missed("rolstoel", 9, quarter="2026Q3")

    found = missed_searches(quarter=QUARTER)
    assert [(each.name, each.searches, each.words) for each in found] == [
        ("Nederlands", 20, [("katheter", 10), ("stoma", 5)]),
        ("Turks", 5, [("şeker", 5)]),
    ]
    page = shown(client, language="tr")
    assert ["şeker" in page, "katheter" in page, "jansen" in page] == [True, False, False]
    assert "Turkish: 5 searches that found nothing" in page


def test_the_file_holds_what_is_shown_and_nothing_finer(client: Client, own: Organisation) -> None:
    counted(make_card(own, title="=Een kous"), opened={"nl": 14, "tr": 3}, answered={"nl": 9}, failed={"nl": 4})
    counted(None, missed={"nl": 12})
    MissedWord.objects.create(language="nl", quarter=QUARTER, mark="a", times=7, text="kouss")

    answer = client.get(reverse(PAGE), {"format": "csv"})

    assert answer["Content-Disposition"] == f'attachment; filename="nodig-{QUARTER}.csv"'
    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:] == [
        "'=Een kous;;15;0;5;0;0",
        "Searched and not found;Dutch;;;;;;10",
        "kouss;Dutch;;;;;;5",
    ]


def test_only_who_writes_or_publishes_looks(own: Organisation) -> None:
    learner, visitor = Client(), Client()
    learner.force_login(make_member(own, language="en"))

    assert [each.get(reverse(PAGE)).status_code for each in (learner, visitor)] == [403, 302]


def test_the_page_costs_the_same_whatever_was_counted(client: Client, own: Organisation) -> None:
    counted(make_card(own), opened={"nl": 9})
    for asked in ({}, {"scope": "together"}):
        shown(client, **asked)
        with CaptureQueriesContext(connection) as few:
            shown(client, **asked)
        for number in range(3):
            card = make_card(own, title=f"Kaart {number} {len(asked)}")
            counted(card, opened={"nl": 20, "tr": 9}, not_right={"nl": 9})
            missed(f"woord{number}{len(asked)}", 5)
        with CaptureQueriesContext(connection) as many:
            shown(client, **asked)

        assert len(many) == len(few)
