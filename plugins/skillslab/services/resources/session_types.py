"""What a type of session asks: equipment, what people must have before, and the activity that it serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from courses.api import Module, VersionActivity
from lxp.models import User
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.models import EquipmentNeed, Prerequisite, SessionType
from skills_graph.api import Competency, Outcome

Needs = Mapping[int, tuple[int, int | None]]
AT_MOST = 500  # of what somebody chooses from


@dataclass(frozen=True)
class Served:
    """An activity that somebody practises in sessions of a type; `key` is what a form sends."""

    module: Module
    block_id: UUID
    words: str

    @property
    def key(self) -> str:
        return f"{self.module.uuid}:{self.block_id}"


def served_choices(*, person: User, session_type: SessionType | None = None) -> list[Served]:
    """The practicals of modules that somebody may find, and the one that a type serves already. Two queries."""
    modules = Module.objects.visible_to(person).published().select_related("current_version")
    by_version = {each.current_version_id: each for each in modules.order_by("current_version__title")[:AT_MOST]}
    module = session_type.module if session_type is not None else None
    if module is not None and module.current_version_id is not None:
        by_version.setdefault(module.current_version_id, module)
    found: dict[str, Served] = {}
    for row in VersionActivity.objects.filter(version__in=by_version, kind="assignment").order_by("position"):
        module = by_version[row.version_id]
        each = Served(module, row.block_id, f"{module} – {row.title}" if row.title else str(module))
        found.setdefault(each.key, each)
    return sorted(found.values(), key=lambda each: each.words.casefold())


def skill_choices(*, person: User) -> list[Competency]:
    """The skills that modules prove which somebody may find."""
    modules = Module.objects.visible_to(person).published()
    proven = Outcome.objects.filter(version__in=modules.values("current_version"), is_entry=False).values("competency")
    return list(Competency.objects.filter(pk__in=proven, retired_on__isnull=True).order_by("title")[:AT_MOST])


def module_choices(*, person: User) -> list[Module]:
    modules = Module.objects.visible_to(person).published().select_related("current_version")
    return list(modules.order_by("current_version__title")[:AT_MOST])


def set_needs(*, session_type: SessionType, needs: Needs) -> None:
    """The equipment of a type: for each kind (id) the pieces, for a whole session or for each so many people."""
    EquipmentNeed.objects.filter(session_type=session_type).delete()
    EquipmentNeed.objects.bulk_create(
        [
            EquipmentNeed(session_type=session_type, equipment_kind_id=kind, pieces=pieces, people=people)
            for kind, (pieces, people) in needs.items()
            if pieces
        ]
    )


def add_prerequisite(
    *, session_type: SessionType, module: Module | None, competency: Competency | None, level: int | None
) -> Prerequisite:
    """Ask a module, or a skill at a level, of everybody who books from now on. Raises SetupRefusedError for half a choice."""
    if (module is None) == (competency is None):
        raise SetupRefusedError(_("Choose a module, or a skill with a level."))
    rows = Prerequisite.objects.filter(session_type=session_type)
    if module is not None:
        return rows.get_or_create(session_type=session_type, module=module)[0]
    if not level:
        raise SetupRefusedError(_("Choose a module, or a skill with a level."))
    return rows.update_or_create(session_type=session_type, competency=competency, defaults={"level": level})[0]
