"""Adding and closing definitions: none is ever edited, adding the same again changes nothing.

What is refused here would let the graph say something false: a circle, a level that a scale lacks, or an inference that
keeps a competency alive beyond its own term (renewal of the source at most that of the target; see docs/decisions/0020).
`by` is who asserts it; None is a loader.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Organisation, User
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.frameworks.validity import are_ranks, find_circle, is_map, lengthens, reaches
from skills_graph.models import (
    Competency,
    CompetencyTerms,
    Framework,
    GraphVersion,
    Relation,
    Scale,
    ScaleMap,
)
from skills_graph.models.definitions import Definition
from skills_graph.services.changes import INFERRING, note_concerned, note_definitions

AnyDefinition = TypeVar("AnyDefinition", bound=Definition)
AnyIdentity = TypeVar("AnyIdentity", Scale, Framework, Competency)
WITHOUT_CIRCLES = (Relation.Kind.BROADER, Relation.Kind.REQUIRES, Relation.Kind.REPLACED)


def hold_graph() -> None:
    """Let nobody else change the graph before this transaction ends, so that two halves of a circle cannot meet."""
    GraphVersion.objects.get_or_create(pk=1)
    GraphVersion.objects.select_for_update().get(pk=1)


def put(model: type[AnyDefinition], identity: dict[str, Any], values: dict[str, Any], by: User | None) -> AnyDefinition:
    """The current definition with these values: the one that is there, or a new one in the place of another."""
    current = model.objects.current().filter(**identity).first()
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current
    now = timezone.now()
    if current is not None:
        model.objects.filter(pk=current.pk).update(known_until=now)
    row = model(**identity, **values, known_from=now, asserted_by=by)
    row.save()
    note_definitions(current, row)
    return row


def put_identity(model: type[AnyIdentity], identity: dict[str, Any], values: dict[str, Any]) -> AnyIdentity:
    """The one row of what has an identity of its own; words about it may get better."""
    row = model.objects.filter(**identity).first()
    if row is not None and all(getattr(row, name) == value for name, value in values.items()):
        return row
    retired_on = getattr(row, "retired_on", None)
    row = row or model(**identity)
    is_new = row.pk is None
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    if isinstance(row, Scale):
        note_concerned([])
    else:
        GraphVersion.renew_words()
    if isinstance(row, Competency) and (is_new or row.retired_on != retired_on):
        note_concerned([] if is_new else [row.pk])
    return row


@transaction.atomic
def close_definition(*, definition: Definition) -> None:
    """Let a definition count no longer from now on; the past keeps it. Closing twice changes nothing."""
    open_rows = type(definition).objects.current().filter(pk=definition.pk)
    if open_rows.update(known_until=timezone.now()):
        note_definitions(definition)
    definition.refresh_from_db(fields=["known_until"])


@transaction.atomic
def add_scale(*, slug: str, title: str, levels: list[dict[str, Any]], owner: Organisation | None = None) -> Scale:
    """A scale of 1 to 8 levels, low to high. Raises DefinitionRefusedError where a scale in use would change."""
    if not are_ranks(levels):
        raise DefinitionRefusedError(
            _("The scale %(scale)s needs 1 to 8 levels, each with its own code; a higher level asks no less assurance.")
            % {"scale": slug}
        )
    there = Scale.objects.filter(slug=slug).first()
    if there is not None and _meaning(there.levels) != _meaning(levels) and there.frameworks.exists():
        raise DefinitionRefusedError(
            _(
                "The scale %(scale)s is in use, so its levels cannot change. Add another scale, with a map between the two."
            )
            % {"scale": slug}
        )
    return put_identity(Scale, {"slug": slug}, {"title": title, "levels": levels, "owner": owner})


def _meaning(levels: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(level.get("code"), level.get("min_assurance", 1)) for level in levels]


@transaction.atomic
def add_scale_map(
    *, source: Scale, target: Scale, ranks: list[int], source_text: str = "", by: User | None = None
) -> ScaleMap:
    """“At least rank i of the source is at least `ranks[i - 1]` of the target”; 0 is nothing."""
    if not is_map(ranks, len(source.levels), len(target.levels)):
        raise DefinitionRefusedError(
            _("A map from %(source)s to %(target)s gives each level one that is there, and never less for more.")
            % {"source": source, "target": target}
        )
    values = {"ranks": ranks, "source_text": source_text}
    return put(ScaleMap, {"source": source, "target": target}, values, by)


@transaction.atomic
def add_framework(
    *,
    uri: str,
    title: str,
    scale: Scale,
    owner: Organisation | None = None,
    labels: dict[str, str] | None = None,
    version: str = "",
    licence: str = "",
    attribution: str = "",
) -> Framework:
    """A set of competencies. Its scale cannot change once competencies use it: their levels would mean something else."""
    there = Framework.objects.filter(uri=uri).first()
    if there is not None and there.scale_id != scale.pk and there.competencies.exists():
        raise DefinitionRefusedError(
            _("%(framework)s has competencies, so its scale cannot change. Add another framework.")
            % {"framework": title}
        )
    values = {
        "title": title,
        "labels": labels or {},
        "scale": scale,
        "owner": owner,
        "version": version,
        "licence": licence,
        "attribution": attribution,
    }
    return put_identity(Framework, {"uri": uri}, values)


@transaction.atomic
def add_competency(
    *,
    framework: Framework,
    uri: str,
    kind: str,
    title: str,
    code: str = "",
    labels: dict[str, str] | None = None,
    summary: str = "",
    summaries: dict[str, str] | None = None,
    role: str = "",
) -> Competency:
    """One competency by its address. Its kind and its framework never change.

    One that was withdrawn counts again when it is added again.
    """
    there = Competency.objects.filter(uri=uri).first()
    if there is not None and (there.kind, there.framework_id) != (kind, framework.pk):
        raise DefinitionRefusedError(
            _(
                "%(competency)s has another kind or framework already. Withdraw it (lxp withdraw_competency), and add one "
                "with another address."
            )
            % {"competency": there}
        )
    values = {"framework": framework, "kind": kind, "title": title, "code": code, "labels": labels or {}}
    values |= {"summary": summary, "summaries": summaries or {}, "role": role, "retired_on": None}
    return put_identity(Competency, {"uri": uri}, values)


@transaction.atomic
def retire_competency(*, competency: Competency, on: date | None = None) -> Competency:
    """Withdraw a competency: nothing new proves it; who holds it keeps it until its day. Safe to repeat."""
    if competency.retired_on is None:
        competency.retired_on = on or timezone.localdate()
        competency.save(update_fields=["retired_on"])
        GraphVersion.renew_words()
        note_concerned([competency.pk])  # whose reason names it, says since when it is withdrawn
    return competency


def months_of(competency: Competency) -> int | None:
    """Months until renewal, as it stands now; None is for ever."""
    current = CompetencyTerms.objects.current().filter(competency=competency)
    return current.values_list("renew_months", flat=True).first()


@transaction.atomic
def add_terms(
    *,
    competency: Competency,
    rollup: int | None = None,
    renew_months: int | None = None,
    legal_basis: str = "",
    by: User | None = None,
) -> CompetencyTerms:
    """How long a competency lasts and whether its parts make it whole, from now on.

    Raises DefinitionRefusedError where an inference would then last longer than what it gives may last.
    """
    hold_graph()
    for other_months, other in _sources_of(competency, has_rollup=rollup is not None):
        if lengthens(other_months, renew_months):
            raise _lengthening(other, competency)
    for other_months, other in _targets_of(competency):
        if lengthens(renew_months, other_months):
            raise _lengthening(competency, other)
    values = {"rollup": rollup, "renew_months": renew_months, "legal_basis": legal_basis}
    return put(CompetencyTerms, {"competency": competency}, values, by)


def _lengthening(source: Competency, target: Competency) -> DefinitionRefusedError:
    return DefinitionRefusedError(
        _(
            "%(source)s lasts longer than %(target)s, so it cannot prove it: that would keep it alive beyond its term. "
            "Give %(source)s a term that is at most as long."
        )
        % {"source": source, "target": target}
    )


def _accepted(*kinds: str) -> Any:
    return Relation.objects.current().filter(status=Relation.Status.ACCEPTED, kind__in=kinds)


def _sources_of(competency: Competency, *, has_rollup: bool) -> list[tuple[int | None, Competency]]:
    """What infers this competency, with its months."""
    kinds = [Relation.Kind.IMPLIES, *([Relation.Kind.BROADER] if has_rollup else [])]
    rows = _accepted(*kinds).filter(target=competency).select_related("source")
    found = [row.source for row in rows] + _equivalents(competency)
    return [(months_of(each), each) for each in found]


def _targets_of(competency: Competency) -> list[tuple[int | None, Competency]]:
    """What this competency infers, with its months."""
    rolled_up = CompetencyTerms.objects.current().filter(rollup__isnull=False).values("competency")
    rows = _accepted(Relation.Kind.IMPLIES, Relation.Kind.BROADER).filter(source=competency)
    rows = rows.filter(Q(kind=Relation.Kind.IMPLIES) | Q(target__in=rolled_up)).select_related("target")
    found = [row.target for row in rows] + _equivalents(competency)
    return [(months_of(each), each) for each in found]


def _equivalents(competency: Competency) -> list[Competency]:
    rows = _accepted(Relation.Kind.EQUIVALENT).filter(Q(source=competency) | Q(target=competency))
    return [
        row.target if row.source_id == competency.pk else row.source for row in rows.select_related("source", "target")
    ]


@transaction.atomic
def add_relation(
    *,
    source: Competency,
    target: Competency,
    kind: str,
    at: int | None = None,
    gives: int | None = None,
    assurance: int = 1,
    status: str = Relation.Status.ACCEPTED.value,
    provenance: str = "",
    by: User | None = None,
) -> Relation:
    """A link between two competencies; see Relation for what each kind means.

    Raises DefinitionRefusedError for a level that a scale lacks, a circle, or an inference that lengthens validity.
    """
    hold_graph()
    if source.pk == target.pk:
        raise DefinitionRefusedError(_("%(source)s cannot be related to itself.") % {"source": source})
    check_level(source, at)
    check_level(target, gives)
    if status == Relation.Status.ACCEPTED:
        _check_circle(source, target, kind)
        if kind in INFERRING:
            _check_inference(source, target, kind, has_levels=at is not None and gives is not None)
    values = {"at": at, "gives": gives, "assurance": assurance, "status": status, "provenance": provenance}
    return put(Relation, {"source": source, "target": target, "kind": kind}, values, by)


def check_level(competency: Competency, level: int | None) -> None:
    """Raise DefinitionRefusedError for a level that the competency's scale lacks; None asks nothing."""
    count = len(competency.framework.scale.levels)
    if level is not None and not 1 <= level <= count:
        raise DefinitionRefusedError(
            _("%(competency)s has levels 1 to %(count)d, so it has no level %(level)s.")
            % {"competency": competency, "count": count, "level": level}
        )


def check_inferences(framework: Framework) -> None:
    """Raise DefinitionRefusedError where something, of this framework or of another, now outlasts what it proves."""
    rolled_up = CompetencyTerms.objects.current().filter(rollup__isnull=False).values("competency")
    rows = _accepted(*INFERRING).filter(Q(source__framework=framework) | Q(target__framework=framework))
    rows = rows.exclude(Q(kind=Relation.Kind.BROADER) & ~Q(target__in=rolled_up)).select_related("source", "target")
    months = dict(CompetencyTerms.objects.current().values_list("competency", "renew_months"))
    for row in rows:
        source_months, target_months = months.get(row.source_id), months.get(row.target_id)
        if lengthens(source_months, target_months):
            raise _lengthening(row.source, row.target)
        if row.kind == Relation.Kind.EQUIVALENT and lengthens(target_months, source_months):
            raise _lengthening(row.target, row.source)


def check_circles() -> None:
    """Raise DefinitionRefusedError where parts, or what is asked first, now go round in a circle across frameworks."""
    for kind in WITHOUT_CIRCLES:
        steps: dict[int, list[int]] = {}
        for start, end in _accepted(kind).values_list("source", "target"):
            steps.setdefault(start, []).append(end)
        circle = find_circle(steps)
        if circle:
            titles = dict(Competency.objects.filter(pk__in=circle).values_list("pk", "title"))
            names = " → ".join(titles[pk] for pk in circle)
            raise DefinitionRefusedError(_("These go round in a circle: %(circle)s.") % {"circle": names})


def _check_circle(source: Competency, target: Competency, kind: str) -> None:
    if kind not in WITHOUT_CIRCLES:
        return
    steps: dict[int, list[int]] = {}
    for start, end in _accepted(kind).values_list("source", "target"):
        steps.setdefault(start, []).append(end)
    if reaches(target.pk, source.pk, steps):
        raise DefinitionRefusedError(
            _("%(source)s and %(target)s would go round in a circle. Take out another link first.")
            % {"source": source, "target": target}
        )


def _check_inference(source: Competency, target: Competency, kind: str, *, has_levels: bool) -> None:
    terms = CompetencyTerms.objects.current().filter(competency=target).first()
    if kind == Relation.Kind.BROADER and (terms is None or terms.rollup is None):
        return
    source_months, target_months = months_of(source), terms.renew_months if terms else None
    if lengthens(source_months, target_months):
        raise _lengthening(source, target)
    if kind == Relation.Kind.EQUIVALENT and lengthens(target_months, source_months):
        raise _lengthening(target, source)
    one, other = source.framework.scale_id, target.framework.scale_id
    needed = [(one, other), (other, one)] if kind == Relation.Kind.EQUIVALENT else [(one, other)]
    maps = set(ScaleMap.objects.current().values_list("source", "target")) if one != other and not has_levels else None
    if maps is not None and not maps.issuperset(needed):
        raise DefinitionRefusedError(
            _(
                "%(source)s and %(target)s have different levels. Say which level gives which, or add a map between the "
                "scales (lxp map_scales)."
            )
            % {"source": source, "target": target}
        )
