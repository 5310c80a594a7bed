"""What the cards of the demo's library promise a reader: short sentences, a picture for each step, somebody to call."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import content
from lxp import icons
from lxp.library import read_yaml

LIBRARY = Path(content.__file__).parent / "library"
CARDS = sorted((LIBRARY / "instructions").glob("*/card.yaml"))
MOST_WORDS, MOST_BYTES = 15, 6_144
SVG = "{http://www.w3.org/2000/svg}"


def _texts(card: Path) -> dict[str, dict[str, Any]]:
    return {file.stem: read_yaml(file) for file in sorted(card.parent.glob("*.yaml")) if file != card}


def _sentences(text: dict[str, Any]) -> list[str]:
    said = [text["intro"], *text["core"], *text["do"], *text["dont"], *text["call"], *text["emergency"]]
    said += [step["text"] for step in text["steps"].values()]
    for question in text["check"].values():
        said += [question["prompt"], *(option["feedback"] for option in question["options"].values())]
    return [sentence for each in said for sentence in re.split(r"(?<=[.?!])\s+", each)]


def _pictures(facts: dict[str, Any]) -> list[str]:
    options = [option for question in facts["check"] for option in question["options"]]
    return [each["picture"] for each in [*facts["steps"], *options]]


def _named(path: Path) -> str:
    return path.parent.name


@pytest.mark.parametrize("card", CARDS, ids=_named)
def test_a_card_of_the_library_keeps_what_it_promises(card: Path) -> None:
    facts, texts = read_yaml(card), _texts(card)
    steps = [step["id"] for step in facts["steps"]]

    assert "nl" in texts
    assert not (facts["critical"] and set(texts) - {"nl"}), "Only a person who checked it may publish a critical text."
    assert 0 < len(steps) <= 10
    for question in facts["check"]:
        assert [option.get("right", False) for option in question["options"]].count(True) == 1
    for text in texts.values():
        assert list(text["steps"]) == steps
        assert len(text["title"].split()) <= 6
        assert len(text["core"]) <= 3
        assert {need["icon"] for need in text["needs"]} <= set(icons.names())
        assert [sentence for sentence in _sentences(text) if len(sentence.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("card", CARDS, ids=_named)
def test_every_picture_is_drawn_small_and_asks_nothing_of_elsewhere(card: Path) -> None:
    facts = read_yaml(card)

    assert {file.name for file in (card.parent / "pictures").iterdir()} == set(_pictures(facts))
    for file in (card.parent / "pictures").iterdir():
        source = file.read_text(encoding="utf-8")
        assert file.stat().st_size <= MOST_BYTES
        assert ET.fromstring(source).tag == f"{SVG}svg"  # noqa: S314 - a file of this repository
        assert re.findall(r"<(?:script|text|image|use|style)|href|\bid=|url\(", source) == []


@pytest.mark.parametrize("card", CARDS, ids=_named)
def test_a_card_that_says_when_to_call_is_of_an_organisation_with_a_number(card: Path) -> None:
    owner = read_yaml(LIBRARY / "organisations" / f"{read_yaml(card)['owner']}.yaml")

    assert owner.get("care_phone") or not any(text["call"] for text in _texts(card).values())
