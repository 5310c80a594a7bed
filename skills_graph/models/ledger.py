"""What people proved, and what follows from it today: evidence is added and never changed, holdings are derived."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import Immutable, Membership
from lxp.models.immutable import ImmutableQuerySet
from skills_graph.models.graph import Assurance, Competency
from skills_graph.models.outcomes import EvidenceKind

if TYPE_CHECKING:
    from lxp.models import User

NEVER = date(9999, 12, 31)


class EvidenceQuerySet(ImmutableQuerySet):
    """Evidence by when it was known, and by whose it is. That rows cannot be changed, the database says too."""

    def known_at(self, moment: datetime) -> EvidenceQuerySet:
        return self.filter(recorded_at__lte=moment)

    def of(self, person: User) -> EvidenceQuerySet:
        return self.filter(person=person).order_by("number")

    def visible_to(self, person: User) -> EvidenceQuerySet:
        """One's own, and of the people whom one leads what the organisation that one leads them in has itself recorded."""
        led = Membership.objects.current().supervised_by(person).filter(organisation=OuterRef("issuer"))
        return self.filter(Q(person=person) | Exists(led.filter(person=OuterRef("person"))))


class Evidence(Immutable):
    """One thing that somebody proved, or failed to prove; corrected by a row that revokes it, never by a change.

    `uuid` is the xAPI statement's id: taking the same statement in twice stores it once. `number` counts a person's rows;
    `digest` is SHA-256 over the previous row's digest and the salted digest of this one: one chain for each person.
    """

    uuid = models.UUIDField(_("statement"), default=uuid.uuid4)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField(_("number"))
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind of evidence"), max_length=20, choices=EvidenceKind.choices)
    assurance = models.PositiveSmallIntegerField(_("assurance"), choices=Assurance.choices)
    failed = models.BooleanField(_("failed"), default=False)
    occurred_on = models.DateField(_("happened on"))
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now())
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    revokes = models.UUIDField(_("revokes"), null=True, blank=True)
    module_version = models.ForeignKey(
        "courses.ModuleVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    attempt = models.UUIDField(_("attempt"), null=True, blank=True)
    block_id = models.UUIDField(_("activity"), null=True, blank=True)
    issuer = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    salt = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    objects = EvidenceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ("person", "number")
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [models.Index(fields=["competency", "person"], name="skills_graph_evidence_skill")]
        constraints = [
            models.UniqueConstraint(name="skills_graph_evidence_statement_once", fields=["person", "uuid"]),
            models.UniqueConstraint(name="skills_graph_evidence_number_once", fields=["person", "number"]),
            models.UniqueConstraint(
                name="skills_graph_evidence_revoked_once",
                fields=["person", "revokes"],
                condition=Q(revokes__isnull=False),
            ),
            models.CheckConstraint(
                name="skills_graph_evidence_not_own",
                condition=Q(assessor__isnull=True) | ~Q(assessor=F("person")),
                violation_error_message=_("Nobody signs for themselves."),
            ),
            models.CheckConstraint(name="skills_graph_evidence_level_positive", condition=Q(level__gt=0)),
            models.CheckConstraint(
                name="skills_graph_evidence_assurance_known", condition=Q(assurance__in=Assurance.values)
            ),
            models.CheckConstraint(name="skills_graph_evidence_kind_known", condition=Q(kind__in=EvidenceKind.values)),
            models.CheckConstraint(
                name="skills_graph_evidence_practical_has_assessor",
                condition=~Q(kind=EvidenceKind.PRACTICAL.value) | Q(assessor__isnull=False),
            ),
            models.CheckConstraint(
                name="skills_graph_evidence_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("occurred_on")),
            ),
            models.CheckConstraint(
                name="skills_graph_evidence_never_revokes_itself",
                condition=Q(revokes__isnull=True) | ~Q(revokes=F("uuid")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competency} · {self.occurred_on:%Y-%m-%d}"


class HoldingQuerySet(models.QuerySet["Holding"]):
    def on(self, day: date) -> HoldingQuerySet:
        """What is held on a day: nothing has to run at midnight."""
        return self.filter(until__gt=day)

    def today(self) -> HoldingQuerySet:
        return self.on(timezone.localdate())

    def visible_to(self, person: User) -> HoldingQuerySet:
        """One's own, and those of the people whom one leads."""
        led = Membership.objects.current().supervised_by(person)
        return self.filter(Q(person=person) | Q(person__in=led.values("person")))


class Holding(models.Model):
    """What a person can do, and until when: derived from the evidence, and made anew whenever that changes.

    Only the rows that no other row of the person covers (higher level, firmer, longer) are kept. `until` is the first day
    on which it no longer counts; 9999-12-31 is never. `why` is the derivation, readable without the graph:
    {"rule", "evidence": [uuid], "parts": [{...}]}; `rule` is its outermost step, and `issuer` who recorded the deciding
    evidence, of the firmest the latest: an organisation that certifies it signs as that. Rows whose day has passed stay:
    they have lapsed.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="holdings")
    level = models.PositiveSmallIntegerField(_("level"))
    assurance = models.PositiveSmallIntegerField(_("assurance"), choices=Assurance.choices)
    until = models.DateField(_("until"))
    why = models.JSONField(_("why"), default=dict)
    rule = models.CharField(max_length=20, db_default="")
    issuer = models.ForeignKey(
        "lxp.Organisation", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        indexes = [
            models.Index(fields=["competency", "level", "until", "person"], name="skills_graph_holding_who"),
            models.Index(fields=["until"], name="skills_graph_holding_until"),
            models.Index(  # what deserves a credential, without reading the reasons
                name="skills_graph_holding_firm",
                fields=["competency", "level", "until", "rule", "issuer", "person"],
                condition=Q(assurance=3),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_holding_once", fields=["person", "competency", "level", "assurance", "until"]
            ),
            models.CheckConstraint(
                name="skills_graph_holding_values_known",
                condition=Q(level__gt=0, assurance__in=Assurance.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.competency} · {self.level}"


class Derivation(models.Model):
    """By which version of the graph somebody's holdings were derived last: one row for a person, however much they hold."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="derivation"
    )
    graph_version = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("derivation")
        verbose_name_plural = _("derivations")

    def __str__(self) -> str:
        return f"{self.person} · {self.graph_version}"
