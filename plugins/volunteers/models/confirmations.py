"""Who confirmed which card, and what was taken back since. Rows are added and never changed: doing it again is a new row."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.models import Immutable
from lxp.plugin_keys import key_to
from plugins.volunteers.models.roles import Proof


class Confirmation(Immutable):
    """Somebody read a card and confirmed that, or answered its questions. `number` counts how often: two clicks at once ask for
    the same number, and the database gives it once. `text_digest` says which text it was."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = key_to("lxp.User", _("volunteer"))
    organisation = key_to("lxp.Organisation", _("organisation"))
    card_uuid = models.UUIDField(_("instruction card"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title as it was read"), max_length=255)
    language = models.CharField(_("language"), max_length=10)
    text_digest = models.CharField(max_length=64)
    proof = models.CharField(_("how"), max_length=10, choices=[each for each in Proof.choices if each[0] != "module"])
    confirmed_at = models.DateTimeField(_("confirmed at"), default=timezone.now)
    valid_until = models.DateField(_("counts until and including"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        indexes = [models.Index(fields=["organisation", "card_uuid"], name="volunteers_confirmation_card")]
        constraints = [
            models.UniqueConstraint(
                name="volunteers_confirmation_once", fields=["person", "organisation", "card_uuid", "number"]
            ),
            models.CheckConstraint(name="volunteers_confirmation_proof", condition=Q(proof__in=["read", "check"])),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.confirmed_at:%Y-%m-%d}"


class Revocation(Immutable):
    """A card changed so much that what was confirmed before counts no more."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = key_to("lxp.Organisation", _("organisation"))
    card_uuid = models.UUIDField(_("instruction card"))
    title = models.CharField(_("title"), max_length=255)
    reason = models.CharField(_("why"), max_length=300)
    revoked_at = models.DateTimeField(_("taken back at"), default=timezone.now)
    revoked_by = key_to("lxp.User", _("taken back by"))

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("taking back")
        verbose_name_plural = _("what was taken back")
        constraints = [
            models.CheckConstraint(
                name="volunteers_revocation_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.revoked_at:%Y-%m-%d}"


class RevokedConfirmation(Immutable):
    """One confirmation that a revocation took back; each can be taken back once."""

    revocation = models.ForeignKey(Revocation, on_delete=models.CASCADE, related_name="confirmations")
    confirmation = models.OneToOneField(Confirmation, on_delete=models.CASCADE, related_name="taken_back")

    class Meta:
        verbose_name = _("confirmation that was taken back")
        verbose_name_plural = _("confirmations that were taken back")

    def __str__(self) -> str:
        return f"{self.revocation_id} · {self.confirmation_id}"


class Certificate(Immutable):
    """A paper that says that somebody took part, which anybody can check. It says nothing of competence."""

    token = models.CharField(max_length=43, unique=True, editable=False)
    person = key_to("lxp.User", _("volunteer"))
    organisation = key_to("lxp.Organisation", _("organisation"))
    name = models.CharField(_("name on it"), max_length=310)
    since = models.DateField(_("volunteer since"))
    roles = models.JSONField(_("roles"), default=list)
    titles = models.JSONField(_("what was read and learnt"), default=list)
    digest = models.CharField(max_length=64)
    issued_on = models.DateField(_("made on"), default=timezone.localdate)

    class Meta:
        verbose_name = _("certificate of participation")
        verbose_name_plural = _("certificates of participation")
        constraints = [
            models.UniqueConstraint(name="volunteers_certificate_once", fields=["person", "organisation", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.issued_on}"
