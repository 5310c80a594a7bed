"""The texts of a plugin, found in its code and templates without any tool of the system, and held against its catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.apps import apps
from django.utils import translation
from django.utils.translation.template import templatize

FUNCTIONS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|<[^>]+>")
SKIPPED = ("migrations", "tests", "locale", "static", "node_modules")


@dataclass(frozen=True)
class Text:
    """One marked text: singular and perhaps plural, its context, and the file in which it stands."""

    forms: tuple[str, ...]
    context: str
    file: str

    def __str__(self) -> str:
        return f"“{self.forms[0]}” ({self.file})"


def texts_of(plugin: str) -> list[Text]:
    """Every text that is marked in the plugin's Python and templates."""
    folder = Path(apps.get_app_config(plugin).path)
    files = [file for kind in ("*.py", "*.html", "*.txt") for file in sorted(folder.rglob(kind))]
    found: list[Text] = []
    for file in files:
        parts = file.relative_to(folder).parts
        if not set(parts) & set(SKIPPED) and (file.suffix == ".py" or "templates" in parts):
            found.extend(_texts_in(file, str(Path(*parts))))
    return found


def _texts_in(file: Path, name: str) -> Iterator[Text]:
    source = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # What Django makes of a template is no program: only the calls in it matter, wherever a line begins.
        source = "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), keywords=FUNCTIONS):
        forms = (message,) if isinstance(message, str) else tuple(message)
        if forms[0]:
            yield Text(forms, context or "", name)


def missing_in(plugin: str, language: str) -> list[str]:
    """The texts without a good translation, one line each."""
    texts = texts_of(plugin)
    catalogue = _catalogue(plugin, language)
    if catalogue is None:
        return [f"there is no locale/{language}/LC_MESSAGES/django.po for {len(texts)} texts"] if texts else []
    return [f"{each}: {fault}" for each in dict.fromkeys(texts) if (fault := _fault_of(each, catalogue, language))]


def _catalogue(plugin: str, language: str) -> Catalog | None:
    file = Path(apps.get_app_config(plugin).path, "locale", language, "LC_MESSAGES", "django.po")
    if not file.exists():
        return None
    with file.open("rb") as opened:
        return read_po(opened, locale=language)


def _fault_of(text: Text, catalogue: Catalog, language: str) -> str:
    message: Message | None = catalogue.get(text.forms[0], text.context or None)
    if message is None:
        return "" if _platform_has(text, language) else "is not in the catalogue"
    translated = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    if not all(translated):
        return "is not translated"
    if message.fuzzy:
        return "is only guessed (fuzzy)"
    wanted = [Counter(PLACEHOLDER.findall(form)) for form in text.forms]
    if [Counter(PLACEHOLDER.findall(form)) for form in translated[: len(wanted)]] != wanted:
        return f"loses a placeholder in “{translated[0]}”"
    return _fault_of_shown(text, translated, language)


def _fault_of_shown(text: Text, translated: tuple[str, ...], language: str) -> str:
    """What is wrong where readers get something else than the catalogue says."""
    shown = _shown(text, language)
    if shown == text.forms[0] != translated[0]:
        return "is translated, and not compiled (django-admin compilemessages)"
    if shown not in translated:
        return f"shows “{shown}” of another package, and not “{translated[0]}”; use a context (pgettext) or other words"
    return ""


def _platform_has(text: Text, language: str) -> bool:
    """Whether the platform itself translates this text, so that the plugin need not."""
    return _shown(text, language) != text.forms[0]


def _shown(text: Text, language: str) -> str:
    """What a reader sees for this text, of one thing: all packages share one catalogue, and the first that has it decides."""
    singular, *plural = text.forms
    with translation.override(language):
        if plural and text.context:
            return translation.npgettext(text.context, singular, plural[0], 1)
        if plural:
            return translation.ngettext(singular, plural[0], 1)
        return translation.pgettext(text.context, singular) if text.context else translation.gettext(singular)
