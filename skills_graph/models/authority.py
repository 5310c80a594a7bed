"""Who may judge whom, who is authorised by law, and what one employer takes over from another."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from skills_graph.models.definitions import Definition, DefinitionQuerySet
from skills_graph.models.graph import Competency
from skills_graph.models.outcomes import EvidenceKind


class AuthorisationQuerySet(DefinitionQuerySet):
    def on(self, day: date) -> AuthorisationQuerySet:
        """Those in force on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class AssessorAuthorisation(Definition):
    """An organisation lets somebody judge a competency, from a day until and including a day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authorisations")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)
    objects = AuthorisationQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Definition.Meta):
        verbose_name = _("authority to assess")
        verbose_name_plural = _("authorities to assess")
        indexes = [models.Index(fields=["organisation", "competency"], name="skills_graph_authority_who")]
        constraints = [
            *Definition.Meta.constraints,
            models.CheckConstraint(
                name="skills_graph_authority_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("An authority cannot end before it starts."),
            ),
            models.UniqueConstraint(
                name="skills_graph_authority_one_current",
                fields=["person", "organisation", "competency", "starts_on"],
                condition=Q(known_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.competency}"


class Registration(Definition):
    """That somebody is in a professional register, as an employer checked it: authorised by law, beside competent.

    Every employer checks for itself, and reads only its own checks.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="registrations")
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    register = models.CharField(_("register"), max_length=40, default="BIG")
    number = models.CharField(_("number"), max_length=40)
    checked_on = models.DateField(_("checked on"))
    ends_on = models.DateField(_("until and including"), null=True, blank=True)

    class Meta(Definition.Meta):
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_registration_one_current",
                fields=["person", "organisation", "register"],
                condition=Q(known_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.number}"


class RecognitionRule(Definition):
    """An organisation takes another's evidence as proof of its own competency, for as long as both agree to.

    It counts until the earlier of the evidence's own end and `occurred_on` plus the own term.
    """

    accepting = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of evidence"), max_length=20, choices=EvidenceKind.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    max_age_months = models.PositiveSmallIntegerField(_("at most so many months old"), null=True, blank=True)
    gives = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    gives_level = models.PositiveSmallIntegerField(_("gives level"))

    class Meta(Definition.Meta):
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = [
            *Definition.Meta.constraints,
            models.UniqueConstraint(
                name="skills_graph_recognition_one_current",
                fields=["accepting", "issuer", "competency", "kind", "level"],
                condition=Q(known_until__isnull=True),
            ),
            models.CheckConstraint(name="skills_graph_recognition_of_another", condition=~Q(accepting=F("issuer"))),
            models.CheckConstraint(
                name="skills_graph_recognition_values_known",
                condition=Q(level__gt=0, gives_level__gt=0, kind__in=EvidenceKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accepting} ← {self.issuer}: {self.competency}"
