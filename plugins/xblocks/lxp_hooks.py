"""Everything that this plugin adds to LXP."""

from __future__ import annotations

from lxp.hookspecs import hookimpl
from lxp.models import Erasure, User
from lxp.person_data import ExportPart
from plugins.xblocks.packages import PREFIX, allowed_types, has_library, kind_of
from plugins.xblocks.services.personal_data import export_parts, forget
from plugins.xblocks.services.upkeep import clear_drafts


@hookimpl
def activity_kinds() -> list[str]:
    return [f"plugins.xblocks.kinds.{kind_of(each).removeprefix(PREFIX)}" for each in allowed_types()]


@hookimpl
def urls() -> str:
    """Without the library no block can be shown, so there is nothing to ask for."""
    return "plugins.xblocks.urls" if has_library() else ""


@hookimpl
def reconcile() -> list[str]:
    return clear_drafts()


@hookimpl
def person_export(person: User) -> list[ExportPart]:
    return export_parts(person=person)


@hookimpl
def person_erase(person: User, erasure: Erasure) -> None:
    forget(person=person)
