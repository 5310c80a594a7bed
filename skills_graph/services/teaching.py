"""Which modules prove something that somebody still needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from django.conf import settings
from django.db.models import Subquery
from django.utils.translation import get_language

from content.api import page_path
from courses.api import Module, ModulePage
from lxp.models import PublicStamp, User
from lxp.search.candidates import among
from skills_graph.proofs import Proofs, build
from skills_graph.services.finding import proven
from skills_graph.services.standing import Standing

LEAST_ASKED, GROWTH = 24, 4  # modules of which the database is asked at first, and so many times more each time
_kept: dict[str, Proofs] = {}


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
    what proves most of them, then what takes least time. Without addresses; see `with_addresses`. One query, and a few more
    after something was published, or where this person may not find the best."""
    if not wanted:
        return []
    found = _permitted(person, wanted, most, _kept.get("current") or read_proofs())
    while found is None:
        found = _permitted(person, wanted, most, read_proofs())
    return found


def _permitted(person: User, wanted: Mapping[int, int], most: int, proofs: Proofs) -> list[Offer] | None:
    """The best that the database lets this person find, asked in growing lots; None where something was published since the
    table was made, which the same query says."""
    modules = Module.objects.visible_to(person).published().annotate(public_stamp=_current_stamp()).order_by()
    ranked, found, size = proofs.ranked(wanted), list[Offer](), max(most, LEAST_ASKED)
    while True:
        lot = {proofs.modules[place]: place for place in islice(ranked, size)}
        rows = among(modules, list(lot)).values_list("pk", "current_version__title", "study_minutes", "public_stamp")
        visible = {row[0]: row for row in rows} if lot else {}
        stamp = next(iter(visible.values()))[-1] if visible else PublicStamp.current()
        if stamp != proofs.stamp:
            return None
        for pk, place in lot.items():
            if pk in visible:
                _pk, title, minutes, _stamp = visible[pk]
                found.append(Offer(pk, title, minutes, proofs.of(place, wanted)))
        if len(found) >= most or len(lot) < size:
            return found[:most]
        size *= GROWTH


def _current_stamp() -> Subquery:
    return Subquery(PublicStamp.objects.filter(pk=1).values("stamp"))


def read_proofs() -> Proofs:
    """The table as it stands, kept in this process: two queries, and one before and after to know of what moment it is."""
    stamp = PublicStamp.current()
    while True:
        modules = Module.objects.published().order_by().values_list("study_minutes", "current_version__title", "pk")
        outcomes = proven().order_by().values_list("version__module", "competency", "level")
        proofs = build(modules, outcomes, stamp=stamp)
        before, stamp = stamp, PublicStamp.current()
        if before == stamp:  # else something was published while it was read
            if stamp is not None:
                _kept["current"] = proofs
            return proofs


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
