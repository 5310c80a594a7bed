"""Every point where a package or a plugin may add something. Import-light: no Django models here.

Where a hook says "core", only our own packages are called, inside the caller's transaction, and a fault rolls everything back.
Every other hook is guarded: a plugin that raises, or answers nonsense, is recorded as an incident and skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.models import Page

    from lxp.models import Organisation, User

API_VERSION = 1
hookspec = HookspecMarker("lxp")
hookimpl = HookimplMarker("lxp")


@hookspec
def activity_kinds() -> list[str]:
    """Name the activity classes that you add, as dotted paths.

    Called once in each process, at the first use of the editor or a player, outside any transaction.
    """
    return []


@hookspec
def urls() -> str:
    """Name your URL module, as a dotted path. Called once at start; mounted under `/p/<plugin>/` in its own namespace.

    The platform answers 404 for people none of whose organisations has the plugin on.
    """
    return ""


@hookspec
def navigation_items(person: User, request: HttpRequest) -> list[Any]:
    """Add `lxp.navigation.NavigationItem`s to the main menu of a signed-in person. Called once for each page."""
    return []


@hookspec
def home_cards(person: User, request: HttpRequest) -> list[str]:
    """Add a card to the welcome at the top of a learner's home, as safe HTML: the one thing to do now. Only read."""
    return []


@hookspec
def home_panels(person: User, request: HttpRequest) -> list[str]:
    """Add panels to a learner's home, as safe HTML. Called for each visit, outside a transaction; only read."""
    return []


@hookspec
def home_page_sections(page: Page, request: HttpRequest) -> list[str]:
    """Add sections to the public home page, as safe HTML. Called for each visit that no cache answers; only read."""
    return []


@hookspec
def organisation_page_sections(page: Page, organisation: Organisation, request: HttpRequest) -> list[str]:
    """Add sections to the public page of an organisation, as safe HTML. Only read."""
    return []


@hookspec
def topic_page_sections(page: Page, request: HttpRequest) -> list[str]:
    """Add sections to a topic page, as safe HTML. Only read."""
    return []


@hookspec
def module_panels(module: Any, request: HttpRequest) -> list[str]:
    """Add panels beside a module (`courses.models.Module`), as safe HTML. Only read."""
    return []


@hookspec
def course_panels(course: Any, request: HttpRequest) -> list[str]:
    """Add panels beside a course (`courses.models.Course`), as safe HTML. Only read."""
    return []


@hookspec
def organisation_opened(organisation: Organisation) -> None:
    """Core: prepare what a new or changed organisation needs. Inside the transaction that stored it; safe to repeat."""


@hookspec
def completing_module(attempt: Any) -> None:
    """Core: write what must exist together with a completion (`courses.models.Attempt`), inside its transaction."""


@hookspec
def module_completed(attempt_id: UUID) -> None:
    """React to a completed module. Called after the transaction that stored it has committed;
    may be called twice for one attempt, so make the reaction idempotent. Return nothing."""


@hookspec
def library_sections() -> list[Any]:
    """Core: add `lxp.library.LibrarySection`s, the folders of a library that your package can load. Called by the
    command `load_library`; sections are loaded in the order of the packages, each file in its own transaction."""
    return []


@hookspec
def reconcile() -> list[str]:
    """Find what should exist and does not, or should no longer exist, from state alone; put it right, and say what
    you did, one line each. Called every few minutes and by hand, outside a transaction; must be safe to repeat."""
    return []
