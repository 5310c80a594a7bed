"""Modules with a practical of 14 criteria that proves a skill, loaded for one journey."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.demo import Demo, write_module


def load_practical(demo: Demo, library: Path, slug: str, title: str, competency: str) -> str:
    """Load a module whose practical proves a competency of the demo at “zelf”; the address of its page."""
    outcomes = [{"competency": competency, "level": "alone", "kind": "practical", "activity": "praktijk"}]
    write_module(library, "practical", slug, title, outcomes=outcomes)
    demo.command("load_library", str(library))
    return f"/nl/maasdal/{slug}/"
