"""What content adds to the platform."""

from __future__ import annotations

from content.library_loader import sections
from content.services.workspaces import open_workspace
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Organisation


@hookimpl
def organisation_opened(organisation: Organisation) -> None:
    open_workspace(organisation=organisation)


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()
