"""What there is to be able to: scales, frameworks, competencies, their relations, and the profiles of jobs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from skills_graph.models.definitions import Definition


class Assurance(models.IntegerChoices):
    """How firmly something is known. A requirement names the least that it takes."""

    DECLARED = 1, _("declared")
    TESTED = 2, _("tested")
    ASSESSED = 3, _("assessed")


class Strength(models.IntegerChoices):
    """How much a profile asks for something; CompetentNL has three degrees, ESCO the first and the last."""

    ESSENTIAL = 1, _("essential")
    IMPORTANT = 2, _("important")
    USEFUL = 3, _("useful")


def in_language(labels: dict[str, str], fallback: str) -> str:
    """The label in the reader's language, else in Dutch, else in English, else the fallback."""
    return labels.get(get_language() or "nl") or labels.get("nl") or labels.get("en") or fallback


def foreign_language(labels: dict[str, str]) -> str:
    """The language of what `in_language` gives; empty where it is the reader's, or nobody says which it is."""
    here = get_language() or "nl"
    return "" if labels.get(here) else next((each for each in ("nl", "en") if labels.get(each)), "")


class Scale(models.Model):
    """Levels in words, from low to high: `levels` is a list of {code, labels: {nl, en}, min_assurance}, rank 1 first.

    `min_assurance` is the least assurance that can prove a level: a test alone never proves “does it alone”.
    A scale that is in use never changes; another one is added, with a map between the two.
    """

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    owner = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    levels = models.JSONField(_("levels"), default=list)

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")

    def __str__(self) -> str:
        return self.title

    def label_of(self, level: int) -> str:
        """The words of a level; the number where the scale does not go so far."""
        if not 1 <= level <= len(self.levels):
            return str(level)
        return in_language(self.levels[level - 1].get("labels", {}), str(level))

    def highest_with(self, assurance: int) -> int:
        """The highest rank that evidence of this assurance can prove; 0 when it can prove none."""
        proven = [rank for rank, each in enumerate(self.levels, start=1) if each.get("min_assurance", 1) <= assurance]
        return max(proven, default=0)


class ScaleMap(Definition):
    """“At least rank i here is at least `ranks[i - 1]` there”: one row for each direction, never falling."""

    source = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="maps")
    target = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="+")
    ranks = models.JSONField(_("ranks"), default=list)
    source_text = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("map between scales")
        verbose_name_plural = _("maps between scales")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_scalemap_one_current",
                fields=["source", "target"],
                condition=Q(known_until__isnull=True),
            ),
            models.CheckConstraint(name="skills_graph_scalemap_between_two", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Framework(models.Model):
    """A set of competencies with one publisher: the coalition's own, an organisation's, ESCO."""

    uri = models.CharField(_("address"), max_length=255, unique=True)
    title = models.CharField(_("title"), max_length=255)
    labels = models.JSONField(_("title by language"), default=dict, blank=True)
    owner = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="frameworks")
    version = models.CharField(_("version"), max_length=40, blank=True)
    licence = models.CharField(_("licence"), max_length=255, blank=True)
    attribution = models.TextField(_("attribution"), blank=True)

    class Meta:
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return in_language(self.labels, self.title)


class CompetencyQuerySet(models.QuerySet["Competency"]):
    def usable_by(self, organisations: list[Any]) -> CompetencyQuerySet:
        """Of shared frameworks, and of those that these organisations own."""
        return self.filter(Q(framework__owner__isnull=True) | Q(framework__owner__in=organisations))

    def assignable(self) -> CompetencyQuerySet:
        """What a module can prove: no groups, nothing withdrawn."""
        return self.filter(retired_on__isnull=True).exclude(kind=Competency.Kind.GROUP)


class Competency(models.Model):
    """One thing that people know, can or are trusted to do. Its identity; what it asks is in its terms."""

    class Kind(models.TextChoices):
        KNOWLEDGE = "knowledge", _("knowledge")
        SKILL = "skill", _("skill")
        ATTITUDE = "attitude", _("attitude")
        TASK = "task", _("task")
        RESERVED = "reserved", _("reserved act")
        GROUP = "group", _("group")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="competencies")
    uri = models.CharField(_("address"), max_length=255, unique=True)
    code = models.CharField(_("code"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=255)
    labels = models.JSONField(_("title by language"), default=dict, blank=True)
    summary = models.TextField(_("in short"), blank=True)
    summaries = models.JSONField(_("in short by language"), default=dict, blank=True)
    role = models.CharField(_("CanMEDS role"), max_length=40, blank=True)
    retired_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    objects = CompetencyQuerySet.as_manager()

    class Meta:
        ordering = ("title",)
        verbose_name = _("competency")
        verbose_name_plural = _("competencies")
        indexes = [models.Index(fields=["framework", "kind"], name="skills_graph_competency_kind")]
        constraints = [
            models.CheckConstraint(
                name="skills_graph_competency_kind_known",
                condition=Q(kind__in=["knowledge", "skill", "attitude", "task", "reserved", "group"]),
            )
        ]

    def __str__(self) -> str:
        return in_language(self.labels, self.title)

    @property
    def in_short(self) -> str:
        """The summary in the reader's language where there is one."""
        return in_language(self.summaries, self.summary)

    @property
    def in_short_language(self) -> str:
        return foreign_language(self.summaries)

    @property
    def title_language(self) -> str:
        return foreign_language(self.labels)

    @property
    def is_reserved(self) -> bool:
        """Whether it takes no direct evidence: its parts prove it."""
        return self.kind == self.Kind.RESERVED

    def is_usable_by(self, organisations: Iterable[Any]) -> bool:
        """Whether its framework is everybody's, or of one of these organisations."""
        owner = self.framework.owner_id
        return owner is None or owner in {each.pk for each in organisations}


class CompetencyTerms(Definition):
    """How long proof of a competency lasts, and how its parts make it whole. No row: for ever, and no parts.

    `rollup`: empty never, 0 all parts, k at least k parts (broader relations give the parts).
    """

    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="terms")
    rollup = models.PositiveSmallIntegerField(_("parts needed"), null=True, blank=True)
    renew_months = models.PositiveSmallIntegerField(_("months until renewal"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("terms of a competency")
        verbose_name_plural = _("terms of competencies")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_competencyterms_one_current",
                fields=["competency"],
                condition=Q(known_until__isnull=True),
            ),
            models.CheckConstraint(
                name="skills_graph_competencyterms_renewal_takes_time",
                condition=Q(renew_months__isnull=True) | Q(renew_months__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.competency)


class Relation(Definition):
    """A directed link between two competencies, with who asserted it.

    broader: source is a part of target, at level `at` with assurance `assurance`, and then gives `gives` of the whole.
    Only accepted implies, equivalent, and broader into a competency with a roll-up ever infer; requires is for routes,
    close for advice.
    """

    class Kind(models.TextChoices):
        BROADER = "broader", _("part of")
        IMPLIES = "implies", _("implies")
        EQUIVALENT = "equivalent", _("the same as")
        REQUIRES = "requires", _("asks first")
        CLOSE = "close", _("close to")
        RELATED = "related", _("related to")
        REPLACED = "replaced", _("replaced by")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    source = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="relations")
    target = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="incoming_relations")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    at = models.PositiveSmallIntegerField(_("at level"), null=True, blank=True)
    gives = models.PositiveSmallIntegerField(_("gives level"), null=True, blank=True)
    assurance = models.PositiveSmallIntegerField(_("assurance"), choices=Assurance.choices, default=Assurance.DECLARED)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.ACCEPTED)
    provenance = models.CharField(_("provenance"), max_length=255, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        indexes = [models.Index(fields=["target", "kind"], name="skills_graph_relation_target")]
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_relation_one_current",
                fields=["source", "target", "kind"],
                condition=Q(known_until__isnull=True),
            ),
            models.CheckConstraint(
                name="skills_graph_relation_not_to_itself",
                condition=~Q(source=F("target")),
                violation_error_message=_("A competency cannot be related to itself."),
            ),
            models.CheckConstraint(
                name="skills_graph_relation_assurance_known", condition=Q(assurance__in=Assurance.values)
            ),
            models.CheckConstraint(
                name="skills_graph_relation_values_known",
                condition=Q(
                    Q(at__isnull=True) | Q(at__gt=0),
                    Q(gives__isnull=True) | Q(gives__gt=0),
                    kind__in=["broader", "implies", "equivalent", "requires", "close", "related", "replaced"],
                    status__in=["proposed", "accepted", "rejected"],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()} {self.target}"


class Profile(models.Model):
    """What a job asks."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uri = models.CharField(_("address"), max_length=255, unique=True)
    title = models.CharField(_("title"), max_length=255)
    labels = models.JSONField(_("title by language"), default=dict, blank=True)
    owner = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, null=True, blank=True, related_name="profiles")

    class Meta:
        ordering = ("title",)
        verbose_name = _("job profile")
        verbose_name_plural = _("job profiles")

    def __str__(self) -> str:
        return in_language(self.labels, self.title)

    @property
    def title_language(self) -> str:
        return foreign_language(self.labels)


class Requirement(Definition):
    """One thing that a profile asks: a competency at a level, known with at least some assurance."""

    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="requirements")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    assurance = models.PositiveSmallIntegerField(_("assurance"), choices=Assurance.choices, default=Assurance.DECLARED)
    strength = models.PositiveSmallIntegerField(_("strength"), choices=Strength.choices, default=Strength.ESSENTIAL)

    class Meta(Definition.Meta):
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_requirement_one_current",
                fields=["profile", "competency"],
                condition=Q(known_until__isnull=True),
            ),
            models.CheckConstraint(name="skills_graph_requirement_level_positive", condition=Q(level__gt=0)),
            models.CheckConstraint(
                name="skills_graph_requirement_values_known",
                condition=Q(assurance__in=Assurance.values, strength__in=Strength.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} · {self.competency}"


class JobProfile(Definition):
    """Which profile an organisation uses for a job, as the job is written in its memberships."""

    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    job = models.CharField(_("job"), max_length=120)
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="jobs")

    class Meta(Definition.Meta):
        verbose_name = _("profile of a job")
        verbose_name_plural = _("profiles of jobs")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_jobprofile_one_current",
                fields=["organisation", "job", "profile"],
                condition=Q(known_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.job} · {self.profile}"
