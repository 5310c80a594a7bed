"""Searching the catalogue: what is found, in which order, and never what is not for the reader."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from courses.models import Module
from courses.services.catalogue import Search
from lxp.models import Organisation, User
from lxp.search import consumer
from tests.factories.modules import assignment, lesson, make_course, make_module, page_of, publish, quiz, translate
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def owner() -> Organisation:
    return make_organisation("linde", name="De Linde")


def index() -> None:
    consumer.catch_up()


def search(words: str, client: Client | None = None, **query: Any) -> Any:
    answer = (client or Client()).get("/nl/ontdekken/", {"q": words, **query})
    assert answer.status_code == 200
    return answer


def found(words: str, client: Client | None = None, **query: Any) -> list[str]:
    html = search(words, client, **query).content.decode()
    return re.findall(r'<h2 class="card__title"><a [^>]*>([^<]+)</a>', html)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def about(text: str) -> dict[str, Any]:
    return lesson(content=[{"text": f"<p>{text}</p>"}])


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_compound_finds_what_its_last_part_says_below_what_says_it_whole(owner: Organisation) -> None:
    make_module(owner, about("Zo verzorg je een katheter."), title="Dagelijkse zorg")
    make_module(owner, about("Kies de maat."), title="Een blaaskatheter inbrengen")
    make_module(owner, about("Een wond spoelen."), title="Wond")
    index()
    assert found("blaaskatheter") == ["Een blaaskatheter inbrengen", "Dagelijkse zorg"]
    assert set(found("katheter")) == {"Een blaaskatheter inbrengen", "Dagelijkse zorg"}
    assert found("katheters") == found("katheter")


def test_an_everyday_word_finds_the_word_of_the_profession(owner: Organisation) -> None:
    make_module(owner, about("Controleer de medicatie."), title="Controleren")
    make_module(owner, about("Geef de medicijnen."), title="Aanreiken")
    index()
    assert found("medicijnen") == ["Aanreiken", "Controleren"]
    assert found("pillen") != []


def test_words_apart_and_together_find_each_other(owner: Organisation) -> None:
    make_module(owner, about("Over wondzorg."), title="Samen")
    make_module(owner, about("De zorg voor een wond."), title="Los")
    index()
    assert set(found("wond zorg")) == set(found("wondzorg")) == {"Samen", "Los"}
    assert found("wondzorg")[0] == "Samen"


def test_an_operators_synonym_counts_at_once(owner: Organisation) -> None:
    make_module(owner, about("De zonnebloem."), title="Bloem")
    index()
    assert found("geelkopje") == []
    settings.SEARCH_SYNONYMS.write_text("geelkopje, zonnebloem\n", encoding="utf-8")
    try:
        cache.clear()
        assert found("geelkopje") == ["Bloem"]
    finally:
        settings.SEARCH_SYNONYMS.unlink()


def test_everything_that_a_page_says_is_found_and_no_question_or_answer_is(owner: Organisation) -> None:
    activities = [about("Een zeldzaam tekstwoord."), quiz(), assignment(instructions="<p>Doe dit praktisch.</p>")]
    make_module(owner, *activities, title="Titelwoord", summary="Samenvattingswoord.", goals="Leerdoelwoord")
    index()
    for word in ("titelwoord", "samenvattingswoord", "leerdoelwoord", "zeldzaam", "praktisch"):
        assert (word, found(word)) == (word, ["Titelwoord"])
    for word in ("Vraag v1", "Goed", "Nee", "Uitleg"):
        assert (word, found(word)) == (word, [])


def test_narrowing_by_time_and_form_leaves_the_best_first(owner: Organisation) -> None:
    make_module(owner, about("Katheter."), title="Katheter kort", study_minutes=10)
    make_module(owner, about("Katheter."), assignment(), title="Katheter lang", study_minutes=90)
    make_module(owner, about("Iets."), title="Anders", study_minutes=10)
    index()
    answer = search("katheter")
    assert answer.context["count"] == 2
    assert {facet.name: [(each.value, each.count) for each in facet.options] for facet in answer.context["facets"]}[
        "time"
    ] == [("15", 1), ("long", 1)]
    assert found("katheter", time="15") == ["Katheter kort"]
    assert found("katheter", form="workplace") == ["Katheter lang"]
    assert found("katheter", time="15", form="workplace") == []


def test_results_come_best_first_or_as_asked(owner: Organisation) -> None:
    make_module(owner, about("Over dementie."), title="Dementie", study_minutes=50)
    make_module(owner, about("Soms hoort dementie erbij. " + "Andere tekst. " * 40), title="Delier", study_minutes=5)
    index()
    assert found("dementie") == ["Dementie", "Delier"]
    assert found("dementie", sort="short") == ["Delier", "Dementie"]
    assert found("dementie", sort="new") == ["Delier", "Dementie"]
    assert 'value="best" selected' in search("dementie").content.decode()


def test_the_readers_language_comes_first(owner: Organisation) -> None:
    module = make_module(owner, about("Handen."), title="Protocol handen")
    translate(page_of(module), title="Protocol hands").get_latest_revision().publish()
    make_module(owner, about("Protocol."), title="Protocol wond")
    index()
    assert set(found("protocol")) == {"Protocol handen", "Protocol wond"}
    assert found("hands") == ["Protocol handen"]


def test_a_course_is_found_by_its_own_words_by_who_may_find_it(owner: Organisation) -> None:
    module = make_module(owner, about("Iets."), title="Module")
    slot = {"title": "Begin", "modules": [module]}
    make_course(owner, slot, title="Leerlijn katheter", summary="Van begin tot eind.", sharing="organisation")
    index()
    assert (found("katheter"), search("katheter").context["count"]) == ([], 0)
    member = client_of(make_member(owner))
    assert (found("katheters", member), found("leerlijnen eind", member)) == (["Leerlijn katheter"],) * 2
    assert "leerlijn" not in search("leerlijm").content.decode()


# ── typing mistakes ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_mistake_in_a_long_word_is_forgiven_and_only_where_nothing_is_found_as_typed(owner: Organisation) -> None:
    make_module(owner, about("De blaaskatheter."), title="Goed")
    make_module(owner, about("De blaaskateter."), title="Fout gespeld")
    index()
    assert found("blaaskatheter") == ["Goed"]
    answer = search("blaaskattheter")
    assert set(found("blaaskattheter")) == {"Goed", "Fout gespeld"}
    assert (answer.context["found"].is_loose, answer.context["found"].instead) == (True, "blaaskatheter")
    assert "?q=blaaskatheter" in answer.content.decode()


def test_a_mistake_in_a_short_word_is_not_forgiven(owner: Organisation) -> None:
    make_module(owner, about("Een wond."), title="Wond")
    index()
    assert found("wont") == []


def test_the_beginning_of_a_word_finds_it_where_nothing_else_does(owner: Organisation) -> None:
    make_module(owner, about("Reanimatie."), title="Hart")
    index()
    assert found("reanim") == ["Hart"]


# ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_old_index_leaks_nothing(owner: Organisation) -> None:
    secret = make_module(owner, about("Het geheimwoord."), title="Geheim", sharing="public")
    index()
    assert found("geheimwoord") == ["Geheim"]
    Module.objects.filter(pk=secret.pk).update(sharing="organisation")
    cache.clear()
    answer = search("geheimwoord")
    assert (answer.context["count"], answer.context["facets"], found("geheimwoord")) == (0, [], [])
    assert found("geheimwoord", client_of(make_member(owner))) == ["Geheim"]
    assert found("geheimwoord", client_of(make_member(make_organisation()))) == []


def test_nothing_is_suggested_that_the_reader_may_not_see(owner: Organisation) -> None:
    make_module(owner, about("Het geheimwoord."), title="Geheim", sharing="organisation")
    make_module(owner, about("Een wond."), title="Wond")
    index()
    answer = search("geheimword wond")
    assert "geheimwoord" not in answer.content.decode()
    assert (answer.context["found"].instead, found("geheimword")) == ("", [])
    inside = search("geheimword", client_of(make_member(owner)))
    assert inside.context["found"].instead == "geheimwoord"


def test_what_was_unpublished_is_not_found_before_the_index_knows(owner: Organisation) -> None:
    module = make_module(owner, about("Verdwijnwoord."), title="Weg")
    index()
    page_of(module).unpublish()
    cache.clear()
    assert found("verdwijnwoord") == []
    assert list(Search(make_member(owner), words="verdwijnwoord").listed()) == []


def test_a_change_is_found_after_it_was_taken_in(owner: Organisation) -> None:
    module = make_module(owner, about("Oudwoord."), title="Module")
    index()
    publish(page_of(module), about("Nieuwwoord."))
    assert found("nieuwwoord") == []
    index()
    assert (found("nieuwwoord"), found("oudwoord")) == (["Module"], [])


# ── without an index ─────────────────────────────────────────────────────────────────────────────────────────


def test_without_an_index_titles_and_summaries_are_looked_through_and_the_page_says_so(owner: Organisation) -> None:
    make_module(owner, about("Katheter."), title="Een katheter", summary="Kort.")
    make_module(owner, about("Katheter."), title="Iets anders", sharing="organisation")
    answer = search("katheter")
    assert found("katheter") == ["Een katheter"]
    assert answer.context["found"].is_without_index is True
    assert answer.is_public is False
    index()
    assert search("katheter").context["found"].is_without_index is False
    assert search("katheter").is_public is True


ODD_WORDS = [
    *(
        "%",
        "'; --",
        "de het een",
        "x" * 500,
        "a AND NOT b",
        "*",
        '"',
        "\u200b",
        "١٢",
        "ß" * 90,
        "q",
        "🦽",
        "-",
        "--",
        "()",
    ),
    *(
        "AND (",
        "title:",
        'title:"',
        "field_title:x OR",
        "[x TO y]",
        "x~2",
        "x^9",
        "'",
        "تمريض",
        "\\",
        "{{ x }}",
        "x" * 200,
    ),
]


def test_odd_words_are_no_fault_and_lead_somewhere(owner: Organisation) -> None:
    make_module(owner, about("Iets."), title="Module")
    index()
    for words in ODD_WORDS:
        answer = search(words, p="9999")
        html = answer.content.decode()
        assert (words, answer.context["count"], answer.context["found"].is_without_index) == (words, 0, False)
        assert (words, 'href="/nl/ontdekken/"' in html) == (words, True)


def test_nothing_found_offers_the_same_words_without_the_filters(owner: Organisation) -> None:
    make_module(owner, about("Katheter."), title="Module", study_minutes=10)
    index()
    answer = search("katheter", time="long", kind="module", sort="title")
    assert (answer.context["count"], answer.context["wider_query"]) == (0, "q=katheter")
    assert 'href="?q=katheter"' in answer.content.decode()
    assert search("niets").context["wider_query"] == ""


def test_a_damaged_index_is_met_calmly_and_mended(owner: Organisation) -> None:
    make_module(owner, about("Katheter."), title="Een katheter")
    index()
    for path in (settings.VAR_DIR / "search").rglob("*.seg"):
        path.write_bytes(path.read_bytes()[:100])
    cache.clear()
    answer = search("katheter")
    assert (answer.context["count"], answer.context["found"].is_without_index, answer.is_public) == (1, True, False)
    index()
    answer = search("katheter")
    assert (answer.context["count"], answer.context["found"].is_without_index) == (1, False)
