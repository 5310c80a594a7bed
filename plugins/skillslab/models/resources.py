"""What a session needs: rooms, equipment piece by piece, and people who teach."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to
from plugins.skillslab.models.places import Location, Period, Skillslab


class EquipmentKind(models.Model):
    """A sort of kit or manikin, of which any piece will do."""

    skillslab = models.ForeignKey(Skillslab, on_delete=models.PROTECT, related_name="equipment_kinds")
    slug = models.SlugField(_("short name"), max_length=60)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        ordering = ("name",)
        verbose_name = _("kind of equipment")
        verbose_name_plural = _("kinds of equipment")
        constraints = [
            models.UniqueConstraint(
                name="skillslab_equipmentkind_once",
                fields=["skillslab", "slug"],
                violation_error_message=_("This skillslab has such equipment already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ResourceQuerySet(models.QuerySet["Resource"]):
    def in_use(self) -> ResourceQuerySet:
        return self.filter(retired_at__isnull=True)

    def rooms(self) -> ResourceQuerySet:
        return self.filter(kind=Resource.Kind.ROOM)

    def pieces(self) -> ResourceQuerySet:
        return self.filter(kind=Resource.Kind.PIECE)


class Resource(models.Model):
    """One room, or one piece of equipment: what only one session can have at a time.

    Equipment that is only counted has pieces without a scan code; each is a row all the same, so that the database can refuse
    to give it twice.
    """

    class Kind(models.TextChoices):
        ROOM = "room", _("room")
        PIECE = "piece", _("piece of equipment")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    equipment_kind = models.ForeignKey(
        EquipmentKind,
        verbose_name=_("kind of equipment"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pieces",
    )
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    scan_code = models.CharField(_("scan code"), max_length=60, blank=True)
    shelf = models.CharField(_("where it is kept"), max_length=120, blank=True)
    setup_minutes = models.PositiveSmallIntegerField(_("minutes to set up"), default=0)
    cleanup_minutes = models.PositiveSmallIntegerField(_("minutes to clean up"), default=0)
    retired_at = models.DateTimeField(_("taken out of use"), null=True, blank=True)
    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("room or piece of equipment")
        verbose_name_plural = _("rooms and equipment")
        constraints = [
            models.UniqueConstraint(
                name="skillslab_resource_name_once",
                fields=["location", "name"],
                violation_error_message=_("This location has something with this name already."),
            ),
            models.UniqueConstraint(
                name="skillslab_resource_code_once",
                fields=["scan_code"],
                condition=~Q(scan_code=""),
                violation_error_message=_("Something else has this scan code already."),
            ),
            models.CheckConstraint(
                name="skillslab_resource_room_or_piece",
                condition=Q(kind="room", equipment_kind__isnull=True, capacity__isnull=False, capacity__gt=0)
                | Q(kind="piece", equipment_kind__isnull=False, capacity__isnull=True),
                violation_error_message=_("A room has a number of people; a piece of equipment has a kind."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Outage(Period):
    """A room or a piece is out of order."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="outages")
    reason = models.CharField(_("why"), max_length=120)

    class Meta:
        verbose_name = _("out of order")
        verbose_name_plural = _("out of order")
        indexes = [models.Index(fields=["resource", "ends_at"], name="skillslab_outage_when")]
        constraints = [
            models.CheckConstraint(
                name="skillslab_outage_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("This ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource}: {self.reason}"


class Teacher(models.Model):
    """Somebody who teaches or assesses in a skillslab. What they are able to do is in the skills graph, and not kept here."""

    skillslab = models.ForeignKey(Skillslab, on_delete=models.CASCADE, related_name="teachers")
    person = key_to(settings.AUTH_USER_MODEL, _("person"))
    organisation = key_to("lxp.Organisation", _("comes from"))
    left_at = models.DateTimeField(_("stopped"), null=True, blank=True)

    class Meta:
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")
        constraints = [
            models.UniqueConstraint(
                name="skillslab_teacher_once",
                fields=["skillslab", "person"],
                violation_error_message=_("This person teaches here already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)


class Absence(Period):
    """When a teacher cannot come. Why is nobody's business here."""

    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE, related_name="absences")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [models.Index(fields=["teacher", "ends_at"], name="skillslab_absence_when")]
        constraints = [
            models.CheckConstraint(
                name="skillslab_absence_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("This ends after it starts."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id}: {self.starts_at:%Y-%m-%d}"
