"""What a module proves: written by its authors, checked where it is written, and frozen in every version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from courses.api import Module, ModuleVersion
from lxp import audit
from lxp.models import Organisation, User
from lxp.permissions import EDITING_ROLES, require
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.models import (
    ASSURANCE_OF,
    Competency,
    DraftOutcome,
    EvidenceKind,
    Outcome,
    Relation,
)
from skills_graph.services.preparation import Wanted, unreachable_entries

Activities = list[dict[str, Any]]
MODULE_KINDS = (EvidenceKind.READING, EvidenceKind.TEST, EvidenceKind.PRACTICAL)
ENTRY_KIND = EvidenceKind.DECLARATION  # an entry proves nothing itself, so its kind says nothing either
ACTIVITY_OF = {EvidenceKind.TEST: "quiz", EvidenceKind.PRACTICAL: "assignment"}
FROZEN_FIELDS = ("block_id", "competency_id", "level", "kind", "is_entry")


def organisations_of(module: Module, person: User | None) -> list[Organisation]:
    """Whose frameworks a module may use: its owner's, and those of fellow owners that this person writes for too. Who is
    named as a fellow owner did not agree to show its own framework to the others."""
    fellows = list(module.co_owners.all())
    if person is not None and not person.is_superuser:
        fellows = [each for each in fellows if person.roles_in(each) & set(EDITING_ROLES)]
    return [module.owner, *fellows]


@transaction.atomic
def save_outcome(
    *,
    module: Module,
    activities: Activities,
    competency: Competency,
    level: int,
    kind: str,
    block_id: UUID | None = None,
    is_entry: bool = False,
    outcome: DraftOutcome | None = None,
    by: User | None = None,
) -> DraftOutcome:
    """Add an outcome to a module's draft, or change `outcome`; it counts from the next publication.

    `activities` are those of the module's draft (`courses.api.activities_of`). `by` is None for a loader. Raises
    DefinitionRefusedError for what the module cannot prove or ask, with what to choose instead.
    """
    if by is not None:
        require(by, "module.edit", module)
    locked = Module.objects.select_for_update().select_related("owner").get(pk=module.pk)
    fields = {"competency": competency, "level": level, "is_entry": is_entry}
    fields |= {"kind": ENTRY_KIND if is_entry else kind, "block_id": None if is_entry else block_id}
    row = outcome or DraftOutcome(module=locked)
    for name, value in fields.items():
        setattr(row, name, value)
    others = [each for each in _drafts_of(locked) if each.pk != row.pk]
    rows = [*others, row]
    problems = _problems(row, rows, activities, organisations_of(locked, by))
    if not is_entry:  # what it gives may close a circle with what it asks already
        problems += [_problem_of_entry(each, rows) for each in others if each.is_entry]
    if any(problems):
        raise DefinitionRefusedError(next(filter(None, problems)))
    same = (row.competency_id, row.block_id, row.is_entry)
    if any((each.competency_id, each.block_id, each.is_entry) == same for each in others):
        raise DefinitionRefusedError(_("This module has this outcome already. Change that one."))
    row.save()
    words = {"competency": str(competency.uuid), "level": level, "kind": str(row.kind), "is_entry": is_entry}
    audit.record("outcome.saved", by=by, about=locked, organisation=locked.owner, outcome=words)
    return row


@transaction.atomic
def remove_outcome(*, outcome: DraftOutcome, by: User | None = None) -> None:
    """Take an outcome out of a module's draft; published versions keep theirs."""
    if by is not None:
        require(by, "module.edit", outcome.module)
    words = {"competency": str(outcome.competency.uuid), "level": outcome.level}
    audit.record("outcome.removed", by=by, about=outcome.module, organisation=outcome.module.owner, outcome=words)
    outcome.delete()


@transaction.atomic
def copy_drafts(*, module: Module) -> list[DraftOutcome]:
    """Give a copied module the outcomes of its original's draft, save those of a framework that its owner may not use.
    Doing it twice changes nothing."""
    known = set(module.draft_outcomes.values_list(*FROZEN_FIELDS))
    usable = Competency.objects.usable_by([module.owner])
    drafts = DraftOutcome.objects.filter(module=module.copied_from_id, competency__in=usable).order_by("pk")
    fields = [each for each in drafts.values(*FROZEN_FIELDS) if tuple(each.values()) not in known]
    made = DraftOutcome.objects.bulk_create([DraftOutcome(module=module, **each) for each in fields])
    if made:
        audit.record("outcomes.copied", by=None, about=module, organisation=module.owner, count=len(made))
    return made


def objections(*, module: Module, activities: Activities) -> list[str]:
    """Why a module cannot be published with these activities: the same checks as when it was written, since the
    activities, the frameworks and other modules may have changed after that."""
    drafts = _drafts_of(module)
    problems = problems_of(module=module, activities=activities, drafts=drafts)
    words = _("What it proves, “%(competency)s”: %(problem)s")
    return [words % {"competency": row.competency, "problem": problems[row.pk]} for row in drafts if row.pk in problems]


def problems_of(*, module: Module, activities: Activities, drafts: list[DraftOutcome]) -> dict[int, str]:
    """What is wrong with the outcomes of a draft now, by the id of the row; `drafts` with `competency__framework__scale`."""
    usable = [module.owner, *module.co_owners.all()] if drafts else []
    found = {row.pk: _problems(row, drafts, activities, usable) for row in drafts}
    return {pk: problems[0] for pk, problems in found.items() if problems}


def _drafts_of(module: Module) -> list[DraftOutcome]:
    return list(module.draft_outcomes.select_related("competency__framework__scale").order_by("pk"))


def _problems(
    row: DraftOutcome, rows: list[DraftOutcome], activities: Activities, organisations: list[Organisation]
) -> list[str]:
    """The first thing that is wrong with one row among all rows of its module; nothing where it is right."""
    problem = _problem_of_competency(row, organisations) or _problem_of_level(row)
    if not problem and row.is_entry:
        problem = _problem_of_entry(row, rows)
    elif not problem:
        problem = _problem_of_proof(row, activities)
    return [problem] if problem else []


def _problem_of_competency(row: DraftOutcome, organisations: list[Organisation]) -> str:
    competency = row.competency
    owner_id = competency.framework.owner_id
    if owner_id is not None and owner_id not in {each.pk for each in organisations}:
        return _("This belongs to another organisation. Choose one of your own or of the coalition.")
    if competency.kind == Competency.Kind.GROUP:
        return _("“%(competency)s” is a group. Choose what is in it.") % {"competency": competency}
    if competency.retired_on is not None:
        return _("“%(competency)s” is no longer used. Choose another one.") % {"competency": competency}
    if competency.is_reserved and not row.is_entry:
        return _reserved_advice(competency)
    return ""


def _reserved_advice(competency: Competency) -> str:
    parts = [str(each) for each in parts_of(competency)]
    if not parts:
        return _("“%(competency)s” is a reserved act: only its parts can prove it, and it has none yet.") % {
            "competency": competency
        }
    words = _("“%(competency)s” is a reserved act. It is proven by its parts together. Choose a part: %(parts)s.")
    return words % {"competency": competency, "parts": ", ".join(parts)}


def parts_of(competency: Competency) -> list[Competency]:
    """What a reserved act consists of: theory, practical."""
    rows = Relation.objects.current().filter(
        target=competency, kind=Relation.Kind.BROADER, status=Relation.Status.ACCEPTED
    )
    return [row.source for row in rows.select_related("source").order_by("pk")]


def _problem_of_level(row: DraftOutcome) -> str:
    scale = row.competency.framework.scale
    if not 1 <= row.level <= len(scale.levels):
        return _("Choose one of the levels of “%(scale)s”.") % {"scale": scale}
    if row.is_entry:
        return ""
    if row.kind not in MODULE_KINDS:
        return _("Choose how somebody proves it: reading, a test or an assessed practical.")
    highest = scale.highest_with(ASSURANCE_OF[EvidenceKind(row.kind)])
    if row.level <= highest:
        return ""
    names = {"kind": str(EvidenceKind(row.kind).label).capitalize(), "level": scale.label_of(row.level)}
    if not highest:
        return _("“%(kind)s” proves no level of this scale. Choose a test or a practical.") % names
    words = _("“%(kind)s” does not prove “%(level)s”, at most “%(highest)s”. Choose a lower level or firmer evidence.")
    return words % {**names, "highest": scale.label_of(highest)}


def _problem_of_proof(row: DraftOutcome, activities: Activities) -> str:
    """Whether the activity, or one that the whole module needs, can be the evidence."""
    wanted = ACTIVITY_OF.get(EvidenceKind(row.kind))
    if row.block_id is not None:
        activity = next((each for each in activities if each["block_id"] == row.block_id), None)
        if activity is None:
            return _("The activity that proves it is no longer in the module. Choose another one.")
        if wanted is None or activity["kind"] == wanted:
            return ""
    elif wanted is None or any(each["kind"] == wanted and each["is_required"] for each in activities):
        return ""
    if row.kind == EvidenceKind.TEST:
        return _("A test is proven by a quiz that must be passed. Choose a quiz, or add one to the module.")
    return _("A practical is proven by a workplace assignment. Choose one, or add one to the module.")


def _problem_of_entry(row: DraftOutcome, rows: list[DraftOutcome]) -> str:
    entries = [Wanted(each.competency_id, each.level) for each in rows if each.is_entry]
    gives = [Wanted(each.competency_id, each.level) for each in rows if not each.is_entry]
    if Wanted(row.competency_id, row.level) not in unreachable_entries(row.module_id, entries, gives):
        return ""
    words = _(
        "Nobody could ever start: to be able to do “%(competency)s” people need this module first. "
        "Choose a lower level, or leave this out."
    )
    return words % {"competency": row.competency}


def facts(module_ids: list[int] | None, *, as_published: bool) -> dict[int, list[Any]]:
    """The outcomes of modules as JSON, drafted or of their current versions, in an order of their own."""
    rows: QuerySet[Any] = DraftOutcome.objects.all()
    name = "module_id"
    if as_published:
        rows, name = Outcome.objects.filter(version__module__current_version=F("version")), "version__module_id"
    if module_ids is not None:
        rows = rows.filter(**{f"{name}__in": module_ids})
    found: dict[int, list[Any]] = {}
    for module_id, *fact in rows.values_list(name, "competency__uuid", "level", "kind", "block_id", "is_entry"):
        uuid, level, kind, block_id, is_entry = fact
        found.setdefault(module_id, []).append([str(uuid), level, kind, str(block_id or ""), is_entry])
    return {module_id: sorted(each) for module_id, each in found.items()}


def freeze(*, version: ModuleVersion) -> list[Outcome]:
    """Copy the draft's outcomes into a new version, inside the transaction that makes it. Doing it twice changes nothing."""
    frozen = list(version.outcomes.all())
    if frozen:
        return frozen
    drafts = DraftOutcome.objects.filter(module=version.module_id).order_by("pk").values(*FROZEN_FIELDS)
    return Outcome.objects.bulk_create([Outcome(version=version, **fields) for fields in drafts])
