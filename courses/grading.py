"""What a version consists of, and what of it is graded: from a page's body, without asking the database for more."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.blocks import StreamValue

from courses.activities import registry
from courses.activities.base import Activity
from lxp import plugin_manager

if TYPE_CHECKING:
    from courses.models import ModulePage, ModuleVersion


def activities_in(body: StreamValue) -> list[dict[str, Any]]:
    """The fields of a version's activities, from a page's body as stored; unknown kinds are kept as they are."""
    found = []
    # Blocks that somebody looked at hold Python's values, such as a Decimal; a version always holds what is stored.
    stored = json.loads(json.dumps(body.stream_block.get_prep_value(body), cls=DjangoJSONEncoder))
    for position, item in enumerate(stored, start=1):
        content = dict(item["value"] or {})
        kind = registry.get(item["type"])
        found.append(
            {
                "position": position,
                "block_id": UUID(item["id"]),
                "kind": item["type"],
                "title": content.get("title") or item["type"],
                "study_minutes": content.get("minutes") or 0,
                "is_required": bool(content.get("is_required", True)),
                "content": content,
                "graded_digest": graded_digest(kind, content),
            }
        )
    return found


def activities_of(page: ModulePage) -> list[dict[str, Any]]:
    """`activities_in` the body of a page."""
    return activities_in(page.body)


def graded_digest(kind: type[Activity] | None, content: dict[str, Any]) -> str:
    """What is graded, as a digest; of a kind that is not here or fails, of the whole content."""
    answer: str | None = None
    if kind is not None:
        with plugin_manager.guard_unless_core(registry.owner_of(kind.kind), f"{kind.kind}.graded"):
            answer = kind.graded_digest(kind.upgraded(content))
    if answer is None:
        answer = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return answer


def changes_grading(version: ModuleVersion, activities: list[dict[str, Any]]) -> bool:
    """Whether new activities differ from a module's current version in what is asked, in which order, or in how it is
    graded; or the packages above have other facts for it."""
    before = list(version.activities.values_list("block_id", "kind", "is_required", "graded_digest"))
    after = [(each["block_id"], each["kind"], each["is_required"], each["graded_digest"]) for each in activities]
    module_ids = [version.module_id]
    return before != after or facts_of(module_ids) != facts_of(module_ids, as_published=True)


def facts_of(module_ids: list[int] | None, *, as_published: bool = False) -> dict[int, list[Any]]:
    """What packages above add to the next version of modules, or to their current one, by the id of the module; only
    of modules to which they add something. None is every module."""
    found: dict[int, list[Any]] = {}
    for answer in plugin_manager.call_core("version_facts", module_ids=module_ids, as_published=as_published):
        for module_id, facts in answer.items():
            found.setdefault(module_id, []).extend(facts)
    return found
