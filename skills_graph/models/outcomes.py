"""What a module proves: as its authors write it, and as it is frozen in each version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lxp.models import Immutable
from skills_graph.models.graph import Assurance, Competency


class EvidenceKind(models.TextChoices):
    """What somebody did to prove something."""

    DECLARATION = "declaration", _("own declaration")
    ATTENDANCE = "attendance", _("attendance")
    READING = "reading", _("read and confirmed")
    TEST = "test", _("test")
    PRACTICAL = "practical", _("assessed practical")
    DIPLOMA = "diploma", _("diploma")
    ACCREDITATION = "accreditation", _("accreditation of prior learning")
    RECOGNITION = "recognition", _("recognised from another employer")


ASSURANCE_OF = {
    EvidenceKind.DECLARATION: Assurance.DECLARED,
    EvidenceKind.ATTENDANCE: Assurance.DECLARED,
    EvidenceKind.READING: Assurance.DECLARED,
    EvidenceKind.TEST: Assurance.TESTED,
    EvidenceKind.PRACTICAL: Assurance.ASSESSED,
    EvidenceKind.DIPLOMA: Assurance.ASSESSED,
    EvidenceKind.ACCREDITATION: Assurance.ASSESSED,
}


KIND_KNOWN = Q(kind__in=EvidenceKind.values)


class OutcomeFields(models.Model):
    """What a draft and a frozen outcome have in common.

    `block_id` names the activity that proves it; empty means the whole module. `is_entry` turns it round: what somebody
    must hold before they start.
    """

    block_id = models.UUIDField(_("activity"), null=True, blank=True)
    competency = models.ForeignKey(Competency, verbose_name=_("competency"), on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind of evidence"), max_length=20, choices=EvidenceKind.choices)
    is_entry = models.BooleanField(_("needed to start"), default=False)

    class Meta:
        abstract = True


class DraftOutcome(OutcomeFields):
    """An outcome as the authors of a module have it now; it counts from the next publication."""

    module = models.ForeignKey("courses.Module", on_delete=models.CASCADE, related_name="draft_outcomes")

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_draftoutcome_once_per_activity",
                fields=["module", "block_id", "competency", "is_entry"],
                condition=Q(block_id__isnull=False),
                violation_error_message=_("This module has this outcome already."),
            ),
            models.UniqueConstraint(
                name="skills_graph_draftoutcome_once_per_module",
                fields=["module", "competency", "is_entry"],
                condition=Q(block_id__isnull=True),
                violation_error_message=_("This module has this outcome already."),
            ),
            models.CheckConstraint(name="skills_graph_draftoutcome_level_positive", condition=Q(level__gt=0)),
            models.CheckConstraint(name="skills_graph_draftoutcome_kind_known", condition=KIND_KNOWN),
        ]

    def __str__(self) -> str:
        return f"{self.competency} · {self.level}"


class Outcome(OutcomeFields, Immutable):
    """An outcome of a published version, frozen with it."""

    version = models.ForeignKey("courses.ModuleVersion", on_delete=models.PROTECT, related_name="outcomes")

    class Meta:
        verbose_name = _("outcome of a version")
        verbose_name_plural = _("outcomes of versions")
        indexes = [models.Index(fields=["competency", "level"], name="skills_graph_outcome_by_skill")]
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_outcome_once_per_activity",
                fields=["version", "block_id", "competency", "is_entry"],
                condition=Q(block_id__isnull=False),
            ),
            models.UniqueConstraint(
                name="skills_graph_outcome_once_per_version",
                fields=["version", "competency", "is_entry"],
                condition=Q(block_id__isnull=True),
            ),
            models.CheckConstraint(name="skills_graph_outcome_level_positive", condition=Q(level__gt=0)),
            models.CheckConstraint(name="skills_graph_outcome_kind_known", condition=KIND_KNOWN),
        ]

    def __str__(self) -> str:
        return f"{self.competency} · {self.level}"
