"""What a text is indexed by, and what a reader's words may mean."""

from __future__ import annotations

import pytest

from lxp.search.analysis import Analysis
from lxp.search.compounds import Lexicon
from lxp.search.synonyms import grouped
from lxp.search.words import fold, stem, words_of


@pytest.fixture
def analysis() -> Analysis:
    return Analysis(Lexicon(["zonnebloem"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("huis", "huizen"),
        ("brief", "brieven"),
        ("katheters", "katheter"),
        ("wonden", "wond"),
        ("medicijnen", "medicijn"),
    ],
)
def test_forms_of_a_dutch_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one, "nl") == stem(other, "nl")


def test_accents_go_after_stemming_and_other_letters_are_folded_too() -> None:
    assert stem("hygiëne", "nl") == stem("hygiene", "nl")
    assert [fold(word) for word in ("łódź", "ışık", "smørrebrød", "café")] == ["lodz", "isik", "smorrebrod", "cafe"]


def test_a_language_without_stems_is_only_folded() -> None:
    assert stem("ґанки", "uk") == fold("ґанки")


def test_words_are_small_letters_without_signs() -> None:
    assert list(words_of("Foto's: 2 mg/ml, HANDhygiëne_thuis!")) == ["foto's", "2", "mg", "ml", "handhygiëne", "thuis"]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("blaaskatheter", ("blaas", "katheter")),
        ("medicatieveiligheid", ("medicatie", "veiligheid")),
        ("medicijnenkast", ("medicijnen", "kast")),
        ("suïcidepreventie", ("suicide", "preventie")),
        ("zonnebloemolie", ("zonnebloem", "olie")),
        ("groepsgesprek", ("groeps", "gesprek")),
        ("katheter", ()),
        ("veiligheid", ()),
        ("gevaarlijk", ()),
        ("voorkomen", ()),
        ("rapporteren", ()),
    ],
)
def test_compounds_fall_apart_into_words_and_other_words_do_not(
    analysis: Analysis, word: str, parts: tuple[str, ...]
) -> None:
    assert analysis.lexicon.parts(word) == parts


def test_a_text_is_indexed_by_its_words_and_below_them_by_the_parts_of_compounds(analysis: Analysis) -> None:
    tokens = [(token.term, token.place, token.weight) for token in analysis.tokens("De blaaskatheter van mevrouw")]
    assert tokens == [
        ("blaaskatheter", 1, 1.0),
        (stem("blaas", "nl"), 1, 0.35),
        ("katheter", 1, 0.35),
        (stem("mevrouw", "nl"), 3, 1.0),
    ]


def test_a_compound_may_mean_what_it_is_at_last(analysis: Analysis) -> None:
    meanings = analysis.sought("blaaskatheter")[0].meanings
    assert meanings[0].terms == ("blaaskatheter",)
    assert {("katheter",), (stem("blaas", "nl"), "katheter")} <= {meaning.terms for meaning in meanings}
    weights = {meaning.terms: meaning.weight for meaning in meanings}
    assert weights[("katheter",)] < weights[stem("blaas", "nl"), "katheter"] < weights[("blaaskatheter",)]


def test_a_word_may_mean_its_synonyms_and_a_phrase_stays_together(analysis: Analysis) -> None:
    terms = {meaning.terms for meaning in analysis.sought("medicijnen")[0].meanings}
    assert (stem("medicatie", "nl"),) in terms
    sought = analysis.sought("goed handen wassen")
    assert [each.typed for each in sought] == ["goed", "handen wassen"]
    assert (stem("handhygiene", "nl"),) in {meaning.terms for meaning in sought[1].meanings}


def test_words_that_say_nothing_are_not_sought(analysis: Analysis) -> None:
    assert analysis.sought("hoe en wat") == []


def test_an_operator_adds_synonyms_and_takes_words_out() -> None:
    groups = grouped(["pil, medicijn, tablet # shipped", "- tablet", "vitamine, pil"])
    assert groups[("pil",)] == frozenset({("medicijn",), ("vitamine",)})
    assert ("tablet",) not in groups


def test_a_word_of_many_parts_is_taken_apart_once_and_not_in_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    knows = Lexicon.knows

    def counted(self: Lexicon, word: str) -> bool:
        looked_at.append(word)
        return knows(self, word)

    monkeypatch.setattr(Lexicon, "knows", counted)
    Lexicon(["stand", "tand"]).parts("xq" + "stand" * 11)
    assert len(looked_at) < 5_000
