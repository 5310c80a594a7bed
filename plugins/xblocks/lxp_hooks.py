"""Everything that this plugin adds to LXP."""

from __future__ import annotations

from lxp.hookspecs import hookimpl
from lxp.models import Erasure, User
from lxp.person_data import ExportPart
from plugins.xblocks.packages import PREFIX, allowed_types, kind_of
from plugins.xblocks.services.personal_data import export_parts, forget
from plugins.xblocks.services.upkeep import clear_drafts


@hookimpl
def activity_kinds() -> list[str]:
    return [f"plugins.xblocks.kinds.{kind_of(each).removeprefix(PREFIX)}" for each in allowed_types()]


@hookimpl
def urls() -> str:
    """Where no block may be loaded there is nothing to ask for, and the library takes no memory."""
    return "plugins.xblocks.urls" if allowed_types() else ""


@hookimpl
def reconcile() -> list[str]:
    return clear_drafts()


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)
