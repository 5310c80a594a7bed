"""The names of our icons, and where a plugin names one that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "lxp" / "img" / "icons.svg"
SYMBOL = re.compile(r'<symbol id="([\w-]+)"')
OURS = re.compile(r"{% load [^%]*\blxp_ui\b")
IN_TEMPLATE = re.compile(r"""(?:{% icon |\bicon_name=)["']([^"']*)["']""")
FALLBACK = "circle-question-mark"
PLACE_IN_NAVIGATION = 3
PICTURES = ("hills",)  # in the sprite, and no icons


@cache
def names() -> tuple[str, ...]:
    """Every icon that `{% icon %}` and a menu can show."""
    found = set(SYMBOL.findall(SPRITE.read_text(encoding="utf-8")))
    return tuple(sorted(found.difference(PICTURES)))


def unknown_in(folder: Path) -> list[str]:
    """The icons that templates and code in this folder name and that are not there, each with its file."""
    found = [(name, file) for file in sorted(folder.rglob("*.html")) for name in _in_template(file)]
    found += [(name, file) for file in sorted(folder.rglob("*.py")) for name in _in_code(file)]
    return [f"“{name}” ({file.relative_to(folder)})" for name, file in found if name not in names()]


def _in_template(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8", errors="replace")
    return IN_TEMPLATE.findall(text) if OURS.search(text) else []


def _in_code(file: Path) -> Iterator[str]:
    """The names that stand in the code itself: in a `NavigationItem`, and as the `public_icon` of an activity."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError):
        return  # no code of this Python: whoever imports it hears that
    for node in ast.walk(tree):
        named: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NavigationItem":
            named = [each.value for each in node.keywords if each.arg == "icon"]
            named += node.args[PLACE_IN_NAVIGATION : PLACE_IN_NAVIGATION + 1]
        elif isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == ["public_icon"]:
            named = [node.value]
        yield from (each.value for each in named if isinstance(each, ast.Constant) and isinstance(each.value, str))
