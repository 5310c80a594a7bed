"""The editor speaks Dutch, also where a package that it uses has no Dutch of its own."""

from __future__ import annotations

from pathlib import Path

import wagtailmedia
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, ngettext

ENGLISH = Path(wagtailmedia.__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"
THE_SAME = {"Type", "tags"}  # Dutch words too


def in_dutch(words: str | tuple[str, ...]) -> str:
    return ngettext(*words[:2], 2) if isinstance(words, tuple) else gettext(words)


def test_every_word_of_the_list_of_films_has_its_dutch() -> None:
    with ENGLISH.open("rb") as file:
        words = [message.id for message in read_po(file, locale="en") if message.id]
    with translation.override("nl"):
        left = {each for each in words if in_dutch(each) in each}
    assert len(words) > 70
    assert left - THE_SAME == set()
