"""Takes a whole framework in, in a handful of queries: what changed is closed and added, the rest is left alone.

What people asserted by hand is theirs: a document closes only what a document added (`asserted_by` is empty).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Organisation
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.frameworks.document import Demand, Entry, FrameworkDocument
from skills_graph.models import (
    Competency,
    CompetencyTerms,
    Framework,
    GraphVersion,
    Profile,
    Relation,
    Requirement,
)
from skills_graph.models.definitions import DefinitionQuerySet
from skills_graph.services.changes import note_document
from skills_graph.services.definitions import (
    add_framework,
    add_scale,
    check_circles,
    check_inferences,
    hold_graph,
)

CHUNK = 500
ENTRY_FIELDS = ("kind", "title", "labels", "code", "summary", "summaries", "role")
TERM_FIELDS = ("rollup", "renew_months", "legal_basis")
LINK_FIELDS = ("at", "gives", "assurance", "status", "provenance")
DEMAND_FIELDS = ("level", "assurance", "strength")
Wanted = dict[tuple[Any, ...], tuple[Any, ...]]
Names = list[tuple[Any, ...]]


@transaction.atomic
def store_framework(*, document: FrameworkDocument, owner: Organisation | None = None) -> dict[str, int]:
    """Make the database say what the document says; the answer counts the rows that were added or changed, by kind.

    Storing it again changes nothing. Competencies that are no longer in it are withdrawn, never deleted. Raises
    DefinitionRefusedError with everything that is wrong, and then nothing is stored.
    """
    problems = document.check()
    if problems:
        raise DefinitionRefusedError("\n".join(problems))
    hold_graph()
    scale = add_scale(slug=document.scale_slug, title=document.scale_title, levels=document.levels)
    framework = add_framework(
        uri=document.uri,
        title=document.title,
        labels=dict(document.labels),
        scale=scale,
        owner=owner,
        version=document.version,
        licence=document.licence,
        attribution=document.attribution,
    )
    entries, withdrawn = _store_entries(framework, document.entries)
    ids = dict(framework.competencies.values_list("uri", "pk"))
    terms = _store_terms(framework, ids, document.entries)
    relations = _store_links(framework, ids, document)
    if terms or relations:
        check_inferences(framework)
        check_circles()
    if entries:
        GraphVersion.renew_words()
    if entries or terms or relations:
        note_document(withdrawn=withdrawn, terms=[pk for (pk,) in terms], links=relations)
    return {
        "competencies": entries,
        "terms": len(terms),
        "relations": len(relations),
        "profiles": _store_profiles(framework, document),
        "requirements": len(_store_demands(framework, ids, document)),
    }


def _store_entries(framework: Framework, entries: list[Entry]) -> tuple[int, list[int]]:
    """How many rows that touched, and which competencies were withdrawn or count again."""
    there = {row.uri: row for row in Competency.objects.filter(framework=framework)}
    new, changed, names = [], [], {entry.uri for entry in entries}
    withdrawn = [row.pk for row in there.values() if (row.retired_on is None) != (row.uri in names)]
    for entry in entries:
        row = there.get(entry.uri)
        if row is None:
            values = {name: getattr(entry, name) for name in ENTRY_FIELDS}
            new.append(Competency(framework=framework, uri=entry.uri, **values))
        elif row.kind != entry.kind:
            raise DefinitionRefusedError(
                _(
                    "%(uri)s is of another kind already. Leave it out, which withdraws it, and add one with another address."
                )
                % {"uri": entry.uri}
            )
        elif row.retired_on is not None or any(getattr(row, name) != getattr(entry, name) for name in ENTRY_FIELDS):
            for name in ENTRY_FIELDS:
                setattr(row, name, getattr(entry, name))
            row.retired_on = None
            changed.append(row)
    for row in there.values():
        if row.uri not in names and row.retired_on is None:
            row.retired_on = timezone.localdate()
            changed.append(row)
    Competency.objects.bulk_create(new, batch_size=CHUNK)
    Competency.objects.bulk_update(changed, [*ENTRY_FIELDS, "retired_on"], batch_size=CHUNK)
    return len(new) + len(changed), withdrawn


def _store_terms(framework: Framework, ids: Mapping[str, int], entries: list[Entry]) -> Names:
    wanted: Wanted = {
        (ids[each.uri],): (each.rollup, each.months, each.legal_basis)
        for each in entries
        if each.rollup is not None or each.months is not None or each.legal_basis
    }
    current = CompetencyTerms.objects.current().filter(competency__framework=framework)
    return settle(current, ("competency_id",), TERM_FIELDS, wanted)


def _store_links(framework: Framework, ids: Mapping[str, int], document: FrameworkDocument) -> Names:
    wanted: Wanted = {
        (ids[each.source], ids[each.target], each.kind): (
            each.at,
            each.gives,
            each.assurance,
            Relation.Status.ACCEPTED.value,
            each.provenance,
        )
        for each in document.links
    }
    current = Relation.objects.current().filter(source__framework=framework, target__framework=framework)
    return settle(current, ("source_id", "target_id", "kind"), LINK_FIELDS, wanted)


def _store_profiles(framework: Framework, document: FrameworkDocument) -> int:
    there = {row.uri: row for row in Profile.objects.filter(framework=framework)}
    new, changed = [], []
    for each in document.occupations:
        row = there.get(each.uri)
        if row is None:
            new.append(Profile(framework=framework, uri=each.uri, title=each.title, labels=dict(each.labels)))
        elif (row.title, row.labels) != (each.title, each.labels):
            row.title, row.labels = each.title, dict(each.labels)
            changed.append(row)
    Profile.objects.bulk_create(new, batch_size=CHUNK)
    Profile.objects.bulk_update(changed, ["title", "labels"], batch_size=CHUNK)
    return len(new) + len(changed)


def _store_demands(framework: Framework, ids: Mapping[str, int], document: FrameworkDocument) -> Names:
    profiles = dict(Profile.objects.filter(framework=framework).values_list("uri", "pk"))
    wanted: Wanted = {}
    for each in document.occupations:
        wanted |= demanded(profiles[each.uri], ids, each.demands)
    return settle(_requirements(profile__framework=framework), ("profile_id", "competency_id"), DEMAND_FIELDS, wanted)


@transaction.atomic
def store_requirements(*, profile: Profile, demands: list[Demand], ids: Mapping[str, int]) -> int:
    """Make a profile ask exactly this; `ids` gives the competencies by name. Answers how many rows changed."""
    hold_graph()
    wanted = demanded(profile.pk, ids, demands)
    return len(settle(_requirements(profile=profile), ("profile_id", "competency_id"), DEMAND_FIELDS, wanted))


def demanded(profile_id: int, ids: Mapping[str, int], demands: list[Demand]) -> Wanted:
    return {(profile_id, ids[each.competency]): (each.level, each.assurance, each.strength) for each in demands}


def _requirements(**filters: Any) -> DefinitionQuerySet:
    return Requirement.objects.current().filter(**filters)


def settle(current: QuerySet[Any], key: tuple[str, ...], values: tuple[str, ...], wanted: Wanted) -> Names:
    """Close what is no longer wanted, add what is new; the keys of both. What people asserted stands."""
    width, now = len(key), timezone.now()
    gone, missing = {}, dict(wanted)
    for pk, asserted_by, *row in current.values_list("pk", "asserted_by", *key, *values).iterator(chunk_size=10_000):
        name, said = tuple(row[:width]), tuple(row[width:])
        if asserted_by is not None or wanted.get(name) == said:
            missing.pop(name, None)
        else:
            gone[pk] = name
    close_rows(current.model, [*gone], now)
    rows = (
        current.model(**dict(zip(key, name, strict=True)), **dict(zip(values, said, strict=True)), known_from=now)
        for name, said in missing.items()
    )
    current.model.objects.bulk_create(rows, batch_size=CHUNK)
    return [*gone.values(), *missing]


def close_rows(model: type[Any], ids: list[int], now: datetime) -> None:
    for start in range(0, len(ids), CHUNK):
        model.objects.filter(pk__in=ids[start : start + CHUNK]).update(known_until=now)
