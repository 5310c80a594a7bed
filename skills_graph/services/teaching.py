"""Which modules prove something that somebody still needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from heapq import nsmallest

from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language

from content.api import page_path
from courses.api import Module, ModulePage
from lxp.models import User
from skills_graph.services.standing import Standing


@dataclass(frozen=True)
class Offer:
    """A module that somebody may take, with what it proves of what was asked: competency id → level."""

    module_id: int
    title: str
    minutes: int
    proves: Mapping[int, int]
    url: str = ""


def offers(person: User, wanted: Mapping[int, int], *, most: int) -> list[Offer]:
    """The modules that this person may find and that prove these competencies at these levels or higher, so many of the best:
    what proves most of them, then what takes least time. Without addresses; see `with_addresses`. One query."""
    if not wanted:
        return []
    outcome = "current_version__outcomes"
    rows = (
        Module.objects.visible_to(person)
        .published()
        .filter(**{f"{outcome}__competency__in": wanted, f"{outcome}__is_entry": False})
        .annotate(proves=F(f"{outcome}__competency"), level=F(f"{outcome}__level"))
        .values_list("pk", "current_version__title", "study_minutes", "proves", "level")
        .order_by()
    )
    proven: dict[tuple[int, str, int], dict[int, int]] = {}
    for pk, title, minutes, competency, level in rows:
        if level >= wanted[competency]:
            proven.setdefault((minutes, title, pk), {})[competency] = level
    best = nsmallest(most, ((-len(proves), *module) for module, proves in proven.items()))
    return [Offer(pk, title, minutes, proven[minutes, title, pk]) for _count, minutes, title, pk in best]


def with_addresses(found: Collection[Offer]) -> list[Offer]:
    """The same offers with title and address in the reader's language; what has no live page is left out. One query."""
    language = get_language() or settings.LANGUAGE_CODE
    pages: dict[int, tuple[str, str, str]] = {}
    rows = ModulePage.objects.live().filter(module__in=[each.module_id for each in found]).order_by()
    for module_id, title, url_path, text_language in rows.values_list("module", "title", "url_path", "text_language"):
        if text_language == language or module_id not in pages:
            pages[module_id] = (title, page_path(url_path, language), text_language)
    return [
        replace(each, title=pages[each.module_id][0], url=pages[each.module_id][1])
        for each in found
        if each.module_id in pages
    ]


def wanted_of(standings: Iterable[Standing]) -> dict[int, int]:
    """What a module would have to prove: of a whole, the parts that are missing."""
    wanted: dict[int, int] = {}
    for standing in standings:
        for each in standing.missing_parts if standing.parts else [standing]:
            wanted[each.competency.pk] = max(wanted.get(each.competency.pk, 0), each.need.level)
    return wanted
