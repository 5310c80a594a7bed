"""Writes a small whole plugin to begin with: model, migration, pages, hooks, Dutch, tests; it works and passes the contract."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps

from lxp import plugin_discovery
from lxp.exceptions import LxpError

TEMPLATES = Path(__file__).parent / "scaffold"
SUFFIX = ".tpl"
NAME = re.compile(r"[a-z][a-z0-9]{1,19}")
TITLE = re.compile(r"[^\W_][\w '’-]{0,39}")


class ScaffoldError(LxpError):
    """A plugin that cannot be begun like this, with what to choose instead."""


def write_plugin(*, name: str, title: str, english: str, folder: Path) -> Path:
    """Write the plugin to `folder`/lxp-<name> and return that. Raises ScaffoldError, and then nothing was written."""
    if not NAME.fullmatch(name):
        raise ScaffoldError("The name of a plugin has 2 to 20 small letters and digits, and begins with a letter.")
    if not (TITLE.fullmatch(title) and TITLE.fullmatch(english)):
        raise ScaffoldError("The title of a plugin has at most 40 letters, digits, spaces and hyphens.")
    if name in plugin_discovery.found or name in apps.app_configs:
        raise ScaffoldError(f"There is something with the name {name} here already. Choose another.")
    target = folder / f"lxp-{name}"
    if target.exists():
        raise ScaffoldError(f"{target} exists already. Choose another folder with --folder, or another name.")
    words = {"NAME": name, "CLASS": name.capitalize(), "TITLE": title, "ENGLISH": english}
    for source in sorted(TEMPLATES.rglob(f"*{SUFFIX}")):
        path = target / _filled(str(source.relative_to(TEMPLATES)), words).removesuffix(SUFFIX)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(source.read_text(encoding="utf-8"), words).lstrip("\n"), encoding="utf-8")
        if path.suffix == ".po":
            _compile(path)
    return target


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub("|".join(words), lambda found: words[found[0]], text)


def _compile(catalogue: Path) -> None:
    """What msgfmt would do, without needing it."""
    with catalogue.open("rb") as file, catalogue.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(BytesIO(file.read())))
