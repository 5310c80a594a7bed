"""Finding a card: as people type it, in six languages and with mistakes; and never what they may not see."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import content
from content.models import InstructionPage
from content.services.card_search import EVERYDAY, INTRO, STEPS, TITLE, CardIndex, find_cards
from content.services.card_words import words_in
from lxp.models import Organisation
from tests.factories.cards import make_card, step_data, translate_card
from tests.factories.people import make_organisation

CARDS = Path(content.__file__).parent / "library" / "instructions"
SOURCES = [{"type": "source", "value": {"title": "Thuisarts", "url": "https://www.thuisarts.nl/"}}]


def key_of(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


@pytest.fixture(scope="module")
def library() -> CardIndex:
    """The words of our own cards: of critical ones the Dutch text alone, as long as nobody checked another."""
    index = CardIndex()
    for folder in CARDS.iterdir():
        facts = yaml.safe_load((folder / "card.yaml").read_text("utf-8"))
        for code in ("nl", "en", "tr", "pl", "ar", "uk"):
            file = folder / f"{code}.yaml"
            if not file.exists() or (code != "nl" and facts["critical"]):
                continue
            text, key = yaml.safe_load(file.read_text("utf-8")), key_of(folder.name)
            foreign = [word for words in (text.get("words_in") or {}).values() for word in words]
            index.add(key, text["title"], TITLE)
            index.add(key, " ".join(map(str, [*(text.get("words") or []), *foreign])), EVERYDAY)
            index.add(key, text["intro"], INTRO)
            for step in text["steps"].values():
                index.add(key, f"{step['title']} {step['text']}", STEPS)
    return index


QUESTIONS = [
    # Dutch, as written, as said, and misspelt
    ("steunkous aantrekken", "steunkous-aantrekken"),
    ("hoe trek ik de kousen van mijn moeder aan", "steunkous-aantrekken"),
    ("steunkoous", "steunkous-aantrekken"),
    ("elastieke kous", "steunkous-aantrekken"),
    ("doorlichplek", "doorligplekken-voorkomen"),
    ("rolator", "lopen-met-een-rollator"),
    ("gevalen", "iemand-is-gevallen"),
    ("medisijnen bewaren", "medicijnen-bewaren"),
    ("verslikken eten", "veilig-helpen-met-eten"),
    ("nepberigt", "een-nepbericht-herkennen"),
    # English
    ("dying", "de-laatste-dagen"),
    ("compression stockings", "steunkous-aantrekken"),
    ("walking frame", "lopen-met-een-rollator"),
    ("interpreter", "een-tolk-bij-het-gesprek"),
    # Turkish, with and without its own letters
    ("palyatif bakım", "de-laatste-dagen"),
    ("son gunler", "de-laatste-dagen"),
    ("varis corabi", "steunkous-aantrekken"),
    ("tercüman", "een-tolk-bij-het-gesprek"),
    # Polish
    ("ostatnie dni", "de-laatste-dagen"),
    ("smierc", "de-laatste-dagen"),
    ("hospicjium", "de-laatste-dagen"),
    ("tłumacz", "een-tolk-bij-het-gesprek"),
    # Arabic: with the article, with vowel signs, with another alef
    ("رعاية تلطيفية", "de-laatste-dagen"),
    ("الرعايه التلطيفيه", "de-laatste-dagen"),
    ("الاحتضار", "de-laatste-dagen"),
    ("مترجم", "een-tolk-bij-het-gesprek"),
    # Ukrainian, and another ending
    ("паліативна допомога", "de-laatste-dagen"),
    ("хосписі", "de-laatste-dagen"),
    ("перекладач", "een-tolk-bij-het-gesprek"),
    ("останій день", "de-laatste-dagen"),
    ("чулки", "steunkous-aantrekken"),
    # tired and dizzy
    ("устала", "zorg-ook-voor-jezelf"),
    ("انا تعبانة", "zorg-ook-voor-jezelf"),
    ("duizelig", "vallen-voorkomen-in-huis"),
    ("baş dönmesi", "vallen-voorkomen-in-huis"),
]


@pytest.mark.parametrize(("question", "card"), QUESTIONS)
def test_a_question_finds_its_card(library: CardIndex, question: str, card: str) -> None:
    scores = library.scores(question)

    best = sorted(scores, key=lambda key: -scores[key])[:3]

    names = {key_of(folder.name): folder.name for folder in CARDS.iterdir()}
    assert card in [names[key] for key in best], [names[key] for key in best]


DESPAIR = [
    *("zelfmoord", "ik wil dood", "ik wil niet meer leven", "depressief", "suicide"),
    *("intihar", "ölmek istiyorum", "depresyon", "samobójstwo", "nie chcę żyć", "انتحار", "اريد ان اموت", "اكتئاب"),
    *("самогубство", "не хочу жити", "депресія"),
]


@pytest.mark.parametrize("question", DESPAIR)
def test_who_can_bear_it_no_longer_is_led_to_the_card_with_a_number_to_call(library: CardIndex, question: str) -> None:
    scores = library.scores(question)

    assert key_of("zorg-ook-voor-jezelf") in sorted(scores, key=lambda key: -scores[key])[:2]


@pytest.mark.parametrize("question", ["fiets repareren", "qqqq", "de het een", "?!", "112358132134"])
def test_what_is_not_there_is_not_found(library: CardIndex, question: str) -> None:
    assert library.scores(question) == {}


def test_words_are_read_as_a_phone_types_them() -> None:
    assert list(words_in("Kous’s, ÇORABI; الأيّام العاجلة")) == ["kouss", "corabi", "ايام", "عاجله"]


# ── what a reader may see ──


@pytest.fixture
def linde(db: None) -> Organisation:
    return make_organisation("linde")


def words_in_turkish(*words: str) -> list[dict[str, object]]:
    items = [{"type": "item", "value": word} for word in words]
    return [{"type": "language", "value": {"language": "tr", "words": items}}]


def found(question: str, language: str) -> list[tuple[str, str]]:
    return [(card.language, card.title) for card in find_cards(question=question, language=language)]


def test_title_steps_and_everyday_words_lead_to_a_card(linde: Organisation) -> None:
    make_card(linde, words=["dikke benen"], words_in=words_in_turkish("varis çorabı"), steps=[step_data(title="Talk")])

    hits = [found(question, "nl") for question in ("steunkous", "dikke been", "varis corabi", "talk", "fiets")]

    assert hits == [[("nl", "Een steunkous aantrekken")]] * 4 + [[]]


def test_a_translation_is_found_and_given_in_the_readers_language(linde: Organisation) -> None:
    translate_card(make_card(linde), "tr", title="Varis çorabı giydirmek")

    assert found("çorap", "tr") == [("tr", "Varis çorabı giydirmek")]
    assert found("corap", "pl") == [("nl", "Een steunkous aantrekken")]


def test_a_critical_card_that_nobody_checked_is_given_in_dutch(linde: Organisation) -> None:
    words = words_in_turkish("yara")
    card = make_card(linde, title="Een wond spoelen", is_critical=True, sources=SOURCES, words_in=words)
    translate_card(card, "tr", title="Pansuman yapmak")

    assert found("yara", "tr") == [("nl", "Een wond spoelen")]
    assert found("pansuman", "tr") == []


def test_what_is_not_live_is_not_found(linde: Organisation) -> None:
    card = make_card(linde)
    draft = InstructionPage.objects.get(pk=card.pk)
    draft.title = "Een zwachtel omdoen"
    draft.save_revision()
    assert found("zwachtel", "nl") == []

    card.unpublish()

    assert found("steunkous", "nl") == []


def test_an_author_changes_the_words(linde: Organisation) -> None:
    card = make_card(linde)
    assert found("sok", "nl") == found("sokken", "nl") == []

    card.words = ["sokken"]
    card.save_revision().publish()

    assert found("sokken", "nl") == [("nl", "Een steunkous aantrekken")]


def test_a_question_is_answered_and_kept_nowhere(client: Client, linde: Organisation) -> None:
    make_card(linde, words_in=words_in_turkish("varis çorabı"))

    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/tr/uitleg/", {"q": "varis corabi"})

    assert "Een steunkous aantrekken" in answer.content.decode()
    assert (answer.headers["Cache-Control"], dict(answer.cookies)) == ("no-store", {})
    assert {query["sql"].split()[0] for query in asked} <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_what_was_asked_comes_back_as_text(client: Client, linde: Organisation) -> None:
    page = client.get("/nl/uitleg/", {"q": "<script>x</script>\x00"}).content.decode()

    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
