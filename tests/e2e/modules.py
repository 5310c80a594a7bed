"""Modules that one journey has for itself, loaded before the first of them as an operator does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LIBRARY = Path(__file__).parent / "library"
ACT = "blaaskatheter-inbrengen"


@dataclass(frozen=True)
class Kind:
    """Copies of a file of our library: how many, under which title, and what they prove."""

    file: str
    title: str
    count: int
    outcomes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class OwnModule:
    """A module that no other journey touches."""

    slug: str
    title: str
    kind: str

    @property
    def path(self) -> str:
        return f"/nl/maasdal/{self.slug}/"


def practical(title: str, count: int, competency: str) -> Kind:
    """14 criteria that prove a competency of the demo at “zelf”."""
    outcome = {"competency": competency, "level": "alone", "kind": "practical", "activity": "praktijk"}
    return Kind("practical", title, count, (outcome,))


# As many as the journeys take together, since one worker may go all of them.
KINDS = {
    "small": Kind("small", "Schone handen", 18),
    "reflection": Kind("reflection", "Nadenken over werk", 1),
    "assignment": Kind("assignment", "Medicijnen in de praktijk", 2),
    "blocks": Kind("blocks", "Samen tillen", 3),
    "wound": practical("Wond verzorgen in de praktijk", 2, "wond-verzorgen"),
    "mouth": practical("Mondzorg in de praktijk", 2, "mondzorg"),
    "lift": practical("Tillift in de praktijk", 1, "tillift"),
    "act": Kind(
        "act",
        "Katheter leren",
        2,
        (
            {"competency": f"{ACT}-theorie", "level": "know", "kind": "test", "activity": "toets"},
            {"competency": f"{ACT}-praktijk", "level": "alone", "kind": "practical", "activity": "praktijk"},
        ),
    ),
}


def own_modules() -> Iterator[OwnModule]:
    """Every copy; its number has two digits, so that no title is a part of another."""
    for name, kind in KINDS.items():
        for number in range(1, kind.count + 1):
            yield OwnModule(f"{name}-{number:02}", f"{kind.title} {number:02}", name)


def write(library: Path, module: OwnModule, **changes: Any) -> None:
    """One module in the form that `lxp load_library` reads."""
    kind = KINDS[module.kind]
    words = yaml.safe_load((LIBRARY / f"{kind.file}.yaml").read_text(encoding="utf-8"))
    words |= {"title": module.title, **({"outcomes": list(kind.outcomes)} if kind.outcomes else {}), **changes}
    folder = library / "modules" / module.slug
    folder.mkdir(parents=True)
    (folder / "module.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
