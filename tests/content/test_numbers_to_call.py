"""Which numbers in a sentence can be called with a tap."""

from __future__ import annotations

import re

import pytest

from content.templatetags.content_cards import to_call


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Bel 112.", ["112"]),
        ("Zadzwoń pod 113 lub 0800-0113, w dzień i w nocy.", ["113", "08000113"]),
        ("اتصل بالرقم 113 أو 0800-0113، ليلًا ونهارًا.", ["113", "08000113"]),
        ("Gece gündüz 113 veya 0800-0113’ü arayın.", ["113", "08000113"]),
        ("Meld het bij de politie (0900-8844).", ["09008844"]),
        ("Bel 045 555 12 34 of +31 6 12345678", ["+31455551234", "+31612345678"]),
        ("Bel de huisarts, geen 112.", []),
        ("Neem 112 mg, of 112,5 ml; 1112 keer, 11-12-2026, 08.00 uur, € 112", []),
        ("Sla 5 keer tussen de schouderbladen.", []),
        ("", []),
    ],
)
def test_numbers_in_a_sentence(text: str, numbers: list[str]) -> None:
    shown = to_call(text)

    assert re.findall(r'href="tel:([^"]*)"', shown) == numbers
    assert re.sub(r"<[^>]*>", "", shown) == text
