"""The clause about translations compares a plugin's words with what readers get, since all packages share one catalogue."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation

from lxp.testing import translations
from lxp.testing.translations import Text, missing_in


@pytest.mark.parametrize("context", ["", "of a canteen"])
def test_a_text_that_shows_the_words_of_another_package_is_found(monkeypatch: pytest.MonkeyPatch, context: str) -> None:
    with translation.override("nl"):
        platform = translation.gettext("Remove")
    catalogue = Catalog(locale="nl")
    catalogue.add("Remove", f"{platform} het broodje", context=context or None)
    monkeypatch.setattr(translations, "texts_of", lambda _plugin: [Text(("Remove",), context, "views.py")])
    monkeypatch.setattr(translations, "_catalogue", lambda _plugin, _language: catalogue)

    found = missing_in("testdummy", "nl")

    advice = f"shows “{platform}” of another package, and not “{platform} het broodje”"
    compiled = "is translated, and not compiled (django-admin compilemessages)"
    expected = compiled if context else f"{advice}; use a context (pgettext) or other words"
    assert found == [f"“Remove” (views.py): {expected}"]
