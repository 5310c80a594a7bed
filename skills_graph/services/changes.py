"""Whom a change of the definitions concerns: only they are derived anew.

Somebody's holdings can differ only where a rule that changed has something to go by: evidence, or something held. So of every
rule that changes, all the competencies that it can go by are noted in the transaction that changes it, with the number that
the change gets; who has records of one of them, and was derived under an earlier number, is behind. What follows in turn
needs no note: a person is always derived as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from lxp.models import User
from skills_graph.models import (
    CompetencyTerms,
    Evidence,
    GraphChange,
    GraphVersion,
    Holding,
    RecognitionRule,
    Relation,
    ScaleMap,
)
from skills_graph.models.definitions import Definition

INFERRING = (Relation.Kind.IMPLIES, Relation.Kind.EQUIVALENT, Relation.Kind.BROADER)
KEPT = timedelta(days=1)  # longer than any transaction lasts that may have read an older graph
CHUNK = 500
Link = tuple[int, int, str]  # source, target, kind


def note_definitions(*definitions: Definition | None) -> None:
    """Note what the opening or closing of these changes for inference; for most definitions that is nothing."""
    rows = [each for each in definitions if each is not None]
    if any(isinstance(each, ScaleMap) for each in rows):
        note_concerned(None)
        return
    relations = [each for each in rows if isinstance(each, Relation) and each.status == Relation.Status.ACCEPTED]
    terms = [each for each in rows if isinstance(each, CompetencyTerms)]
    recognised = {each.competency_id for each in rows if isinstance(each, RecognitionRule)}
    links = _inferring((each.source_id, each.target_id, each.kind) for each in relations)
    changed = {each.competency_id for each in terms} if _is_other_term(terms) else set()
    if links or changed or recognised:
        note_concerned({*_of_links(links), *_of_terms(changed), *recognised})


def _is_other_term(terms: list[CompetencyTerms]) -> bool:
    """Whether another roll-up or another term took the place of the first; no row is neither."""
    meanings = [(each.rollup, each.renew_months) for each in terms]
    return len(set(meanings)) > 1 or (len(meanings) == 1 and meanings != [(None, None)])


def note_document(*, withdrawn: Iterable[int], terms: Collection[int], links: Collection[Link]) -> None:
    """Note what a whole document changed: competencies, their terms, and relations that may infer."""
    note_concerned({*withdrawn, *_of_terms(terms), *_of_links(_inferring(links))})


def note_concerned(competencies: Collection[int] | None) -> None:
    """Give the graph its next number, and note the competencies that it concerns; None is all of them."""
    GraphVersion.raise_number()
    number = GraphVersion.current()
    noted = [None] if competencies is None else sorted(competencies)
    GraphChange.objects.bulk_create(
        [GraphChange(number=number, competency_id=each) for each in noted], batch_size=CHUNK
    )


def _wholes() -> Any:
    return CompetencyTerms.objects.current().filter(rollup__isnull=False)


def _inferring(links: Iterable[Link]) -> list[Link]:
    """Those that can infer: being a part counts only for what its parts make whole."""
    whole = set(_wholes().values_list("competency", flat=True))
    return [link for link in links if link[2] in INFERRING[:2] or (link[2] == INFERRING[2] and link[1] in whole)]


def _of_links(links: Collection[Link]) -> set[int]:
    """Both ends; and where the target is a whole, all of its parts: with one less the others may be enough."""
    return {pk for link in links for pk in link[:2]} | _parts_of({link[1] for link in links})


def _of_terms(competencies: Collection[int]) -> set[int]:
    """Whatever proves these, and whatever they prove: another term may open and close an inference on both sides."""
    found = set(competencies)
    for chunk in _chunks(competencies):
        counts = ~Q(kind=Relation.Kind.BROADER) | Q(target__in=_wholes().values("competency")) | Q(target__in=chunk)
        ends = _accepted().filter(counts, Q(source__in=chunk) | Q(target__in=chunk))
        found |= {pk for link in ends.values_list("source", "target") for pk in link}
        rules = RecognitionRule.objects.current().filter(Q(competency__in=chunk) | Q(gives__in=chunk))
        found |= set(rules.values_list("competency", flat=True))
    return found | _parts_of(_wholes().filter(competency__in=found).values_list("competency", flat=True))


def _accepted() -> Any:
    return Relation.objects.current().filter(status=Relation.Status.ACCEPTED, kind__in=INFERRING)


def _parts_of(wholes: Collection[int]) -> set[int]:
    found: set[int] = set()
    for chunk in _chunks(wholes):
        parts = _accepted().filter(kind=Relation.Kind.BROADER, target__in=chunk)
        found |= set(parts.values_list("source", flat=True))
    return found


def _chunks(pks: Collection[int]) -> Iterable[list[int]]:
    listed = sorted(pks)
    return (listed[start : start + CHUNK] for start in range(0, len(listed), CHUNK))


def people_behind(most: int | None = None) -> list[int]:
    """Who was derived before a change that concerns them, by id; at most so many of each kind. One query where nobody is."""
    if not GraphChange.objects.exists():
        return []
    found: set[int] = set()
    for rows in (_with_records(Evidence), _with_records(Holding), _everybody()):
        found.update(rows[:most])
    return sorted(found)


def _with_records(model: type[Evidence | Holding]) -> Any:
    newer = GraphChange.objects.filter(competency=OuterRef("competency"), number__gt=OuterRef("derived"))
    noted = GraphChange.objects.filter(competency__isnull=False).values("competency")
    rows: QuerySet[Any] = model.objects.filter(competency__in=noted, person__wiped_at__isnull=True)
    rows = rows.annotate(derived=Coalesce("person__derivation__graph_version", 0)).filter(Exists(newer))
    return rows.order_by().values_list("person", flat=True).distinct()


def _everybody() -> Any:
    """Those with records who were derived before the last change that concerns every competency."""
    number = GraphChange.objects.filter(competency__isnull=True).aggregate(last=Max("number"))["last"]
    if number is None:
        return User.objects.none().values_list("pk", flat=True)
    own = OuterRef("pk")
    has_records = Exists(Evidence.objects.filter(person=own)) | Exists(Holding.objects.filter(person=own))
    rows = User.objects.filter(has_records, wiped_at__isnull=True)
    rows = rows.annotate(derived=Coalesce("derivation__graph_version", 0)).filter(derived__lt=number)
    return rows.order_by().values_list("pk", flat=True)


def forget_old_changes() -> None:
    """Forget what is over, when nobody is behind."""
    GraphChange.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
