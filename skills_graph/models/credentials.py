"""What strangers can check: achievements, signed credentials, their keys and the lists of what was withdrawn."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from skills_graph.models.graph import Assurance, Competency
from skills_graph.openbadges.status_list import FEWEST_BITS, MOST_BITS


class Withdrawal(models.TextChoices):
    """Why a credential no longer stands. Only what was superseded stays true until its own last day."""

    SUPERSEDED = "superseded", _("A newer one took its place.")
    EVIDENCE = "evidence", _("The proof that it rests on was taken back.")
    HOLDING = "holding", _("The competence no longer follows from what was proven.")
    KEY = "key", _("The key that it was signed with is no longer trusted.")


class IssuerKeyQuerySet(models.QuerySet["IssuerKey"]):
    def signing(self) -> IssuerKeyQuerySet:
        """The keys that sign what is issued now: one for each organisation."""
        return self.filter(retired_at__isnull=True, revoked_at__isnull=True)

    def trusted(self) -> IssuerKeyQuerySet:
        """The keys whose signatures count."""
        return self.filter(revoked_at__isnull=True)


class IssuerKey(models.Model):
    """A signing key of an organisation: the public half. Old keys stay, since old credentials are checked with them."""

    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="issuer_keys")
    public_multibase = models.CharField(_("public key"), max_length=100, unique=True)
    created_at = models.DateTimeField(_("made at"), default=timezone.now)
    retired_at = models.DateTimeField(_("no longer signs since"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("no longer trusted since"), null=True, blank=True)
    objects = IssuerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_issuerkey_one_signs",
                fields=["organisation"],
                condition=Q(retired_at__isnull=True, revoked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.public_multibase


class Achievement(models.Model):
    """What an organisation certifies: a competency at a level (Open Badges 3.0, Achievement)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        verbose_name = _("achievement")
        verbose_name_plural = _("achievements")
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_achievement_once", fields=["organisation", "competency", "level"]
            ),
            models.CheckConstraint(name="skills_graph_achievement_level_positive", condition=Q(level__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.competency} · {self.level}"


class StatusList(models.Model):
    """One list of an issuer in which each credential has one bit; an index is given once, and says nothing of a person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("lxp.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("number"))
    size = models.PositiveIntegerField(_("size"), default=FEWEST_BITS)

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        constraints = [
            models.UniqueConstraint(name="skills_graph_statuslist_number_once", fields=["organisation", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.number}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    def standing(self) -> CredentialQuerySet:
        """Issued and not withdrawn; it may have expired."""
        return self.filter(revoked_at__isnull=True)

    def withdrawn(self) -> CredentialQuerySet:
        """What nobody may rely on any more: their bit is set. What a newer one took the place of is still true."""
        return self.filter(revoked_at__isnull=False).exclude(revocation_reason=Withdrawal.SUPERSEDED)


class Credential(models.Model):
    """A signed Open Badges 3.0 credential, as it was issued. Only its withdrawal is ever added to it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credentials")
    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="credentials")
    assurance = models.PositiveSmallIntegerField(_("assurance"), choices=Assurance.choices)
    until = models.DateField(_("until"))
    evidence = models.JSONField(_("evidence"), default=list)
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="+")
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="credentials")
    status_index = models.PositiveIntegerField(_("place in the status list"))
    document = models.JSONField(_("credential"), default=dict)
    issued_at = models.DateTimeField(_("issued at"), default=timezone.now)
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    revocation_reason = models.CharField(_("reason of withdrawal"), max_length=40, blank=True)
    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_at",)
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        indexes = [models.Index(fields=["person", "-issued_at"], name="skills_graph_credential_person")]
        constraints = [
            models.UniqueConstraint(
                name="skills_graph_credential_status_index_once", fields=["status_list", "status_index"]
            ),
            models.UniqueConstraint(
                name="skills_graph_credential_one_stands",
                fields=["person", "achievement"],
                condition=Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="skills_graph_credential_withdrawn_later",
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("issued_at")),
            ),
            models.CheckConstraint(
                name="skills_graph_credential_values_known",
                condition=Q(
                    assurance__in=Assurance.values,
                    status_index__lt=MOST_BITS,
                    revocation_reason__in=["", *Withdrawal.values],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.achievement} · {self.issued_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page that everybody sees who was given its address."""
        return reverse("skills_graph:credential", args=[self.uuid])

    @property
    def is_withdrawn(self) -> bool:
        return self.revoked_at is not None and self.revocation_reason != Withdrawal.SUPERSEDED
