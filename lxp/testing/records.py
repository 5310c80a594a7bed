"""What a plugin holds of people: whether it is in their copy, and gone when they are forgotten."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.test import TestCase

from lxp import plugin_manager
from lxp.models import Erasure, User
from lxp.services.erasures import erase_person, wipe_from_plugins
from lxp.testing.faults import implementations
from lxp.testing.objects import Holder
from lxp.testing.probes import Plan
from lxp.testing.world import leave, make_person


def copy_of(plugin: str, person: User) -> str:
    """The plugin's part of somebody's copy, as text; empty where it gives none."""
    hook = implementations(plugin).get("person_export")
    parts: list[Any] = (plugin_manager.answer_of(hook, person=person) or []) if hook is not None else []
    files = {str(part.name): [str(part.title), list(part.rows)] for part in parts}
    return json.dumps(files, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)


def forget(person: User) -> Erasure:
    """Forget somebody the way an operator does, with everything that follows the commit."""
    leave(person)
    with TestCase.captureOnCommitCallbacks(execute=True):
        erasure = erase_person(person=person, by=None)
    erasure.refresh_from_db()
    return erasure


def forget_again(erasure: Erasure) -> list[str]:
    """Ask the plugins once more, as happens after a restore."""
    erasure.plugins_done = []
    return wipe_from_plugins(erasure=erasure)


def faults_in_copy(plan: Plan, holder: Holder) -> list[str]:
    """Whether the copy of a person gains something by each object that holds them, and nobody else's does."""
    person, other = make_person(plan.world.ours), make_person(plan.world.ours)
    before, others = copy_of(plan.plugin, person), copy_of(plan.plugin, other)
    plan.plant(person, plan.world.ours, "Kit")
    if not holder.rows(holder.keys(person)).exists():
        return [f"{holder.name}: no object holds the person; give a factory in `objects`, or a reason in `exempt`"]
    found = []
    if copy_of(plan.plugin, person) == before or not _is_in_copy(plan.plugin, person, holder):
        found.append(f"{holder.name} holds a person, and their copy says nothing of it")
    if copy_of(plan.plugin, other) != others:
        found.append(f"{holder.name}: the copy of somebody else changed with it")
    return found


def _is_in_copy(plugin: str, person: User, holder: Holder) -> bool:
    """Without the rows of this model the copy must be another one: so it is asked of each model by itself."""
    rows = holder.rows(holder.keys(person))
    keys = list(rows.values_list("pk", flat=True))
    with_it = copy_of(plugin, person)
    with suppress(RuntimeError), transaction.atomic():
        holder.model._base_manager.filter(pk__in=keys)._raw_delete(rows.db)
        without = copy_of(plugin, person)
        raise RuntimeError  # nothing was deleted
    return with_it != without


def faults_in_erasure(plan: Plan, held: list[Holder]) -> list[str]:
    """Whether everything of a person is gone after they were forgotten, nothing of anybody else, and again later."""
    if not held:
        return []
    person, other = make_person(plan.world.ours), make_person(plan.world.ours)
    for each in (person, other):
        plan.plant(each, plan.world.ours, "Kit")
    mine, others = ({holder: holder.keys(each) for holder in held} for each in (person, other))
    kept = {holder: holder.rows(others[holder]).count() for holder in held}
    erasure = forget(person)
    found = [f"{holder.name} still holds the person" for holder in held if holder.rows(mine[holder]).exists()]
    lost = [holder.name for holder in held if holder.rows(others[holder]).count() != kept[holder]]
    found += [f"{name}: rows of somebody else went too" for name in lost]
    if "person_erase" not in implementations(plan.plugin):
        return [*found, "there is no hook person_erase"] if found else []
    if plan.plugin not in erasure.plugins_done or plan.plugin not in forget_again(erasure):
        found.append("the hook person_erase failed, or cannot be repeated")
    return found
