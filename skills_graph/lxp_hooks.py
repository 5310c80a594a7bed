"""What the skills graph adds to the platform."""

from __future__ import annotations

from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from skills_graph.library_loader import sections


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()
