"""When somebody answers, in the words of a language."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from lxp import opening_hours


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Mo-Fr 08:00-17:00", "nl", ["maandag tot en met vrijdag: van 08:00 tot 17:00"]),
        (
            "Mo-Fr 08:00-17:00; Sa,Su 10:00-16:00",
            "ar",
            ["من الاثنين إلى الجمعة: من 08:00 إلى 17:00", "السبت، الأحد: من 10:00 إلى 16:00"],
        ),
        ("Mo 00:00-24:00", "tr", ["Pazartesi: 00:00 ile 24:00 arası"]),
        ("24/7", "nl", []),
        ("", "nl", []),
    ],
)
def test_hours_are_said_in_words(text: str, language: str, words: list[str]) -> None:
    with translation.override(language):
        assert [f"{rule.days}: {rule.times}" for rule in opening_hours.hours_of(text)] == words


@pytest.mark.parametrize("text", ["24/7", "Mo-Fr 08:00-17:00", "Mo-We,Fr 08:00-12:00; Sa 09:00-10:30"])
def test_hours_that_can_be_read_are_taken(text: str) -> None:
    opening_hours.validate(text)


@pytest.mark.parametrize("text", ["ma-vr 8-17", "Mo-Fr", "Mo-Fr 8:00-17:00", "Mo-Fr 08:00-25:00", "altijd"])
def test_other_hours_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        opening_hours.validate(text)
