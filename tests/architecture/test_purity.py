"""What says that it is pure takes of Django only words and their forms.

The import contracts keep models and services out; they cannot tell one part of Django from another.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

SKILLS_GRAPH = Path(__file__).parents[2] / "skills_graph"
PURE = ("comparison.py", "frameworks", "inference.py", "openbadges", "proofs.py", "snapshot.py", "titles.py")
ALLOWED = "django.utils"


def modules() -> list[Path]:
    places = [SKILLS_GRAPH / name for name in PURE]
    return [file for place in places for file in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_the_algorithms_know_no_database_and_no_settings() -> None:
    of_django = {(file.name, name) for file in modules() for name in imported(file) if name.startswith("django")}
    assert ("document.py", "django.utils.translation.gettext") in of_django
    assert sorted(each for each in of_django if not each[1].startswith(ALLOWED)) == []
