"""What is said about attendance, note by note: added and never changed. How it stands is in the booking."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lxp.plugin_keys import key_to
from plugins.skillslab.models.bookings import Booking


class AttendanceNote(models.Model):
    """Somebody noted one thing about one place.

    `uuid` comes from the device that noted it, so that sending it again is one note. `noted_at` is the moment of noting and
    `stored_at` that of arriving, which differ where a phone had no connection.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", _("is on the list")
        SAME = "same", _("was on the list already")
        OVERTAKEN = "overtaken", _("somebody noted something else later")

    uuid = models.UUIDField(_("request"), default=uuid.uuid4)
    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="notes")
    attendance = models.CharField(_("attendance"), max_length=10, choices=Booking.Attendance.choices, blank=True)
    how = models.CharField(_("how that is known"), max_length=10, choices=Booking.How.choices)
    noted_at = models.DateTimeField(_("noted at"))
    stored_at = models.DateTimeField(_("arrived at"), default=timezone.now)
    by = key_to(settings.AUTH_USER_MODEL, _("noted by"))
    outcome = models.CharField(_("what came of it"), max_length=10, choices=Outcome.choices)

    class Meta:
        verbose_name = _("note about attendance")
        verbose_name_plural = _("notes about attendance")
        constraints = [
            models.UniqueConstraint(name="skillslab_note_once", fields=["by", "uuid"]),
            models.CheckConstraint(
                name="skillslab_note_not_in_the_future", condition=Q(noted_at__lte=models.F("stored_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} · {self.attendance} · {self.outcome}"
