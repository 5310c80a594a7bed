"""What content adds to the platform."""

from __future__ import annotations

from django.http import HttpRequest

from content.library_loader import sections
from content.services.workspaces import open_workspace
from content.services.writing import home_items as writing_on_home
from lxp.home import HomeItem
from lxp.hookspecs import hookimpl
from lxp.library import LibrarySection
from lxp.models import Organisation, User


@hookimpl
def organisation_opened(organisation: Organisation) -> None:
    open_workspace(organisation=organisation)


@hookimpl
def home_items(person: User, request: HttpRequest) -> list[HomeItem]:
    return writing_on_home(person=person)


@hookimpl
def library_sections() -> list[LibrarySection]:
    return sections()
