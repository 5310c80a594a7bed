"""Takes `outcomes:` of a module's document in a library (docs/library-format.md) over into the module's draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from courses.api import Module
from lxp.library import LibraryError
from lxp.models import Organisation
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import Competency, DraftOutcome
from skills_graph.services.outcomes import ENTRY_KIND, organisations_of, remove_outcome, save_outcome

Row = tuple[UUID | None, int, int, str, bool]
NAMES = {"competency", "level", "kind", "activity", "entry"}


@transaction.atomic
def load_outcomes(*, module: Module, document: dict[str, Any], activities: dict[str, dict[str, Any]]) -> bool:
    """Give a module the outcomes of its document, and no others; whether anything changed.

    A document that does not speak of outcomes leaves alone what authors wrote. Raises LibraryError naming the outcome.
    """
    if "outcomes" not in document:
        return False
    wanted = [_row(entry, module, document, activities) for entry in document["outcomes"] or []]
    drafts = {_key(draft): draft for draft in DraftOutcome.objects.filter(module=module).select_related("competency")}
    if set(drafts) == {row for row, _competency in wanted}:
        return False
    for key, draft in drafts.items():
        if key not in {row for row, _competency in wanted}:
            remove_outcome(outcome=draft)
    # Entry requirements last: whether they make a circle depends on what the module gives.
    for row, competency in sorted(wanted, key=lambda each: each[0][-1]):
        if row in drafts:
            continue
        block_id, _competency_id, level, kind, is_entry = row
        try:
            save_outcome(
                module=module,
                activities=list(activities.values()),
                competency=competency,
                level=level,
                kind=kind,
                block_id=block_id,
                is_entry=is_entry,
            )
        except DefinitionRefusedError as refusal:
            raise LibraryError(f"{document['title']}, outcome {competency.code}: {refusal}") from refusal
    return True


def _key(draft: DraftOutcome) -> Row:
    return (draft.block_id, draft.competency_id, draft.level, draft.kind, draft.is_entry)


def _row(
    entry: dict[str, Any], module: Module, document: dict[str, Any], activities: dict[str, dict[str, Any]]
) -> tuple[Row, Competency]:
    where = f"{document['title']}, outcome {entry.get('competency')}"
    unknown = sorted(set(entry) - NAMES)
    if unknown:
        raise LibraryError(f"{where}: {', '.join(unknown)} means nothing here. Known are {', '.join(sorted(NAMES))}.")
    competency = _competency(str(entry["competency"]), organisations_of(module, None), where)
    levels = [each["code"] for each in competency.framework.scale.levels]
    if entry["level"] not in levels:
        raise LibraryError(f"{where}: there is no level {entry['level']}. Known are {', '.join(map(str, levels))}.")
    activity = entry.get("activity")
    if activity is not None and str(activity) not in activities:
        raise LibraryError(f"{where}: there is no activity {activity}.")
    is_entry = bool(entry.get("entry", False))
    kind = ENTRY_KIND if is_entry else entry["kind"]
    block_id = activities[str(activity)]["block_id"] if activity is not None and not is_entry else None
    return (block_id, competency.pk, levels.index(entry["level"]) + 1, str(kind), is_entry), competency


def _competency(code: str, organisations: list[Organisation], where: str) -> Competency:
    usable = Competency.objects.usable_by(organisations).filter(code=code, retired_on__isnull=True)
    found = list(usable.select_related("framework__scale")[:2])
    if len(found) != 1:
        words = "there is no such competency" if not found else "several frameworks have this code"
        raise LibraryError(f"{where}: {words}.")
    return found[0]
