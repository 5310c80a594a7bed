"""What volunteers do for an organisation, what each role asks to know, and who has which role."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to


class VolunteerRole(models.Model):
    """What a volunteer does here: lifting, meals, visiting. Each organisation has its own."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = key_to("lxp.Organisation", _("organisation"))
    title = models.CharField(_("name of the role"), max_length=80)
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        ordering = ("title",)
        verbose_name = _("role of volunteers")
        verbose_name_plural = _("roles of volunteers")
        constraints = [
            models.UniqueConstraint(
                name="volunteers_volunteerrole_title_in_use_once",
                fields=["organisation", "title"],
                condition=Q(retired_at__isnull=True),
                violation_error_message=_("There is a role with this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Proof(models.TextChoices):
    """How somebody shows that they know a card or a module."""

    READ = "read", _("reads it and confirms that")
    CHECK = "check", _("reads it and answers the questions")
    MODULE = "module", _("finishes the module")


class RoleItem(models.Model):
    """One card or module that a role asks, or offers to who wants it."""

    role = models.ForeignKey(VolunteerRole, on_delete=models.CASCADE, related_name="items")
    card_uuid = models.UUIDField(_("instruction card"), null=True, blank=True)
    module = key_to("courses.Module", _("module"), null=True, blank=True)
    proof = models.CharField(_("how"), max_length=10, choices=Proof.choices, default=Proof.READ)
    is_required = models.BooleanField(_("required"), default=True)
    valid_months = models.PositiveSmallIntegerField(_("again after so many months"), null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("what a role asks")
        verbose_name_plural = _("what roles ask")
        constraints = [
            models.CheckConstraint(
                name="volunteers_roleitem_one_thing",
                condition=Q(card_uuid__isnull=False, module__isnull=True, proof__in=["read", "check"])
                | Q(card_uuid__isnull=True, module__isnull=False, proof="module"),
            ),
            models.UniqueConstraint(name="volunteers_roleitem_card_once", fields=["role", "card_uuid"]),
            models.UniqueConstraint(name="volunteers_roleitem_module_once", fields=["role", "module"]),
            models.CheckConstraint(
                name="volunteers_roleitem_months",
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1, valid_months__lte=120),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} · {self.card_uuid or self.module_id}"


class RoleAssignment(models.Model):
    """Somebody has a role from a moment until a moment."""

    role = models.ForeignKey(VolunteerRole, on_delete=models.CASCADE, related_name="assignments")
    person = key_to("lxp.User", _("volunteer"))
    assigned_at = models.DateTimeField(default=timezone.now)
    assigned_by = key_to("lxp.User", _("given by"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("role of a volunteer")
        verbose_name_plural = _("roles of a volunteer")
        constraints = [
            models.UniqueConstraint(
                name="volunteers_roleassignment_one_open",
                fields=["person", "role"],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.role_id}"


class Reminder(models.Model):
    """A coordinator asked somebody to look at what is still to do; once a day at most."""

    person = key_to("lxp.User", _("volunteer"))
    organisation = key_to("lxp.Organisation", _("organisation"))
    day = models.DateField(default=timezone.localdate)
    reminded_at = models.DateTimeField(default=timezone.now)
    reminded_by = key_to("lxp.User", _("asked by"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(name="volunteers_reminder_once_a_day", fields=["person", "organisation", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} · {self.day}"
