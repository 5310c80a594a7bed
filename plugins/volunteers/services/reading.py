"""The steps of a card as a page or a sheet of paper shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from content.api import InstructionPage


@dataclass(frozen=True)
class CardStep:
    """One step, with its picture, or the one of the card's first language where it has none of its own."""

    title: str
    text: str
    picture: Any


def steps_of(card: InstructionPage) -> list[CardStep]:
    shared = {str(each.id): each.value.get("picture") for each in card.facts.steps}
    return [
        CardStep(each.value["title"], each.value["text"], each.value.get("picture") or shared.get(str(each.id)))
        for each in card.steps
    ]
