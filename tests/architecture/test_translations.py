"""Every text of our own is there in Dutch: nothing empty, nothing guessed, no placeholder lost, none forgotten."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.conftest import is_missing

ROOT = Path(__file__).parents[2]
CATALOGUE = Path("locale", "nl", "LC_MESSAGES", "django.po")
PACKAGES = sorted(path.parents[3] for path in [*ROOT.glob(f"*/{CATALOGUE}"), *ROOT.glob(f"plugins/*/{CATALOGUE}")])
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|<[^>]+>")
# Nothing in these is marked, and some of it is large.
NO_SOURCES = shutil.ignore_patterns("__pycache__", "static", "*.mo", "library")


def name_of(package: Path) -> str:
    return str(package.relative_to(ROOT))


every_package = pytest.mark.parametrize("package", PACKAGES, ids=name_of)


def catalogue(package: Path) -> Catalog:
    with (package / CATALOGUE).open("rb") as file:
        return read_po(file, locale="nl")


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Singular and plural of a text that has both, or the one text."""
    return (text,) if isinstance(text, str) else tuple(text)


def messages(package: Path) -> Iterator[Message]:
    return (message for message in catalogue(package) if message.id)


def key(message: Message) -> tuple[str, ...]:
    return (message.context or "", *forms(message.id))


def forms_of_one_number(theirs: Catalog) -> set[int]:
    """Forms of the plural that stand for a single number: Arabic says "one" and "two" in words, without a digit."""
    form_of = c2py(theirs.plural_expr)
    found = Counter(form_of(number) for number in range(1000))
    return {form for form, numbers in found.items() if numbers == 1}


def test_our_packages_have_a_catalogue() -> None:
    assert {"lxp", "content", "courses"} <= {name_of(package) for package in PACKAGES}


@every_package
def test_every_text_has_its_dutch(package: Path) -> None:
    assert [message.id for message in messages(package) if message.fuzzy or not all(forms(message.string))] == []


@every_package
def test_every_placeholder_is_kept(package: Path) -> None:
    """In each form of a text; the singular may say its number in words, such as "once"."""
    lost = []
    for message in messages(package):
        texts, translations = forms(message.id), forms(message.string)
        for text, translation in zip(texts, translations, strict=True):
            if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(translation)):
                lost.append((text, translation))
    assert lost == []


def test_one_text_has_one_translation() -> None:
    """Django merges all catalogues: of two translations of one text, the reader would get one, everywhere."""
    found: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for package in PACKAGES:
        for message in messages(package):
            found.setdefault(key(message), set()).add(forms(message.string))
    assert {text: translations for text, translations in found.items() if len(translations) > 1} == {}


def test_a_text_in_another_language_is_one_of_ours() -> None:
    """The languages of the public pages alone have some of the texts: each is still there, with its placeholders. A form
    of the plural for one number alone may say that number in words."""
    wrong = []
    for package in PACKAGES:
        ours = {key(message): message for message in messages(package)}
        paths = (package / "locale").glob("*/LC_MESSAGES/django.po")
        for path in sorted(path for path in paths if path.parents[1].name != "nl"):
            with path.open("rb") as file:
                theirs = read_po(file, locale=path.parents[1].name)
            in_words = forms_of_one_number(theirs)
            for message in (each for each in theirs if each.id):
                texts, strings = forms(message.id), forms(message.string)
                counting = [text for form, text in enumerate(strings) if len(texts) == 1 or form not in in_words]
                counted = {frozenset(PLACEHOLDER.findall(text)) for text in (texts[-1], *counting)}
                if key(message) not in ours or not all(strings) or message.fuzzy or len(counted) > 1:
                    wrong.append((str(path.relative_to(ROOT)), message.id))
    assert wrong == []


def test_no_function_that_marks_a_text_goes_by_a_name_of_its_own() -> None:
    """`gettext as now`: the texts in it are found by nobody who makes the catalogues, and stay English."""
    found = [
        f"{path.relative_to(ROOT)}: {each.name} as {each.asname}"
        for package in PACKAGES
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if "gettext" in each.name and each.asname not in (None, "_")
    ]
    assert found == []


def test_the_catalogues_are_up_to_date(tmp_path: Path) -> None:
    """`bin/translations` on a copy finds the texts that the catalogues have: none is new, none is gone."""
    if shutil.which("xgettext") is None:
        is_missing("xgettext (Debian: gettext)")
    for package in PACKAGES:
        copy = tmp_path / name_of(package)
        shutil.copytree(package, copy, ignore=NO_SOURCES)
        command = [
            sys.executable, "-m", "django", "makemessages", "--locale", "nl", "--no-obsolete", "--ignore", "library/*",
        ]  # fmt: skip
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True, timeout=300)
        with (copy / CATALOGUE).open("rb") as file:
            fresh = {key(message) for message in read_po(file, locale="nl") if message.id}
        kept = {key(message) for message in messages(package)}
        assert (fresh - kept, kept - fresh) == (set(), set()), f"{name_of(package)}: run `make translations`"
